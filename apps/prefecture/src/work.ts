import { RECEIVED_NOTICE_WORK, RECEIVED_SUPPORT_WORK, type WorkSource } from '@liaison/casework';
import { OPINION_REQUESTED, REFLECTION_PERIOD_RECORD, RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import { PURPOSE } from './own-records';
import { RENEWAL_DUE_DAYS, RENEWAL_OPENS_DAYS } from './permit/permit';
import { RENEWING } from './permit/permit.handler';
import { WARNING_DAYS } from './reflection-period/reflection-period';

/** For so long a period that ran out without an application stays on the desk. */
const LATE_DAYS = 90;
/** Of the préfecture's own record of this type. */
const own = (type: string): string => `'${type}', NULL::text, NULL::text, NULL::text, '${PURPOSE}'`;
/** The instant at which the day after a legal day begins. */
const after = (day: string): string => `((${day} + 1)::timestamp AT TIME ZONE $4)`;
const renewing = RENEWING.map((state) => `'${state}'`).join(', ');

/** What waits for the desk of a préfecture. A feature that has something to be done by a day adds its line here. */
export const WORK: readonly WorkSource[] = [
  ...RECEIVED_NOTICE_WORK,
  ...RECEIVED_SUPPORT_WORK,
  {
    kind: 'reflection-period',
    restsOn: ['endedOn', 'lastDay'],
    select: `
SELECT p.id::text, p.case_id, p.opened_at, false, ${after('p.last_day')},
       ${after('p.last_day')} - interval '${WARNING_DAYS} days', ${own(REFLECTION_PERIOD_RECORD)}
  FROM prefecture.reflection_period p
 WHERE p.unit = $1 AND p.ended_on IS NULL AND p.last_day >= $3::date - ${LATE_DAYS}
   AND NOT EXISTS (SELECT FROM prefecture.residence_permit r WHERE r.case_id = p.case_id)`,
  },
  {
    kind: 'breach',
    restsOn: ['breach'],
    select: `
SELECT b.id::text, p.case_id, b.reported_at, false, b.reported_at, b.reported_at, ${own(REFLECTION_PERIOD_RECORD)}
  FROM prefecture.reflection_breach b JOIN prefecture.reflection_period p ON p.id = b.period_id
 WHERE p.unit = $1 AND b.remedied_on IS NULL AND b.voided_at IS NULL`,
  },
  {
    kind: 'permit-application',
    restsOn: ['state', 'lodgedOn'],
    select: `
SELECT p.id::text, p.case_id, p.lodged_on::timestamp AT TIME ZONE $4, false, NULL::timestamptz, NULL::timestamptz, ${own(RESIDENCE_PERMIT_RECORD)}
  FROM prefecture.residence_permit p WHERE p.unit = $1 AND p.state = 'lodged'`,
  },
  {
    kind: 'permit-renewal',
    restsOn: ['state', 'grantedOn', 'validUntil'],
    select: `
SELECT p.id::text, p.case_id, p.granted_on::timestamp AT TIME ZONE $4, false,
       ${after(`p.valid_until - ${RENEWAL_DUE_DAYS}`)},
       (p.valid_until - ${RENEWAL_OPENS_DAYS})::timestamp AT TIME ZONE $4, ${own(RESIDENCE_PERMIT_RECORD)}
  FROM prefecture.residence_permit p
 WHERE p.unit = $1 AND p.state = 'granted'
   AND $3::date >= p.valid_until - ${RENEWAL_OPENS_DAYS}
   AND NOT EXISTS (SELECT FROM prefecture.residence_permit r WHERE r.renewal_of = p.id AND r.state IN (${renewing}))`,
  },
  {
    kind: 'opinion-request',
    restsOn: ['dueOn', 'requestedAt'],
    select: `
SELECT o.id::text, coalesce(n.case_id, r.case_id), o.asked_at, false, o.due_at, o.due_at - interval '3 days', ${own(OPINION_REQUESTED)}
  FROM prefecture.opinion_request o
  LEFT JOIN notice.received_notice n ON n.id = o.subject_id
  LEFT JOIN prefecture.residence_permit r ON r.id = o.subject_id
 WHERE o.unit = $1 AND o.state = 'asked'`,
  },
  // Told to purge, and not confirmed in time. What was asked has a case of its own: it is the one that was asked about.
  {
    kind: 'purge-unconfirmed',
    select: `
SELECT t.id::text, CASE WHEN o.id IS NULL THEN t.case_id ELSE coalesce(n.case_id, p.case_id) END, t.at, false,
       t.confirm_by, t.confirm_by, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
  FROM casework.revocation t
  LEFT JOIN prefecture.opinion_request o ON o.case_id = t.case_id
  LEFT JOIN notice.received_notice n ON n.id = o.subject_id
  LEFT JOIN prefecture.residence_permit p ON p.id = o.subject_id
 WHERE t.unit = $1 AND t.confirm_by IS NOT NULL AND t.confirmed_at IS NULL`,
  },
];
