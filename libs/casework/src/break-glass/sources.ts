import { BREAK_GLASS_OPENED } from '@liaison/contracts';
import type { WorkSource } from '../desk/work-source';
import type { ReceivedEntries, TimelineSource } from '../timeline/timeline';
import { VITAL_INTERESTS } from '../urgent-request/rows';

/** Of an opening that was told before its purpose was stored nobody can say who may read it: it stays on the desk. */
const TOLD = `CASE WHEN b.purpose IS NOT NULL THEN '${BREAK_GLASS_OPENED}' END, b.sender, b.convention, NULL::text, b.purpose`;

const TOLD_ENTRY = `
SELECT b.received_at, 'break-glass-told', b.opening::text, b.sender, NULL::int,
       jsonb_build_object('ground', b.ground, 'until', b.until, 'convention', b.convention, 'purpose', b.purpose), NULL::uuid
  FROM desk.break_glass_told b WHERE b.case_id = $1 AND b.unit = $2`;

/** What an emergency leaves to be done: its review by a second person, and the note of whoever is told. */
export const BREAK_GLASS_WORK: readonly WorkSource[] = [
  {
    // Whoever may know of the document that was opened: its review asks for no more.
    kind: 'break-glass-review',
    select: `
SELECT b.id::text, b.case_id, b.opened_at, false, b.review_by, b.opened_at, b.type, b.origin, b.convention, b.departement, b.purpose
  FROM desk.break_glass b WHERE b.unit = $1 AND b.reviewed_at IS NULL`,
  },
  {
    kind: 'break-glass-told',
    restsOn: ['opening'],
    select: `
SELECT b.sender || '/' || b.opening, b.case_id, b.received_at, true, b.received_at + interval '1 day', b.received_at, ${TOLD}
  FROM desk.break_glass_told b WHERE b.unit = $1 AND b.noted_at IS NULL`,
  },
];

/**
 * See `TIMELINE_SOURCES`: that it happened, not in which words. Each says for which purpose what was opened is kept; what others opened is
 * told to whoever may know of it for that purpose.
 */
export const BREAK_GLASS_TIMELINE: readonly TimelineSource[] = [
  `SELECT b.opened_at, 'break-glass-opened', b.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', b.agent, 'ground', b.ground, 'until', b.until, 'purpose', b.purpose), NULL::uuid
     FROM desk.break_glass b WHERE b.case_id = $1 AND b.unit = $2`,
  `SELECT b.reviewed_at, 'break-glass-reviewed', b.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', b.reviewed_by, 'verdict', b.verdict, 'purpose', b.purpose), NULL::uuid
     FROM desk.break_glass b WHERE b.case_id = $1 AND b.unit = $2 AND b.reviewed_at IS NOT NULL`,
  {
    of: BREAK_GLASS_OPENED,
    // Unless the opening has its own.
    purpose: VITAL_INTERESTS,
    restsOn: ['opening'],
    came: 'SELECT DISTINCT sender, convention, purpose FROM desk.break_glass_told WHERE purpose IS NOT NULL',
    select: `${TOLD_ENTRY} AND b.purpose IS NOT NULL`,
  } satisfies ReceivedEntries,
  // As on the desk: of what was told before its purpose was stored nobody can say who may read it.
  `${TOLD_ENTRY} AND b.purpose IS NULL`,
];
