import type { WorkSource } from '@liaison/casework';
import { COMPETENCE_CLAIMED, COMPETENCE_HANDED_OVER } from '@liaison/contracts';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** SQL: what was told and has not arrived and will not by itself, as `(conflict, case_id, unit, agency, since)`. */
export const STOPPED_CONFLICTS = `
SELECT c.id AS conflict, c.case_id, c.unit, c.agency, s.at AS since
  FROM competence.conflict c
  JOIN messaging.delivery_status s ON s.case_id = c.case_id AND s.recipient = c.agency
   AND s.case_version = CASE c.state WHEN 'claimed' THEN c.case_version ELSE c.file_version END
 WHERE c.state IN ('claimed', 'handed-over') AND s.state IN ('refused', 'cancelled', 'parked', 'discarded')`;

/** What waits for caseworkers of child protection about competence and provisional shelter. */
export const COMPETENCE_WORK: readonly WorkSource[] = [
  {
    // Somebody is to answer, decide or take over; or the next step is this unit's own.
    kind: 'competence-conflict',
    select: `
SELECT c.id::text, c.case_id, c.claimed_at, false, w.due_at, w.due_at - interval '12 hours', ${OWN}
  FROM competence.conflict c,
       LATERAL (SELECT coalesce(c.due_at, c.decided_at + interval '24 hours') AS due_at) w
 WHERE c.unit = $1 AND (c.state IN ('claimed', 'in-conflict', 'handed-over')
                        OR (c.state = 'decided' AND c.competent = c.claimed))`,
  },
  {
    // Whatever stopped it, the other département does not know: due at once.
    kind: 'competence-stopped',
    select: `
SELECT s.conflict::text, s.case_id, min(s.since), true, min(s.since), min(s.since), ${OWN}
  FROM (${STOPPED_CONFLICTS}) s WHERE s.unit = $1 GROUP BY s.conflict, s.case_id`,
  },
  {
    kind: 'competence-claim',
    select: `
SELECT c.id::text, c.case_id, c.received_at, true, c.answer_by, c.answer_by - interval '12 hours',
       '${COMPETENCE_CLAIMED}', c.sender, c.convention, c.departement, c.purpose
  FROM competence.claim c WHERE c.unit = $1 AND c.state = 'received'`,
  },
  {
    kind: 'competence-file',
    select: `
SELECT c.id::text, c.case_id, c.file_received_at, true, c.file_received_at + interval '48 hours',
       c.file_received_at + interval '36 hours',
       '${COMPETENCE_HANDED_OVER}', c.sender, c.file_convention, c.departement, c.purpose
  FROM competence.claim c WHERE c.unit = $1 AND c.state = 'file-received'`,
  },
  {
    // The child stays there whatever day it is: what is due is an extension, or a place.
    kind: 'provisional-shelter',
    select: `
SELECT s.id::text, s.case_id, s.recorded_at, false, s.due_at, s.due_at - interval '2 days', ${OWN}
  FROM competence.shelter s WHERE s.unit = $1 AND s.ended_on IS NULL`,
  },
];

/** As `TIMELINE_SOURCES` says. */
export const COMPETENCE_TIMELINE: readonly string[] = [
  `SELECT c.claimed_at, 'competence-claimed', c.id::text, NULL::text, NULL::int,
          jsonb_build_object('agency', c.agency, 'departement', c.claimed, 'ground', c.ground), NULL::uuid
     FROM competence.conflict c WHERE c.case_id = $1 AND c.unit = $2`,
  `SELECT c.answered_at, 'competence-answered', c.id::text, c.agency, NULL::int,
          jsonb_build_object('answer', CASE WHEN c.refusal IS NULL THEN 'accepted' ELSE 'refused' END), NULL::uuid
     FROM competence.conflict c WHERE c.case_id = $1 AND c.unit = $2 AND c.answered_at IS NOT NULL`,
  `SELECT a.asked_at, 'competence-escalated', a.conflict_id::text || '/' || a.agency, NULL::text, NULL::int,
          jsonb_build_object('level', a.level, 'agency', a.agency), NULL::uuid
     FROM competence.asked a JOIN competence.conflict c ON c.id = a.conflict_id
    WHERE c.case_id = $1 AND c.unit = $2`,
  `SELECT c.decided_at, 'competence-decided', c.id::text, NULL::text, NULL::int,
          jsonb_build_object('departement', c.competent, 'by', c.decided_by, 'state', c.state), NULL::uuid
     FROM competence.conflict c WHERE c.case_id = $1 AND c.unit = $2 AND c.decided_at IS NOT NULL`,
  `SELECT c.handed_over_at, 'competence-handed-over', c.id::text, NULL::text, NULL::int,
          jsonb_build_object('agency', c.agency, 'keptBack', c.kept_back), NULL::uuid
     FROM competence.conflict c WHERE c.case_id = $1 AND c.unit = $2 AND c.handed_over_at IS NOT NULL`,
  `SELECT c.taken_over_at, 'competence-taken-over', c.id::text, c.agency, NULL::int, '{}'::jsonb, NULL::uuid
     FROM competence.conflict c WHERE c.case_id = $1 AND c.unit = $2 AND c.taken_over_at IS NOT NULL`,
  `SELECT c.received_at, 'competence-claim-received', c.id::text, c.sender, NULL::int,
          jsonb_build_object('answerBy', c.answer_by, 'state', c.state), c.id
     FROM competence.claim c WHERE c.case_id = $1 AND c.unit = $2`,
  `SELECT c.answered_at, 'competence-claim-answered', c.id::text, NULL::text, NULL::int, '{}'::jsonb, NULL::uuid
     FROM competence.claim c WHERE c.case_id = $1 AND c.unit = $2 AND c.answered_at IS NOT NULL`,
  `SELECT c.file_received_at, 'competence-file-received', c.id::text, c.sender, NULL::int, '{}'::jsonb, c.file_id
     FROM competence.claim c WHERE c.case_id = $1 AND c.unit = $2 AND c.file_received_at IS NOT NULL`,
  `SELECT c.taken_over_at, 'competence-child-taken-over', c.id::text, NULL::text, NULL::int, '{}'::jsonb, NULL::uuid
     FROM competence.claim c WHERE c.case_id = $1 AND c.unit = $2 AND c.taken_over_at IS NOT NULL`,
  `SELECT s.recorded_at, 'provisional-shelter', s.id::text, NULL::text, NULL::int,
          jsonb_build_object('from', s.from_day, 'lastDay', s.last_day, 'extensions', s.extensions,
                             'endedOn', s.ended_on, 'reason', s.end_reason), NULL::uuid
     FROM competence.shelter s WHERE s.case_id = $1 AND s.unit = $2`,
];

/** For the change feed: see `OVERDUE_CHANGES`. */
export const OVERDUE_COMPETENCE: readonly string[] = [
  `UPDATE competence.conflict SET overdue_told_at = $1
    WHERE overdue_told_at IS NULL AND due_at <= $1 AND state IN ('claimed', 'in-conflict', 'handed-over')`,
  `UPDATE competence.claim SET overdue_told_at = $1
    WHERE overdue_told_at IS NULL AND answer_by <= $1 AND state = 'received'`,
  `UPDATE competence.shelter SET overdue_told_at = $1
    WHERE overdue_told_at IS NULL AND due_at <= $1 AND ended_on IS NULL`,
];
