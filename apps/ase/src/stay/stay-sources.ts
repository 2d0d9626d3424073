import type { TimelineSource, WorkSource } from '@liaison/casework';
import { STAY_WARNING_DAYS } from '@liaison/placement';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for whoever placed children: a term that ends within thirty days or is over, and a child who is none any more. */
export const STAY_WORK: readonly WorkSource[] = [
  {
    kind: 'stay-ending',
    select: `
SELECT s.id::text, s.case_id, s.admitted_at, false, s.due_at, s.due_at - interval '${STAY_WARNING_DAYS} days', ${OWN}
  FROM placement.stay s
 WHERE s.unit = $1 AND s.ended_on IS NULL AND s.due_at - interval '${STAY_WARNING_DAYS} days' <= $2`,
  },
  {
    // Nobody is put out on a birthday: what follows is agreed with the person (R17, CASF L222-5).
    kind: 'stay-of-age',
    select: `
SELECT s.id::text, s.case_id, s.of_age_at, true, s.of_age_at, s.of_age_at, ${OWN}
  FROM placement.stay s WHERE s.unit = $1 AND s.ended_on IS NULL AND s.of_age_at <= $2`,
  },
];

/** When a child came and left, and who of the family takes part in what; never where the place is. */
export const STAY_TIMELINE: readonly TimelineSource[] = [
  `SELECT s.admitted_at, 'stay-began', s.id::text, NULL::text, NULL::int,
          jsonb_build_object('from', s.from_day, 'lastDay', s.last_day), NULL::uuid
     FROM placement.stay s WHERE s.case_id = $1 AND s.unit = $2`,
  `SELECT s.renewed_at, 'stay-renewed', s.id::text, NULL::text, NULL::int, jsonb_build_object('lastDay', s.last_day), NULL::uuid
     FROM placement.stay s WHERE s.case_id = $1 AND s.unit = $2 AND s.renewed_at IS NOT NULL`,
  `SELECT s.ended_at, 'stay-ended', s.id::text, NULL::text, NULL::int, jsonb_build_object('reason', s.end_reason),
          NULL::uuid
     FROM placement.stay s WHERE s.case_id = $1 AND s.unit = $2 AND s.ended_at IS NOT NULL`,
  `SELECT f.allowed_at, 'family-part-allowed', f.id::text, NULL::text, NULL::int, jsonb_build_object('part', f.part),
          NULL::uuid
     FROM placement.family_part f JOIN placement.stay s ON s.id = f.stay_id WHERE s.case_id = $1 AND s.unit = $2`,
];

/** For the change feed: see `OVERDUE_CHANGES`. */
export const ENDING_STAYS: readonly string[] = [
  `UPDATE placement.stay SET ending_told_at = $1
    WHERE ended_on IS NULL AND ending_told_at IS NULL
      AND due_at - interval '${STAY_WARNING_DAYS} days' <= $1::timestamptz`,
  `UPDATE placement.stay SET overdue_told_at = $1
    WHERE ended_on IS NULL AND overdue_told_at IS NULL AND due_at <= $1`,
  `UPDATE placement.stay SET of_age_told_at = $1
    WHERE ended_on IS NULL AND of_age_told_at IS NULL AND of_age_at <= $1`,
];
