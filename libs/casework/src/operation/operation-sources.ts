import type { WorkSource } from '../desk/work-source';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for whoever announced operations: a line an operation, until its last day is over. */
export const ANNOUNCED_OPERATION_WORK: readonly WorkSource[] = [
  {
    kind: 'operation-awaited',
    select: `
SELECT a.id::text, NULL::uuid, a.announced_at, false, min(t.acknowledge_by), min(t.acknowledge_by), ${OWN}
  FROM operation.announced a
  JOIN operation.told t ON t.operation_id = a.id
 WHERE a.unit = $1 AND a.state = 'announced' AND t.acknowledged_at IS NULL AND a.expires_at > $2
 GROUP BY a.id, a.announced_at`,
  },
];

/** What waits for whoever is to prepare. */
export const RECEIVED_OPERATION_WORK: readonly WorkSource[] = [
  {
    kind: 'received-operation',
    select: `
SELECT r.id::text, NULL::uuid, r.received_at, true, r.acknowledge_by, r.acknowledge_by - interval '4 hours', ${OWN}
  FROM operation.received r WHERE r.unit = $1 AND r.state = 'new' AND r.expires_at > $2`,
  },
];

/** When its last day is over nothing is held for it any more, and what it said is given up. For the change feed: see `OVERDUE_CHANGES`. */
export const EXPIRED_OPERATIONS = `
UPDATE operation.received SET expired_at = $1, content = '{}', places_held = 0, version = version + 1
 WHERE expired_at IS NULL AND expires_at <= $1`;
