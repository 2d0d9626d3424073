import { type ReceivedEntries, revokedFieldsEntries, type TimelineSource } from '@liaison/casework';
import { REFLECTION_PERIOD_BREACHED } from '@liaison/contracts';
import { PURPOSE } from './notice/purpose';

/** When what somebody shared began to be shown to fewer, and when it went. `t` is what they shared, `n` the notice. */
const afterSharing = (kind: string, id: string, from: string): readonly string[] => [
  revokedFieldsEntries(kind, { id, sender: 't.agency', from, where: 'n.id = $1 AND n.unit = $2' }),
  `SELECT t.restricted_since, '${kind}-restricted', ${id}, t.agency, NULL::int, '{}'::jsonb, NULL::uuid
     FROM ${from} WHERE n.id = $1 AND n.unit = $2 AND t.restricted_since IS NOT NULL`,
  `SELECT t.purged_at, '${kind}-purged', ${id}, t.agency, NULL::int, jsonb_build_object('reason', t.purge_reason), NULL::uuid
     FROM ${from} WHERE n.id = $1 AND n.unit = $2 AND t.purged_at IS NOT NULL`,
];

/** What happens to a notice of an investigating service, as `TIMELINE_SOURCES` of casework says. */
export const TIMELINE: readonly TimelineSource[] = [
  `SELECT n.created_at, 'notice-written', n.id::text, NULL::text, NULL::int,
          jsonb_build_object('state', n.state, 'by', n.author), n.id
     FROM police.notice n WHERE n.id = $1 AND n.unit = $2`,
  `SELECT n.issued_at, 'notice-issued', n.id::text, NULL::text, NULL::int, '{}'::jsonb, NULL::uuid
     FROM police.notice n WHERE n.id = $1 AND n.unit = $2 AND n.issued_at IS NOT NULL`,
  `SELECT c.at, 'notice-' || c.kind, n.id::text || '/' || c.version, NULL::text, c.version,
          jsonb_build_object('reason', c.reason, 'told', to_jsonb(c.told), 'by', c.author), NULL::uuid
     FROM police.notice_change c JOIN police.notice n ON n.id = c.notice_id WHERE n.id = $1 AND n.unit = $2`,
  `SELECT s.at, 'delivery-' || s.state, s.event_id, NULL::text, s.recipient_version,
          jsonb_build_object('recipient', s.recipient, 'convention', s.convention, 'reason', s.reason), NULL::uuid
     FROM police.notice n JOIN messaging.delivery_status s ON s.case_id = n.case_id WHERE n.id = $1 AND n.unit = $2`,
  `SELECT r.at, 'share-revoked', r.id::text, NULL::text, NULL::int,
          jsonb_build_object('recipient', r.recipient, 'ground', r.ground, 'effect', r.effect,
                             'events', cardinality(r.events), 'fields', r.fields), NULL::uuid
     FROM casework.revocation r JOIN police.notice n ON n.case_id = r.case_id WHERE n.id = $1 AND n.unit = $2`,
  `SELECT r.confirmed_at, 'share-purged', r.id::text, r.recipient, NULL::int,
          jsonb_build_object('purged', r.purged, 'kept', r.kept, 'fields', r.fields), NULL::uuid
     FROM casework.revocation r JOIN police.notice n ON n.case_id = r.case_id
    WHERE n.id = $1 AND n.unit = $2 AND r.confirmed_at IS NOT NULL`,
  `SELECT a.received_at, 'acknowledgement-received', a.event_id::text, a.agency, a.recipient_version,
          jsonb_build_object('convention', a.convention), NULL::uuid
     FROM police.notice_acknowledgement a JOIN police.notice n ON n.id = a.notice_id WHERE n.id = $1 AND n.unit = $2`,
  {
    of: REFLECTION_PERIOD_BREACHED,
    purpose: PURPOSE,
    restsOn: ['measure', 'takenOn', 'remediedOn'],
    came: 'SELECT DISTINCT agency AS sender, convention FROM police.breach',
    select: `
SELECT b.received_at, 'breach-reported', b.breach_id::text || '@' || b.agency, b.agency, NULL::int,
          jsonb_build_object('convention', b.convention, 'measure', b.measure, 'takenOn', b.taken_on,
                             'remediedOn', b.remedied_on), NULL::uuid
     FROM police.breach b JOIN police.notice n ON n.id = b.notice_id
    WHERE n.id = $1 AND n.unit = $2
      -- Of which something is restricted, who reads that sees it; a list shows the others the rest.
      AND (NOT b.revoked_fields @> '[{"effect":"restrict"}]'
           OR string_to_array(current_setting('liaison.roles', true), ',') && '{supervisor,dpo}')`,
  } satisfies ReceivedEntries,
  ...afterSharing(
    'breach',
    `t.breach_id::text || '@' || t.agency`,
    'police.breach t JOIN police.notice n ON n.id = t.notice_id',
  ),
  ...afterSharing(
    'opinion-request',
    't.id::text',
    'police.opinion_request t JOIN police.notice n ON n.id = t.about AND n.unit = t.unit',
  ),
];
