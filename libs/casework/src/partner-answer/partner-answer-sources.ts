import { PARTNER_ANSWERED } from '@liaison/contracts';
import { revokedFieldsEntries } from '../after-sharing/revoked-fields';
import type { SharedTable } from '../after-sharing/shared-tables';
import type { WorkSource } from '../desk/work-source';

/** What waits for whoever brought cases to partners: an answer of which nobody has taken note. */
export const PARTNER_ANSWER_WORK: readonly WorkSource[] = [
  {
    kind: 'partner-answer',
    select: `
SELECT a.id::text, a.case_id, a.received_at, true, NULL::timestamptz, NULL::timestamptz,
       '${PARTNER_ANSWERED}', a.sender, a.convention, NULL::text, a.purpose
  FROM partner.answer_received a WHERE a.unit = $1 AND a.state = 'new'`,
  },
];

/** See `TIMELINE_SOURCES`: who answered and when, not what. */
export const GIVEN_ANSWER_TIMELINE: readonly string[] = [
  `SELECT g.answered_at, 'partner-answer-given', g.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', g.author, 'agency', g.agency, 'delivery', s.state), NULL::uuid
     FROM partner.answer_given g
     LEFT JOIN messaging.delivery_status s
            ON s.case_id = g.delivered_case AND s.case_version = g.case_version AND s.recipient = g.agency
    WHERE g.case_id = $1 AND g.unit = $2`,
];

export const PARTNER_ANSWER_TIMELINE: readonly string[] = [
  `SELECT a.received_at, 'partner-answer-received', a.id::text, a.sender, NULL::int,
          jsonb_build_object('state', a.state, 'convention', a.convention), NULL::uuid
     FROM partner.answer_received a WHERE a.case_id = $1 AND a.unit = $2`,
  revokedFieldsEntries('partner-answer', {
    id: 't.id::text',
    sender: 't.sender',
    from: 'partner.answer_received t',
    where: 't.case_id = $1 AND t.unit = $2',
  }),
  `SELECT a.noted_at, 'partner-answer-noted', a.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', a.noted_by), NULL::uuid
     FROM partner.answer_received a WHERE a.case_id = $1 AND a.unit = $2 AND a.noted_at IS NOT NULL`,
];

/** What partners answered goes at the end of its convention's term, or when its sender says so. */
export const PARTNER_ANSWER_SHARED_TABLES: readonly SharedTable[] = [
  {
    table: 'partner.answer_received',
    sender: 'sender',
    event: 'event_id',
    caseId: 't.case_id',
    holds: `t.state <> 'voided'`,
    emptied: `state = 'voided', content = '{}', withheld = '[]'`,
    counted: 'version = t.version + 1',
    parts: { document: 'content' },
  },
];
