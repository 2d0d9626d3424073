import type { WorkSource } from '@liaison/casework';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for whoever is asked to decide between two départements; nobody's case. */
export const ARBITRATION_WORK: readonly WorkSource[] = [
  {
    kind: 'competence-arbitration',
    select: `
SELECT a.id::text, NULL::uuid, a.received_at, true, a.decide_by, a.decide_by - interval '24 hours', ${OWN}
  FROM arbitration.asked a WHERE a.unit = $1 AND a.state = 'open'`,
  },
];

/** For the change feed: see `OVERDUE_CHANGES`. What has ended is emptied when its convention's term has. */
export const OVERDUE_ARBITRATIONS: readonly string[] = [
  `UPDATE arbitration.asked SET overdue_told_at = $1
    WHERE overdue_told_at IS NULL AND decide_by <= $1 AND state = 'open'`,
  `UPDATE arbitration.asked SET emptied_at = $1, content = '{}', version = version + 1
    WHERE emptied_at IS NULL AND keep_until <= $1 AND state <> 'open'`,
];
