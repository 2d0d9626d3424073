import type { TimelineSource, WorkSource } from '@liaison/casework';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for whoever places children: one for whom no shelter is asked, and an answer that does not come. */
export const PLACEMENT_WORK: readonly WorkSource[] = [
  {
    kind: 'placement-open',
    select: `
SELECT r.id::text, r.case_id, r.filed_at, true, NULL::timestamptz, NULL::timestamptz, ${OWN}
  FROM placement.request r WHERE r.unit = $1 AND r.state = 'open'`,
  },
  {
    kind: 'placement-offered',
    select: `
SELECT o.id::text, r.case_id, o.made_at, false, o.answer_by, o.answer_by - interval '1 hour', ${OWN}
  FROM placement.offer o JOIN placement.request r ON r.id = o.request_id
 WHERE o.unit = $1 AND o.state IN ('asked', 'held')`,
  },
  {
    // Not all under this request are minors any more: whoever turned 18 is asked what they want (R17, CASF L222-5).
    kind: 'placement-of-age',
    select: `
SELECT r.id::text, r.case_id, r.came_of_age_at, true, r.came_of_age_at, r.came_of_age_at, ${OWN}
  FROM placement.request r WHERE r.unit = $1 AND r.came_of_age_at IS NOT NULL AND r.adult_heard_at IS NULL`,
  },
];

/** What was done to place a child; never where the place is. */
export const PLACEMENT_TIMELINE: readonly TimelineSource[] = [
  `SELECT r.filed_at, 'placement-requested', r.id::text, NULL::text, NULL::int, jsonb_build_object('state', r.state), NULL::uuid
     FROM placement.request r WHERE r.case_id = $1 AND r.unit = $2`,
  `SELECT o.made_at, 'place-asked-for', o.id::text, NULL::text, NULL::int,
          jsonb_build_object('shelter', o.shelter, 'answerBy', o.answer_by), NULL::uuid
     FROM placement.offer o JOIN placement.request r ON r.id = o.request_id WHERE r.case_id = $1 AND r.unit = $2`,
  `SELECT o.answered_at, 'place-' || o.state, o.id::text, o.shelter, NULL::int,
          jsonb_build_object('reason', o.reason), NULL::uuid
     FROM placement.offer o JOIN placement.request r ON r.id = o.request_id
    WHERE r.case_id = $1 AND r.unit = $2 AND o.answered_at IS NOT NULL`,
  `SELECT r.came_of_age_at, 'placement-of-age', r.id::text, NULL::text, NULL::int,
          jsonb_build_object('state', r.state), NULL::uuid
     FROM placement.request r WHERE r.case_id = $1 AND r.unit = $2 AND r.came_of_age_at IS NOT NULL`,
  `SELECT r.adult_heard_at, 'adult-heard', r.id::text, NULL::text, NULL::int,
          jsonb_build_object('agrees', r.adult_agrees), NULL::uuid
     FROM placement.request r WHERE r.case_id = $1 AND r.unit = $2 AND r.adult_heard_at IS NOT NULL`,
];
