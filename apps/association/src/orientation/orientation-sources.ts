import { type SharedTable, type TimelineSource, type WorkSource } from '@liaison/casework';
import { ORIENTATION_REQUESTED } from '@liaison/contracts';
import { factsOfOrientation } from './orientation.reader';

/** What waits for the coordination: a request that nobody has looked at, and an answer that does not come. */
export const ORIENTATION_WORK: readonly WorkSource[] = [
  {
    kind: 'orientation',
    facts: factsOfOrientation,
    select: `
SELECT r.id::text, r.case_id, r.received_at, r.state = 'asked', CASE WHEN r.state = 'asked' THEN r.acknowledge_by END,
       r.acknowledge_by - interval '1 day', '${ORIENTATION_REQUESTED}', r.sender, r.convention, NULL::text, r.purpose
  FROM orientation.request r WHERE r.unit = $1 AND r.state IN ('asked', 'evaluated') AND r.purged_at IS NULL`,
  },
  {
    kind: 'orientation-proposed',
    facts: factsOfOrientation,
    select: `
SELECT p.id::text, r.case_id, p.made_at, false, p.answer_by, p.answer_by - interval '1 hour',
       '${ORIENTATION_REQUESTED}', r.sender, r.convention, NULL::text, r.purpose
  FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id
 WHERE p.unit = $1 AND p.state IN ('proposed', 'place-accepted') AND r.purged_at IS NULL`,
  },
];

/** What was done for somebody who is to be oriented; never where a place is. */
export const ORIENTATION_TIMELINE: readonly TimelineSource[] = [
  `SELECT r.received_at, 'orientation-received', r.id::text, r.sender, NULL::int,
          jsonb_build_object('state', r.state, 'convention', r.convention), CASE WHEN r.purged_at IS NULL THEN r.id END
     FROM orientation.request r WHERE r.case_id = $1 AND r.unit = $2`,
  `SELECT p.made_at, 'place-proposed', p.id::text, NULL::text, NULL::int,
          jsonb_build_object('shelter', p.shelter, 'answerBy', p.answer_by), NULL::uuid
     FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id WHERE r.case_id = $1 AND r.unit = $2`,
  `SELECT p.answered_at, 'proposal-' || p.state, p.id::text, p.shelter, NULL::int,
          jsonb_build_object('declined', p.declined), NULL::uuid
     FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id
    WHERE r.case_id = $1 AND r.unit = $2 AND p.answered_at IS NOT NULL`,
  `SELECT r.purged_at, 'orientation-purged', r.id::text, r.sender, NULL::int,
          jsonb_build_object('reason', r.purge_reason), NULL::uuid
     FROM orientation.request r WHERE r.case_id = $1 AND r.unit = $2 AND r.purged_at IS NOT NULL`,
];

/** That there was a request is counted; what it said of the person goes. */
export const ORIENTATION_SHARED_TABLES: readonly SharedTable[] = [
  {
    table: 'orientation.request',
    sender: 'sender',
    event: 'event_id',
    caseId: 't.case_id',
    holds: 't.purged_at IS NULL',
    emptied: `content = '{}', withheld = '[]', age = NULL, nationality = NULL`,
    counted: 'version = t.version + 1',
    parts: { document: 'content' },
  },
];
