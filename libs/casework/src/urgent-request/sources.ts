import { URGENT_REQUEST_ANSWERED, URGENT_REQUEST_ASKED } from '@liaison/contracts';
import { revokedFieldsEntries } from '../after-sharing/revoked-fields';
import type { WorkSource } from '../desk/work-source';
import type { TimelineSource } from '../timeline/timeline';
import { VITAL_INTERESTS } from './rows';

/** Of what this agency says itself, and of what others do: type, sender, convention, département, purpose. */
const own = (type: string): string => `'${type}', NULL::text, NULL::text, NULL::text, '${VITAL_INTERESTS}'`;
const from = (type: string): string => `'${type}', u.agency, u.convention, NULL::text, '${VITAL_INTERESTS}'`;
/** Whoever asked has stated it. */
const STATED = { vitalInterest: true };

/** What an emergency leaves to be done: an answer to wait for, to read, to give. */
export const URGENT_WORK: readonly WorkSource[] = [
  {
    kind: 'urgent-request',
    restsOn: ['dueAt'],
    select: `
SELECT u.id::text, u.case_id, u.asked_at, false, u.due_at, u.asked_at, ${own(URGENT_REQUEST_ASKED)}
  FROM desk.urgent_asked u WHERE u.unit = $1 AND u.state = 'asked'`,
  },
  {
    kind: 'urgent-answer',
    restsOn: ['outcome'],
    facts: () => STATED,
    select: `
SELECT u.id::text, u.case_id, u.answered_at, true, u.due_at, u.answered_at, ${from(URGENT_REQUEST_ANSWERED)}
  FROM desk.urgent_asked u WHERE u.unit = $1 AND u.state <> 'asked' AND u.answer IS NOT NULL AND u.read_at IS NULL`,
  },
  {
    kind: 'urgent-received',
    restsOn: ['dueAt'],
    select: `
SELECT u.id::text, u.case_id, u.received_at, true, u.due_at, u.received_at, ${from(URGENT_REQUEST_ASKED)}
  FROM desk.urgent_received u WHERE u.unit = $1 AND u.state = 'open'`,
  },
];

/** See `TIMELINE_SOURCES`: who asked whom, by when and what became of it; neither the reason nor what was answered. */
export const URGENT_TIMELINE: readonly TimelineSource[] = [
  {
    of: URGENT_REQUEST_ASKED,
    purpose: VITAL_INTERESTS,
    restsOn: ['ground', 'dueAt'],
    select: `
SELECT u.asked_at, 'urgent-request-asked', u.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', u.asked_by, 'agency', u.agency, 'ground', u.ground, 'dueAt', u.due_at, 'state', u.state),
          NULL::uuid
     FROM desk.urgent_asked u WHERE u.case_id = $1 AND u.unit = $2`,
  },
  {
    of: URGENT_REQUEST_ASKED,
    purpose: VITAL_INTERESTS,
    restsOn: ['ground'],
    select: `
SELECT u.withdrawn_at, 'urgent-request-withdrawn', u.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', u.withdrawn_by, 'agency', u.agency), NULL::uuid
     FROM desk.urgent_asked u WHERE u.case_id = $1 AND u.unit = $2 AND u.withdrawn_at IS NOT NULL`,
  },
  {
    of: URGENT_REQUEST_ANSWERED,
    purpose: VITAL_INTERESTS,
    restsOn: ['outcome'],
    facts: STATED,
    came: 'SELECT DISTINCT agency AS sender, convention FROM desk.urgent_asked WHERE convention IS NOT NULL',
    select: `
SELECT u.answered_at, 'urgent-answer-received', u.id::text, u.agency, NULL::int,
          jsonb_build_object('outcome', u.state, 'convention', u.convention), NULL::uuid
     FROM desk.urgent_asked u WHERE u.case_id = $1 AND u.unit = $2 AND u.answered_at IS NOT NULL`,
  },
  {
    of: URGENT_REQUEST_ASKED,
    purpose: VITAL_INTERESTS,
    restsOn: ['ground', 'dueAt'],
    came: 'SELECT DISTINCT agency AS sender, convention FROM desk.urgent_received',
    select: `
SELECT u.received_at, 'urgent-request-received', u.id::text, u.agency, NULL::int,
          jsonb_build_object('ground', u.ground, 'dueAt', u.due_at, 'state', u.state, 'convention', u.convention), NULL::uuid
     FROM desk.urgent_received u WHERE u.case_id = $1 AND u.unit = $2`,
  },
  {
    of: URGENT_REQUEST_ASKED,
    purpose: VITAL_INTERESTS,
    restsOn: ['ground'],
    came: 'SELECT DISTINCT agency AS sender, convention FROM desk.urgent_received',
    select: `
SELECT u.taken_back_at, 'urgent-request-taken-back', u.id::text, u.agency, NULL::int,
          jsonb_build_object('convention', u.convention), NULL::uuid
     FROM desk.urgent_received u WHERE u.case_id = $1 AND u.unit = $2 AND u.taken_back_at IS NOT NULL`,
  },
  {
    of: URGENT_REQUEST_ANSWERED,
    purpose: VITAL_INTERESTS,
    restsOn: ['outcome'],
    select: `
SELECT u.answered_at, 'urgent-answer-given', u.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', u.answered_by, 'agency', u.agency, 'outcome', u.state), NULL::uuid
     FROM desk.urgent_received u WHERE u.case_id = $1 AND u.unit = $2 AND u.answered_at IS NOT NULL`,
  },
  ...(['asked', 'received'] as const).map((side) =>
    revokedFieldsEntries(side === 'asked' ? 'urgent-answer' : 'urgent-request', {
      id: 't.id::text',
      sender: 't.agency',
      from: `desk.urgent_${side} t`,
      where: 't.case_id = $1 AND t.unit = $2',
    }),
  ),
];

/** For `overdueChanges` of `AgencyModule`. */
export const URGENT_OVERDUE_CHANGES: readonly string[] = [
  `UPDATE desk.urgent_asked SET overdue_told_at = $1
    WHERE state = 'asked' AND overdue_told_at IS NULL AND due_at <= $1`,
  `UPDATE desk.urgent_received SET overdue_told_at = $1
    WHERE state = 'open' AND overdue_told_at IS NULL AND due_at <= $1`,
];
