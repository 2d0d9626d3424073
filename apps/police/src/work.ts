import type { WorkSource } from '@liaison/casework';
import { REMEDY_PURGED } from './breach/breach';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for a unit of an investigating service. A feature that has something to be done by a day adds its line here. */
export const WORK: readonly WorkSource[] = [
  {
    kind: 'draft',
    select: `
SELECT n.id::text, n.id, n.created_at, false, NULL::timestamptz, NULL::timestamptz, ${OWN}
  FROM police.notice n WHERE n.unit = $1 AND n.state = 'draft'`,
  },
  // Sent, and not acknowledged by its recipient yet, in whatever version.
  {
    kind: 'acknowledgement',
    select: `
SELECT d.event_id, n.id, d.decided_at, false, d.decided_at + t.term, d.decided_at + t.term - interval '1 day', ${OWN}
  FROM police.notice n
  JOIN messaging.event_document e ON e.case_id = n.case_id AND e.version = n.case_version
  JOIN messaging.delivery d ON d.case_id = n.case_id AND d.case_version = n.case_version
  CROSS JOIN LATERAL (SELECT ($5::jsonb ->> (d.convention || ' ' || e.type))::interval AS term) t
 WHERE n.unit = $1 AND n.state = 'issued' AND d.kind = 'event' AND d.state = 'frozen'
   AND NOT EXISTS (SELECT FROM police.notice_acknowledgement a
                    WHERE a.notice_id = n.id AND a.agency = d.recipient
                      AND coalesce(a.recipient_version >= d.recipient_version, a.received_at >= d.decided_at))`,
  },
  // Told to purge, and not confirmed in time.
  {
    kind: 'purge-unconfirmed',
    select: `
SELECT r.id::text, n.id, r.at, false, r.confirm_by, r.confirm_by, ${OWN}
  FROM casework.revocation r JOIN police.notice n ON n.case_id = r.case_id
 WHERE r.unit = $1 AND r.confirm_by IS NOT NULL AND r.confirmed_at IS NULL`,
  },
  {
    kind: 'breach',
    restsOn: ['remediedOn'],
    select: `
SELECT b.breach_id::text || '@' || b.agency, n.id, b.received_at, true, b.received_at, b.received_at, 'liaison.reflection-period.breached.v1', b.agency, b.convention, NULL::text, 'residence-of-victims'
  FROM police.breach b JOIN police.notice n ON n.id = b.notice_id
 WHERE n.unit = $1 AND b.remedied_on IS NULL AND b.purged_at IS NULL
   AND NOT b.revoked_fields @> '${REMEDY_PURGED}'`,
  },
  {
    kind: 'opinion-request',
    restsOn: ['dueOn'],
    // Whoever has the request was asked.
    facts: ({ id }) => ({ askedForOpinion: [id] }),
    select: `
SELECT o.id::text, o.about, o.received_at, true, o.due_at, o.due_at - interval '3 days',
       'liaison.opinion.requested.v1', o.agency, o.convention, NULL::text, o.purpose
  FROM police.opinion_request o WHERE o.unit = $1 AND o.state = 'open'`,
  },
];
