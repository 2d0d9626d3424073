import { revokedFieldsEntries } from '../after-sharing/revoked-fields';
import type { SharedTable } from '../after-sharing/shared-tables';
import type { WorkSource } from '../desk/work-source';
import { FORGET_TERMS_OF } from '../search/search-terms';

/** What waits for whoever receives notices: of each case the newest version that stands. */
export const RECEIVED_NOTICE_WORK: readonly WorkSource[] = [
  {
    kind: 'notice',
    select: `
SELECT n.id::text, n.case_id, n.received_at, n.state = 'new',
       CASE WHEN n.state = 'new' THEN n.acknowledge_by END, n.acknowledge_by - interval '1 day',
       n.type, n.sender, n.convention, n.departement, n.purpose
  FROM (SELECT DISTINCT ON (v.case_id) v.* FROM notice.received_notice v
         WHERE v.unit = $1 ORDER BY v.case_id, v.recipient_version DESC, v.received_at DESC) n
 WHERE n.standing = 'current' AND n.state <> 'voided'`,
  },
];

/** What happens to a case that is a received notice, as `TIMELINE_SOURCES` says. */
export const RECEIVED_NOTICE_TIMELINE: readonly string[] = [
  `SELECT n.received_at, 'notice-received', n.id::text, n.sender, n.recipient_version,
          jsonb_build_object('state', n.state, 'standing', n.standing, 'acknowledgeBy', n.acknowledge_by), n.id
     FROM notice.received_notice n WHERE n.case_id = $1 AND n.unit = $2 AND n.state <> 'voided'`,
  `SELECT n.restricted_since, 'notice-restricted', n.id::text, n.sender, n.recipient_version, '{}'::jsonb, NULL::uuid
     FROM notice.received_notice n WHERE n.case_id = $1 AND n.unit = $2 AND n.restricted_since IS NOT NULL`,
  `SELECT n.purged_at, 'notice-purged', n.id::text, n.sender, n.recipient_version,
          jsonb_build_object('reason', n.purge_reason), NULL::uuid
     FROM notice.received_notice n WHERE n.case_id = $1 AND n.unit = $2 AND n.purged_at IS NOT NULL`,
  revokedFieldsEntries('notice', {
    id: 't.id::text',
    sender: 't.sender',
    version: 't.recipient_version',
    from: 'notice.received_notice t',
    where: 't.case_id = $1 AND t.unit = $2',
  }),
  `SELECT n.received_at, 'notice-taken-back', n.id::text, n.sender, n.recipient_version,
          jsonb_build_object('standing', n.standing), NULL::uuid
     FROM notice.received_notice n WHERE n.case_id = $1 AND n.unit = $2 AND n.state = 'voided' AND n.purged_at IS NULL`,
  `SELECT n.standing_since, 'notice-' || n.standing, n.id::text, n.sender, n.recipient_version,
          jsonb_build_object('reason', n.standing_reason), NULL::uuid
     FROM notice.received_notice n
    WHERE n.case_id = $1 AND n.unit = $2 AND n.standing <> 'current' AND n.standing_since IS NOT NULL`,
  `SELECT n.acknowledged_at, 'notice-acknowledged', n.id::text, NULL::text, n.recipient_version, '{}'::jsonb, NULL::uuid
     FROM notice.received_notice n WHERE n.case_id = $1 AND n.unit = $2 AND n.acknowledged_at IS NOT NULL`,
];

/**
 * Where received notices lie, for a service's `SharedTables`. The row stays, so that the unit sees that there was a notice, and audit
 * records find what they name.
 * @param forget what the service made of them: see `SharedTable`
 */
export const receivedNoticeTable = (
  forget: Pick<SharedTable, 'forget' | 'forgetParts'> = {},
): SharedTable => ({
  table: 'notice.received_notice',
  sender: 'sender',
  event: 'event_id',
  caseId: 't.case_id',
  holds: `t.state <> 'voided'`,
  emptied: `state = 'voided', content = '{}', withheld = '[]', provenance = '{}'`,
  counted: 'version = t.version + 1',
  forget: ['DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[])', ...(forget.forget ?? [])],
  parts: { document: 'content' },
  forgetParts: [FORGET_TERMS_OF, ...(forget.forgetParts ?? [])],
});
