import { FLIGHT_REPORTED } from '@liaison/contracts';
import { revokedFieldsEntries } from '../after-sharing/revoked-fields';
import type { SharedTable } from '../after-sharing/shared-tables';
import type { WorkSource } from '../desk/work-source';
import { FORGET_TERMS_OF } from '../search/search-terms';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits for whoever has children sheltered: to report within the hour; while a child is gone, that it is, and that somebody takes note. */
export const FLIGHT_WORK: readonly WorkSource[] = [
  {
    kind: 'flight-unreported',
    select: `
SELECT k.id::text, k.case_id, k.noticed_at, true, k.noticed_at + interval '1 hour', k.noticed_at, ${OWN}
  FROM flight.known k WHERE k.unit = $1 AND k.state = 'noticed'`,
  },
  {
    kind: 'flight-running',
    select: `
SELECT k.id::text, k.case_id, k.reported_at, false, NULL::timestamptz, NULL::timestamptz, ${OWN}
  FROM flight.known k WHERE k.unit = $1 AND k.state = 'reported' AND k.origin IS NULL`,
  },
  {
    // A line a flight, whoever was told.
    kind: 'flight-awaited',
    select: `
SELECT k.id::text, k.case_id, k.reported_at, false, min(t.acknowledge_by), min(t.acknowledge_by), ${OWN}
  FROM flight.told t JOIN flight.known k ON k.id = t.flight_id AND k.state = 'reported'
 WHERE t.unit = $1 AND t.acknowledge_by IS NOT NULL AND t.acknowledged_at IS NULL
 GROUP BY k.id, k.case_id, k.reported_at`,
  },
];

/**
 * What waits for whoever was told: a child who is gone stays there until it is found. One that nobody has reported is due at once, one of
 * whom nobody has taken note by when its convention says.
 */
export const RECEIVED_FLIGHT_WORK: readonly WorkSource[] = [
  {
    kind: 'received-flight',
    facts: ({ id }) => ({ takesInCharge: [id], namedContact: [id] }),
    select: `
SELECT r.id::text, r.case_id, r.received_at, r.acknowledged_at IS NULL,
       CASE WHEN r.state = 'overdue' THEN r.received_at WHEN r.acknowledged_at IS NULL THEN r.acknowledge_by END,
       CASE WHEN r.state = 'overdue' OR r.acknowledged_at IS NULL THEN r.received_at END,
       '${FLIGHT_REPORTED}', r.sender, r.convention, r.departement, r.purpose
  FROM flight.received r WHERE r.unit = $1 AND r.state IN ('overdue', 'gone')`,
  },
];

/** See `TIMELINE_SOURCES`. */
export const FLIGHT_TIMELINE: readonly string[] = [
  `SELECT k.noticed_at, 'flight-noticed', k.id::text, NULL::text, NULL::int, '{}'::jsonb, NULL::uuid
     FROM flight.known k WHERE k.case_id = $1 AND k.unit = $2`,
  `SELECT k.reported_at, CASE WHEN k.origin IS NULL THEN 'flight-reported' ELSE 'flight-passed-on' END, k.id::text, NULL::text,
          NULL::int, jsonb_build_object('policeMissing', k.police_missing), NULL::uuid
     FROM flight.known k WHERE k.case_id = $1 AND k.unit = $2 AND k.reported_at IS NOT NULL`,
  `SELECT t.acknowledged_at, 'flight-acknowledgement-received', k.id::text || '@' || t.agency, t.agency, NULL::int,
          jsonb_build_object('role', t.role, 'duty', t.duty), NULL::uuid
     FROM flight.told t JOIN flight.known k ON k.id = t.flight_id
    WHERE k.case_id = $1 AND k.unit = $2 AND t.acknowledged_at IS NOT NULL`,
  `SELECT k.ended_at, 'flight-ended', k.id::text, NULL::text, NULL::int, jsonb_build_object('outcome', k.state), NULL::uuid
     FROM flight.known k WHERE k.case_id = $1 AND k.unit = $2 AND k.ended_at IS NOT NULL`,
];

/** What a flight says is a document where the flight is a case of its own. */
export const RECEIVED_FLIGHT_TIMELINE: readonly string[] = [
  `SELECT r.received_at, 'flight-received', r.id::text, r.sender, NULL::int,
          jsonb_build_object('noticedAt', r.noticed_at, 'reportedAt', r.reported_at, 'acknowledgeBy', r.acknowledge_by),
          CASE WHEN r.case_id = r.delivered_case AND r.purged_at IS NULL AND r.state <> 'voided' THEN r.id END
     FROM flight.received r WHERE r.case_id = $1 AND r.unit = $2`,
  `SELECT r.acknowledged_at, 'flight-acknowledged', r.id::text, NULL::text, NULL::int, jsonb_build_object('by', r.acknowledged_by), NULL::uuid
     FROM flight.received r WHERE r.case_id = $1 AND r.unit = $2 AND r.acknowledged_at IS NOT NULL`,
  `SELECT r.found_said_at, 'flight-found-said', r.id::text, NULL::text, NULL::int, jsonb_build_object('by', r.found_said_by), NULL::uuid
     FROM flight.received r WHERE r.case_id = $1 AND r.unit = $2 AND r.found_said_at IS NOT NULL`,
  `SELECT r.ended_at, 'received-flight-ended', r.id::text, r.sender, NULL::int, jsonb_build_object('outcome', r.state), NULL::uuid
     FROM flight.received r WHERE r.case_id = $1 AND r.unit = $2 AND r.ended_at IS NOT NULL`,
  revokedFieldsEntries('flight', {
    id: 't.id::text',
    sender: 't.sender',
    from: 'flight.received t',
    where: 't.case_id = $1 AND t.unit = $2',
  }),
];

/** What others reported goes at the end of its convention's term, or when its sender says so. That there was a flight stays. */
export const FLIGHT_SHARED_TABLES: readonly SharedTable[] = [
  {
    table: 'flight.received',
    sender: 'sender',
    event: 'event_id',
    caseId: 't.delivered_case',
    holds: 't.purged_at IS NULL',
    emptied: `content = '{}', withheld = '[]'`,
    counted: 'version = t.version + 1',
    forget: ['DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[])'],
    parts: { document: 'content' },
    forgetParts: [FORGET_TERMS_OF],
  },
];

/** For the change feed: see `OVERDUE_CHANGES`. Whoever was told of a child who is gone, and has not said that somebody takes note. */
export const OVERDUE_FLIGHTS = `
UPDATE flight.told t SET overdue_told_at = $1
  FROM flight.known k
 WHERE k.id = t.flight_id AND k.state = 'reported'
   AND t.acknowledged_at IS NULL AND t.overdue_told_at IS NULL AND t.acknowledge_by <= $1`;

export const OVERDUE_RECEIVED_FLIGHTS = `
UPDATE flight.received SET overdue_told_at = $1
 WHERE state = 'gone' AND acknowledged_at IS NULL AND overdue_told_at IS NULL AND acknowledge_by <= $1`;
