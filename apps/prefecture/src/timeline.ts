import {
  RECEIVED_NOTICE_TIMELINE,
  RECEIVED_SUPPORT_TIMELINE,
  type RecordEntries,
  type TimelineSource,
} from '@liaison/casework';
import { REFLECTION_PERIOD_RECORD, RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import { PURPOSE } from './own-records';

const own =
  (of: string) =>
  (restsOn: readonly string[], select: string): RecordEntries => ({ of, purpose: PURPOSE, restsOn, select });
const ofPeriod = own(REFLECTION_PERIOD_RECORD);
const ofPermit = own(RESIDENCE_PERMIT_RECORD);

/** What happens to a case of a préfecture, as `TIMELINE_SOURCES` of casework says; days are shown at their beginning in UTC. */
export const TIMELINE: readonly TimelineSource[] = [
  ...RECEIVED_NOTICE_TIMELINE,
  ...RECEIVED_SUPPORT_TIMELINE,
  ofPeriod(
    ['from', 'lastDay', 'article'],
    `SELECT p.opened_at, 'reflection-period-opened', p.id::text, NULL::text, NULL::int,
          jsonb_build_object('from', p.from_day, 'lastDay', p.last_day, 'article', p.article), NULL::uuid
     FROM prefecture.reflection_period p WHERE p.case_id = $1 AND p.unit = $2`,
  ),
  ofPeriod(
    ['endedOn', 'endReason'],
    `SELECT p.ended_on::timestamp AT TIME ZONE 'UTC', 'reflection-period-ended', p.id::text, NULL::text, NULL::int,
          jsonb_build_object('reason', p.end_reason), NULL::uuid
     FROM prefecture.reflection_period p WHERE p.case_id = $1 AND p.unit = $2 AND p.ended_on IS NOT NULL`,
  ),
  ofPeriod(
    ['breach'],
    `SELECT b.reported_at, 'breach-reported', b.id::text, NULL::text, NULL::int,
          jsonb_build_object('measure', b.measure, 'takenOn', b.taken_on, 'remediedOn', b.remedied_on), NULL::uuid
     FROM prefecture.reflection_breach b JOIN prefecture.reflection_period p ON p.id = b.period_id
    WHERE p.case_id = $1 AND p.unit = $2`,
  ),
  ofPermit(
    ['lodgedOn', 'ground', 'kind', 'renewal', 'state'],
    `SELECT r.lodged_on::timestamp AT TIME ZONE 'UTC', 'permit-lodged', r.id::text, NULL::text, NULL::int,
          jsonb_build_object('ground', r.ground, 'kind', r.kind, 'renewal', r.renewal, 'state', r.state), NULL::uuid
     FROM prefecture.residence_permit r WHERE r.case_id = $1 AND r.unit = $2`,
  ),
  ofPermit(
    ['grantedOn', 'kind', 'validUntil'],
    `SELECT r.granted_on::timestamp AT TIME ZONE 'UTC', 'permit-granted', r.id::text, NULL::text, NULL::int,
          jsonb_build_object('kind', r.kind, 'validUntil', r.valid_until), NULL::uuid
     FROM prefecture.residence_permit r WHERE r.case_id = $1 AND r.unit = $2 AND r.granted_on IS NOT NULL`,
  ),
];
