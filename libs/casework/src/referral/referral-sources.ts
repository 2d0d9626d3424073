import { REFERRAL_MADE } from '@liaison/contracts';
import { revokedFieldsEntries } from '../after-sharing/revoked-fields';
import type { WorkSource } from '../desk/work-source';
import { STOPPED_REFERRALS } from './told-agencies';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for whoever made referrals: an acknowledgement, and what has not left or not arrived. A line a referral, whoever was told. */
export const MADE_REFERRAL_WORK: readonly WorkSource[] = [
  {
    kind: 'referral-awaited',
    select: `
SELECT t.referral_id::text, t.referral_id, m.made_at, false, min(t.acknowledge_by), min(t.acknowledge_by), ${OWN}
  FROM referral.told t JOIN referral.made m ON m.id = t.referral_id
 WHERE t.unit = $1 AND t.acknowledged_at IS NULL
 GROUP BY t.referral_id, m.made_at`,
  },
  {
    // Whatever stopped it, the child still waits: due at once.
    kind: 'referral-stopped',
    select: `
SELECT s.referral_id::text, s.referral_id, min(s.since), true, min(s.since), min(s.since), ${OWN}
  FROM (${STOPPED_REFERRALS}) s WHERE s.unit = $1 GROUP BY s.referral_id`,
  },
];

/** What waits for whoever receives referrals. */
export const RECEIVED_REFERRAL_WORK: readonly WorkSource[] = [
  {
    kind: 'received-referral',
    select: `
SELECT r.id::text, r.case_id, r.received_at, true, r.acknowledge_by, r.acknowledge_by - interval '4 hours',
       '${REFERRAL_MADE}', r.sender, r.convention, r.departement, r.purpose
  FROM referral.received r WHERE r.unit = $1 AND r.state = 'new'`,
  },
];

/** What happens to a case that is a referral, as `TIMELINE_SOURCES` says. */
export const MADE_REFERRAL_TIMELINE: readonly string[] = [
  `SELECT m.made_at, 'referral-made', m.id::text, NULL::text, NULL::int,
          jsonb_build_object('prosecutorMissing', m.prosecutor_missing), m.id
     FROM referral.made m WHERE m.id = $1 AND m.unit = $2`,
  `SELECT s.at, 'delivery-' || s.state, s.event_id, NULL::text, s.recipient_version,
          jsonb_build_object('recipient', s.recipient, 'convention', s.convention, 'reason', s.reason), NULL::uuid
     FROM referral.made m JOIN messaging.delivery_status s ON s.case_id = m.id WHERE m.id = $1 AND m.unit = $2`,
  `SELECT t.acknowledged_at, 'acknowledgement-received', t.acknowledgement_event::text, t.agency, NULL::int,
          jsonb_build_object('role', t.role), NULL::uuid
     FROM referral.told t WHERE t.referral_id = $1 AND t.unit = $2 AND t.acknowledged_at IS NOT NULL`,
];

export const RECEIVED_REFERRAL_TIMELINE: readonly string[] = [
  `SELECT r.received_at, 'referral-received', r.id::text, r.sender, NULL::int,
          jsonb_build_object('state', r.state, 'acknowledgeBy', r.acknowledge_by), r.id
     FROM referral.received r WHERE r.case_id = $1 AND r.unit = $2 AND r.state <> 'voided'`,
  `SELECT r.received_at, 'referral-taken-back', r.id::text, r.sender, NULL::int,
          jsonb_build_object('reason', r.purge_reason), NULL::uuid
     FROM referral.received r WHERE r.case_id = $1 AND r.unit = $2 AND r.state = 'voided'`,
  revokedFieldsEntries('referral', {
    id: 't.id::text',
    sender: 't.sender',
    from: 'referral.received t',
    where: 't.case_id = $1 AND t.unit = $2',
  }),
  `SELECT r.acknowledged_at, 'referral-acknowledged', r.id::text, NULL::text, NULL::int, '{}'::jsonb, NULL::uuid
     FROM referral.received r WHERE r.case_id = $1 AND r.unit = $2 AND r.acknowledged_at IS NOT NULL`,
];

/** For the change feed: see `OVERDUE_CHANGES`. */
export const OVERDUE_MADE_REFERRALS: readonly string[] = [
  `
UPDATE referral.told SET overdue_told_at = $1
 WHERE acknowledged_at IS NULL AND overdue_told_at IS NULL AND acknowledge_by <= $1`,
  `
UPDATE referral.told t SET stopped_told_at = $1
  FROM (${STOPPED_REFERRALS}) s
 WHERE t.referral_id = s.referral_id AND t.agency = s.agency AND t.acknowledged_at IS NULL AND t.stopped_told_at IS NULL`,
];

export const OVERDUE_RECEIVED_REFERRALS = `
UPDATE referral.received SET overdue_told_at = $1
 WHERE state = 'new' AND overdue_told_at IS NULL AND acknowledge_by <= $1`;
