import { ATTACHMENT_ADDED } from '@liaison/contracts';
import type { WorkSource } from '../desk/work-source';

/** What somebody here has to do about a damaged document. */
export const ASK_AGAIN = 'ask-sender-to-send-again';

/** A document that arrived damaged, until its sender has sent it again: the same file, or one of that kind and name. */
export const ATTACHMENT_WORK: readonly WorkSource[] = [
  {
    kind: 'attachment-damaged',
    select: `
SELECT a.id::text, a.case_id, a.damaged_at, false, NULL::timestamptz, NULL::timestamptz,
       '${ATTACHMENT_ADDED}', a.sender, a.convention, c.facts ->> 'departement', a.purpose
  FROM casework.attachment a JOIN messaging.cases c ON c.id = a.case_id
 WHERE a.unit = $1 AND a.state = 'damaged'
   AND NOT EXISTS (SELECT FROM casework.attachment b
                    WHERE b.case_id = a.case_id AND b.sender = a.sender AND b.state = 'complete' AND b.id > a.id
                      AND (b.sha256 = a.sha256 OR (b.kind, b.name) = (a.kind, a.name)))`,
  },
];

/** See `TIMELINE_SOURCES`. */
export const ATTACHMENT_TIMELINE: readonly string[] = [
  `SELECT a.damaged_at, 'attachment-damaged', a.id::text, a.sender, NULL::int,
          jsonb_build_object('action', '${ASK_AGAIN}'), NULL::uuid
     FROM casework.attachment a WHERE a.case_id = $1 AND a.unit = $2 AND a.state = 'damaged'`,
];
