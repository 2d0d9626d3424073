import { AppError } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';
import type { AuditEntry, AuditTrail } from '../audit/audit-trail';
import { EPOCH_SUPERSEDED, type LockedStreams, lockStreams, SEQUENCE_CONFLICT } from '../consumer/inbox';
import type { OpenedArrival } from '../consumer/opening';
import type { StreamState } from '../consumer/ordering';
import type { Sql } from '../outbox/lanes';

/** A parked event is known by who sent it and its id there; what nobody could open, by its digest. */
export interface LetterKey {
  readonly peer: string;
  readonly id: string;
}

/** Who acts on a dead letter, as the audit record names them. */
export interface Operator {
  readonly unit: string;
  readonly agent: string;
}

/** One row of the inbox, with what operators did about it. */
export interface Letter {
  readonly source: string;
  readonly id: string;
  readonly state: 'waiting' | 'applied' | 'parked' | 'dropped' | 'revoked';
  readonly reason: string | null;
  readonly type: string | null;
  readonly epoch: string | null;
  readonly reference: string | null;
  readonly sequence: number | null;
  readonly digest: Buffer;
  readonly body: Buffer | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly attempts: number;
  readonly proposed_by: string | null;
  readonly settled: string | null;
}

const SELECT_LETTERS = `
SELECT i.source, i.id, i.state, i.reason, i.type, i.epoch, i.reference, i.sequence, i.digest, i.body, i.topic,
       i.partition, i."offset", coalesce(d.attempts, 1) AS attempts, d.proposed_by, d.settled
  FROM unnest($1::text[], $2::text[]) AS w (source, id)
  JOIN messaging.inbox i ON i.source = w.source AND i.id = w.id
  LEFT JOIN messaging.dead_letter d ON d.source = i.source AND d.id = i.id
 WHERE i.state = 'parked' OR d.id IS NOT NULL`;

export function findLetters(sql: Sql, keys: readonly LetterKey[]): Promise<Letter[]> {
  return sql.query<Letter[]>(SELECT_LETTERS, [keys.map(({ peer }) => peer), keys.map(({ id }) => id)]);
}

/** @throws AppError `dead-letter-unknown` */
export async function getLetter(sql: Sql, key: LetterKey): Promise<Letter> {
  const [letter] = await findLetters(sql, [key]);
  if (letter) return letter;
  throw new AppError('dead-letter-unknown', 'No event of this agency was parked under this sender and id.');
}

/**
 * Locks first what the consumer locks first, the event's stream; then the event. Whoever holds these works on the case
 * alone, the consumer included.
 */
export async function lockLetter(
  manager: EntityManager,
  key: LetterKey,
  member: Parameters<typeof lockStreams>[1][number],
): Promise<{ readonly letter: Letter; readonly locked: LockedStreams }> {
  const locked = await lockStreams(manager, [member]);
  await manager.query('SELECT FROM messaging.inbox WHERE source = $1 AND id = $2 FOR UPDATE', [
    key.peer,
    key.id,
  ]);
  return { letter: await getLetter(manager, key), locked };
}

/** The event's place in its case, unless it has none: another holds it, its epoch has ended, or it belongs to no case. */
export function placeOf(letter: Letter): Pick<OpenedArrival, 'stream' | 'epoch' | 'sequence'> {
  const { source, reference, epoch, sequence, reason } = letter;
  if (reference === null || epoch === null || sequence === null) return {};
  if (reason === SEQUENCE_CONFLICT || reason === EPOCH_SUPERSEDED) return {};
  return { stream: `${source}/${reference}`, epoch, sequence };
}

/** The event as one that takes its place and of which nothing is applied. @param reason code of why */
export function settledArrival(letter: Letter, reason: string): OpenedArrival {
  const { source, id, digest, topic, partition, offset } = letter;
  return {
    key: `${source}/${id}`,
    source,
    id,
    digest,
    body: letter.body ?? Buffer.alloc(0),
    origin: { topic, partition, offset },
    ...placeOf(letter),
    ordering: 'case',
    refused: false,
    stored: true,
    settled: true,
    reason,
    recordKeeping: true,
  };
}

/** The stream's state without the event's own parking, which is what is about to change. */
export function withoutParked(
  states: ReadonlyMap<string, StreamState>,
  { stream, sequence }: Pick<OpenedArrival, 'stream' | 'sequence'>,
): ReadonlyMap<string, StreamState> {
  const state = stream === undefined ? undefined : states.get(stream);
  if (stream === undefined || state === undefined) return states;
  return new Map(states).set(stream, {
    ...state,
    parked: state.parked.filter((parked) => parked !== sequence),
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What somebody did about a parked event; where nobody did, its sender by replacing it. */
export function letterRecord(
  audit: AuditTrail,
  kind: AuditEntry['kind'],
  letter: Pick<Letter, 'source' | 'id' | 'reference' | 'type'>,
  { at, reason, operator }: { readonly at: Date; readonly reason?: string; readonly operator?: Operator },
) {
  const known = UUID.test(letter.id);
  return audit.prepare({
    kind,
    at: at.toISOString(),
    purpose: 'delivery',
    legalBases: ['RGPD 5(1)(f)'],
    fields: [],
    ...operator,
    ...(reason !== undefined && { reason }),
    ...(letter.reference !== null && { reference: letter.reference }),
    ...(letter.type !== null && { event: letter.type }),
    ...(known && { eventId: letter.id, counterpart: letter.source }),
  });
}

export interface SettledLetter {
  /** Where the event stands now. */
  readonly state: Letter['state'];
  readonly reason: string | null;
  /** Nothing was done: it was settled before. */
  readonly already: boolean;
  /** Later events of the case that were applied with it. */
  readonly released: number;
}

export function alreadySettled({ state, reason }: Letter): SettledLetter {
  return { state, reason, already: true, released: 0 };
}
