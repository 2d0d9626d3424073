import { randomUUID } from 'node:crypto';
import { AppError } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';
import type { AuditTrail } from '../audit/audit-trail';
import { type LetterKey, letterRecord, type Operator } from './letter';

export interface Replacement {
  /** Id of the event that stands in for the parked one. */
  readonly eventId: string;
  /** It was on its way already. */
  readonly already: boolean;
  /** Lanes to wake once the transaction has committed. */
  readonly lanes: readonly number[];
}

interface SentRow {
  readonly lane_id: number;
  readonly case_id: string;
  readonly case_version: number;
  readonly recipient_unit: string | null;
  readonly reference: string;
  readonly type: string;
  readonly is_parked: boolean;
  /** Parked here: the broker would not take it. */
  readonly is_refused: boolean;
}

/**
 * T1 of the sender: what a recipient parked, or the broker would not take, is sent anew, as it was decided to be told then and as it may be told now,
 * under a new sequence; it names every event of the same version that the recipient holds parked. Nothing else changes.
 * @throws AppError `dead-letter-unknown`, `dead-letter-settled`
 */
export async function replaceParked(
  manager: EntityManager,
  audit: AuditTrail,
  { peer, id }: LetterKey,
  operator: Operator,
  at: Date,
): Promise<Replacement> {
  const [sent] = await manager.query<SentRow[]>(SENT, [peer, id]);
  if (!sent) {
    throw new AppError(
      'dead-letter-unknown',
      'This agency sent no event of a case under this recipient and id.',
    );
  }
  // Two operators at once: the second finds what the first has queued.
  await manager.query('SELECT FROM messaging.cases WHERE id = $1 FOR NO KEY UPDATE', [sent.case_id]);
  const [queued] = await manager.query<{ event_id: string }[]>(ON_ITS_WAY, [
    sent.lane_id,
    sent.case_id,
    sent.case_version,
    peer,
    sent.reference,
    id,
  ]);
  if (queued) return { eventId: queued.event_id, already: true, lanes: [] };
  const [current] = await manager.query<SentRow[]>(SENT, [peer, id]);
  if (!current?.is_parked) {
    throw new AppError('dead-letter-settled', 'It is not parked any more.');
  }
  const eventId = randomUUID();
  await manager.query(QUEUE, [
    sent.lane_id,
    eventId,
    peer,
    sent.recipient_unit,
    sent.reference,
    sent.case_id,
    sent.case_version,
  ]);
  if (current.is_refused) await manager.query(GIVE_UP, [sent.lane_id, id]);
  const letter = { source: peer, id, reference: sent.reference, type: sent.type };
  const record = letterRecord(audit, 'redrive', letter, { at, operator, reason: 'replacement' });
  await audit.append(manager, [record]);
  return { eventId, already: false, lanes: [sent.lane_id] };
}

const SENT = `
SELECT d.lane_id, d.case_id, d.case_version, d.recipient_unit, d.reference, d.type,
       d.state = 'parked' OR (d.state = 'frozen' AND r.epoch = d.epoch AND d.sequence = ANY (r.parked)) AS is_parked,
       d.state = 'parked' AS is_refused
  FROM messaging.delivery d
  JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
 WHERE d.recipient = $1 AND d.event_id = $2 AND d.kind = 'event' AND d.case_id IS NOT NULL`;

/** Queued, or sent and not known to be parked itself. */
const ON_ITS_WAY = `
SELECT event_id FROM messaging.intent
 WHERE lane_id = $1 AND kind = 'event' AND reference = $5
   AND ($6 = ANY (replaces) OR (case_id = $2 AND case_version = $3 AND recipient = $4))
UNION ALL
SELECT later.event_id
  FROM messaging.delivery parked
  JOIN messaging.delivery later ON later.case_id = parked.case_id AND later.case_version = parked.case_version
                               AND later.recipient = parked.recipient AND later.epoch = parked.epoch
                               AND later.sequence > parked.sequence AND later.state = 'frozen'
  JOIN messaging.case_reference r ON r.peer = later.recipient AND r.reference = later.reference
 WHERE parked.case_id = $2 AND parked.case_version = $3 AND parked.recipient = $4 AND parked.event_id = $6
   AND later.sequence <> ALL (r.parked)
 LIMIT 1`;

/** The broker would not take it: a void has its place, and the new one stands in for nothing that the recipient has. */
const GIVE_UP = `
UPDATE messaging.delivery SET state = 'revoked' WHERE lane_id = $1 AND event_id = $2 AND state = 'parked'`;

const QUEUE = `
INSERT INTO messaging.intent
  (lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces)
SELECT $1, 'event', $2, $3, $4, $5, $6, $7, (
  SELECT array_agg(d.event_id ORDER BY d.sequence)
    FROM messaging.delivery d
    JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference AND r.epoch = d.epoch
   WHERE d.case_id = $6 AND d.case_version = $7 AND d.recipient = $3 AND d.state = 'frozen'
     AND d.sequence = ANY (r.parked))`;
