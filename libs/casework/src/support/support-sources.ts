import { SUPPORT_REPORTED } from '@liaison/contracts';
import type { SharedTable } from '../after-sharing/shared-tables';
import type { WorkSource } from '../desk/work-source';
import type { ReceivedEntries, TimelineSource } from '../timeline/timeline';
import { SUPPORT_PURPOSE } from './support';

/** On the case that a report follows from: that there was one; what the person says of it is the case's own entry. */
export const SUPPORT_TIMELINE: readonly TimelineSource[] = [
  `SELECT r.reported_at, 'support-reported', r.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', r.author, 'prefecture', r.prefecture), NULL::uuid
     FROM support.reported r WHERE r.origin_case = $1 AND r.unit = $2`,
];

/** Of a linked case: only whoever may read such reports learns that there are some. */
const received = (select: string): ReceivedEntries => ({
  of: SUPPORT_REPORTED,
  purpose: SUPPORT_PURPOSE,
  restsOn: ['support.state', 'lodging.state'],
  facts: { adult: true },
  came: 'SELECT DISTINCT sender, convention, departement FROM support.received',
  select,
});

export const RECEIVED_SUPPORT_TIMELINE: readonly TimelineSource[] = [
  received(
    `SELECT s.received_at, 'support-report-received', s.id::text, s.sender, NULL::int,
            jsonb_build_object('state', s.state, 'convention', s.convention), NULL::uuid
       FROM support.received s WHERE s.linked_case = $1 AND s.unit = $2`,
  ),
  received(
    `SELECT s.linked_at, 'support-report-linked', s.id::text, s.sender, NULL::int,
            jsonb_build_object('by', s.linked_by, 'convention', s.convention), NULL::uuid
       FROM support.received s WHERE s.linked_case = $1 AND s.unit = $2 AND s.linked_at >= s.received_at`,
  ),
  received(
    `SELECT s.purged_at, 'support-report-purged', s.id::text, s.sender, NULL::int,
            jsonb_build_object('reason', s.purge_reason, 'convention', s.convention), NULL::uuid
       FROM support.received s WHERE s.linked_case = $1 AND s.unit = $2 AND s.purged_at IS NOT NULL`,
  ),
];

/** What waits: a report of which nobody has taken note, of the case that it belongs to once somebody has said so. */
export const RECEIVED_SUPPORT_WORK: readonly WorkSource[] = [
  {
    kind: 'support-report',
    facts: () => ({ adult: true }),
    select: `
SELECT s.id::text, s.linked_case, s.received_at, true, s.note_by, s.note_by - interval '1 day',
       '${SUPPORT_REPORTED}', s.sender, s.convention, s.departement, s.purpose
  FROM support.received s WHERE s.unit = $1 AND s.state = 'new'`,
  },
];

/** It goes with the consent, with its term, or when its sender says so; a duty of the case that it was linked to keeps it. */
export const RECEIVED_SUPPORT_SHARED_TABLES: readonly SharedTable[] = [
  {
    table: 'support.received',
    sender: 'sender',
    event: 'event_id',
    caseId: 'coalesce(t.linked_case, t.case_id)',
    holds: `t.state <> 'voided'`,
    emptied: `state = 'voided', content = '{}', withheld = '[]'`,
    counted: 'version = t.version + 1',
    parts: { document: 'content' },
  },
];
