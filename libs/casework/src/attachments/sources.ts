import { ATTACHMENT_ADDED } from '@liaison/contracts';
import type { WorkSource } from '../desk/work-source';

/** What somebody here has to do about a damaged document. */
export const ASK_AGAIN = 'ask-sender-to-send-again';

/** That a document came, or was added, after `a` in its stead: the same file, or one of that kind and name. */
const INSTEAD = `b.case_id = a.case_id AND b.sender IS NOT DISTINCT FROM a.sender AND b.state = 'complete' AND b.id > a.id
                      AND (b.sha256 = a.sha256 OR (b.kind, b.name) = (a.kind, a.name))`;

/** Documents that are of no use to this agency, by their senders, until they came again. */
export const DAMAGED_RECEIVED = `
  FROM casework.attachment a
 WHERE a.state = 'damaged' AND NOT EXISTS (SELECT FROM casework.attachment b WHERE ${INSTEAD})`;

/** This agency's own documents that recipients say are of no use to them, until they were added anew. */
export const DAMAGED_SENT = `
  FROM messaging.delivery d
  JOIN messaging.event_document e ON e.case_id = d.case_id AND e.version = d.case_version
  JOIN casework.attachment a ON a.id = (e.document ->> 'attachment')::uuid AND a.sender IS NULL
 WHERE d.damaged_at IS NOT NULL AND NOT EXISTS (SELECT FROM casework.attachment b WHERE ${INSTEAD})`;

/** A document that arrived damaged, here or at a recipient, until its sender has added it again. */
export const ATTACHMENT_WORK: readonly WorkSource[] = [
  {
    kind: 'attachment-damaged',
    select: `
SELECT a.id::text, a.case_id, a.damaged_at, false, NULL::timestamptz, NULL::timestamptz,
       '${ATTACHMENT_ADDED}', a.sender, a.convention, c.facts ->> 'departement', a.purpose
  FROM casework.attachment a JOIN messaging.cases c ON c.id = a.case_id
 WHERE a.unit = $1 AND a.state = 'damaged' AND NOT EXISTS (SELECT FROM casework.attachment b WHERE ${INSTEAD})`,
  },
  {
    kind: 'attachment-damaged-at-recipient',
    select: `
SELECT a.id::text, a.case_id, min(d.damaged_at), true, NULL::timestamptz, NULL::timestamptz,
       NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
${DAMAGED_SENT} AND a.unit = $1
 GROUP BY a.id`,
  },
];

/** See `TIMELINE_SOURCES`. */
export const ATTACHMENT_TIMELINE: readonly string[] = [
  `SELECT a.damaged_at, 'attachment-damaged', a.id::text, a.sender, NULL::int,
          jsonb_build_object('action', '${ASK_AGAIN}'), NULL::uuid
     FROM casework.attachment a WHERE a.case_id = $1 AND a.unit = $2 AND a.state = 'damaged'`,
];
