import { FORGET_TERMS_OF, type SharedTable, type TimelineSource, type WorkSource } from '@liaison/casework';
import { ORIENTATION_PERSON_NAMED, ORIENTATION_PROPOSED } from '@liaison/contracts';
import { factsOfNamed, factsOfProposal } from './stored-proposal';

/** An adult waits for a bed that is only held; and whoever has one is expected, until they are there. */
export const PROPOSAL_WORK: readonly WorkSource[] = [
  {
    kind: 'adult-proposal',
    facts: factsOfProposal,
    select: `
SELECT p.id::text, p.case_id, p.received_at, true, p.answer_by, p.answer_by - interval '1 hour',
       '${ORIENTATION_PROPOSED}', p.sender, p.convention, NULL::text, p.purpose
  FROM shelter.adult_proposal p WHERE p.unit = $1 AND p.state = 'held' AND p.purged_at IS NULL`,
  },
  {
    kind: 'adult-expected',
    facts: factsOfNamed,
    select: `
SELECT p.id::text, p.case_id, n.received_at, false, NULL::timestamptz, NULL::timestamptz,
       '${ORIENTATION_PERSON_NAMED}', n.sender, n.convention, NULL::text, n.purpose
  FROM shelter.adult_proposal p JOIN shelter.named_person n ON n.proposal_id = p.id
 WHERE p.unit = $1 AND p.state = 'accepted' AND n.purged_at IS NULL`,
  },
];

/** What was done for somebody for whom a place was asked; never where it is. */
export const PROPOSAL_TIMELINE: readonly TimelineSource[] = [
  `SELECT p.received_at, 'adult-proposal-received', p.id::text, p.sender, NULL::int,
          jsonb_build_object('state', p.state, 'convention', p.convention, 'answerBy', p.answer_by),
          CASE WHEN p.purged_at IS NULL THEN p.id END
     FROM shelter.adult_proposal p WHERE p.case_id = $1 AND p.unit = $2`,
  `SELECT p.answered_at,
          'adult-proposal-' || CASE WHEN p.state IN ('admitted', 'left') THEN 'accepted' ELSE p.state END, p.id::text, NULL::text,
          NULL::int, jsonb_build_object('reason', p.reason), NULL::uuid
     FROM shelter.adult_proposal p WHERE p.case_id = $1 AND p.unit = $2 AND p.answered_at IS NOT NULL`,
  `SELECT n.received_at, 'adult-named', n.id::text, n.sender, NULL::int, jsonb_build_object('convention', n.convention),
          CASE WHEN n.purged_at IS NULL THEN n.id END
     FROM shelter.named_person n WHERE n.case_id = $1 AND n.unit = $2`,
  `SELECT p.admitted_on::timestamptz, 'adult-admitted', p.id::text, NULL::text, NULL::int,
          jsonb_build_object('on', p.admitted_on), NULL::uuid
     FROM shelter.adult_proposal p WHERE p.case_id = $1 AND p.unit = $2 AND p.admitted_on IS NOT NULL`,
  `SELECT p.left_on::timestamptz, 'adult-left', p.id::text, NULL::text, NULL::int, jsonb_build_object('on', p.left_on), NULL::uuid
     FROM shelter.adult_proposal p WHERE p.case_id = $1 AND p.unit = $2 AND p.left_on IS NOT NULL`,
  `SELECT p.purged_at, 'adult-proposal-purged', p.id::text, p.sender, NULL::int,
          jsonb_build_object('reason', p.purge_reason), NULL::uuid
     FROM shelter.adult_proposal p WHERE p.case_id = $1 AND p.unit = $2 AND p.purged_at IS NOT NULL`,
];

const KEPT = {
  sender: 'sender',
  event: 'event_id',
  caseId: 't.case_id',
  holds: 't.purged_at IS NULL',
  emptied: `content = '{}', withheld = '[]'`,
  parts: { document: 'content' },
};

/** That somebody was proposed stays, for the bed that they have; what was said of them goes, and who they are. */
export const PROPOSAL_SHARED_TABLES: readonly SharedTable[] = [
  { ...KEPT, table: 'shelter.adult_proposal', counted: 'version = t.version + 1' },
  {
    ...KEPT,
    table: 'shelter.named_person',
    forget: ['DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[])'],
    forgetParts: [FORGET_TERMS_OF],
  },
];
