import { BREAK_GLASS_OPENED } from '@liaison/contracts';
import type { WorkSource } from '../desk/work-source';

/** Of an opening that was told before its purpose was stored nobody can say who may read it: it stays on the desk. */
const TOLD = `CASE WHEN b.purpose IS NOT NULL THEN '${BREAK_GLASS_OPENED}' END, b.sender, b.convention, NULL::text, b.purpose`;

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

/** See `TIMELINE_SOURCES`: that it happened, not in which words. */
export const BREAK_GLASS_TIMELINE: readonly string[] = [
  `SELECT b.opened_at, 'break-glass-opened', b.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', b.agent, 'ground', b.ground, 'until', b.until), NULL::uuid
     FROM desk.break_glass b WHERE b.case_id = $1 AND b.unit = $2`,
  `SELECT b.reviewed_at, 'break-glass-reviewed', b.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', b.reviewed_by, 'verdict', b.verdict), NULL::uuid
     FROM desk.break_glass b WHERE b.case_id = $1 AND b.unit = $2 AND b.reviewed_at IS NOT NULL`,
  `SELECT b.received_at, 'break-glass-told', b.opening::text, b.sender, NULL::int,
          jsonb_build_object('ground', b.ground, 'until', b.until), NULL::uuid
     FROM desk.break_glass_told b WHERE b.case_id = $1 AND b.unit = $2`,
];
