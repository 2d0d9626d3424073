import { AppError } from '@liaison/kernel';
import type { DataSource } from 'typeorm';
import type { Broker } from '../broker';
import type { Frozen } from '../dispatch/freeze';
import { type Lease, LeaseLost, renewLease } from '../dispatch/lease';
import type { FrozenMessage } from '../dispatch/prepared';
import { LANES_TOGETHER, Together } from '../together';
import type { Sql } from '../outbox/lanes';
import { VOIDS_OF_WITHHELD } from '../recovery/void-sql';
import { reached } from '../stages';

/** Kafka counts a produce request as one record batch and refuses it above about 1 MB. */
const PUBLISH_BYTES = 800_000;
/** What the freeze has seen holds for so long: far below a lease, far above a turn of the event loop. */
const STILL_ALLOWED_MS = 1_000;
/** Frozen messages published again in one go. */
const UNMARKED_BATCH = 500;

/**
 * T2b: publishes frozen bytes, in order, one partition a send, then moves the lane's watermark. A crash between the
 * two publishes again: same ids, same bytes.
 */
export class Relay {
  private readonly allowed: Together<Lease, ReadonlySet<bigint> | undefined>;
  private readonly marked: Together<Mark, boolean>;

  constructor(
    private readonly database: DataSource,
    private readonly broker: Broker,
    private readonly clock: { now(): Date },
  ) {
    this.allowed = new Together((leases) => withhold(database, leases, clock.now()), LANES_TOGETHER);
    this.marked = new Together((marks) => moveMarks(database, marks), LANES_TOGETHER);
  }

  /**
   * Publishes what `freeze` has committed as the lane's positions up to `lastPosition`. Whatever could withhold it, `freeze`
   * has looked at under the locks of the lane and of the cases: it is asked for again only where a permission has ended
   * since, or this process was held up in between.
   * @returns how many the broker took
   */
  async publish(lease: Lease, { messages, validUntil, lookedAt }: Frozen): Promise<number> {
    const first = lease.lastPosition - BigInt(messages.length) + 1n;
    const isAllowed =
      performance.now() - lookedAt < STILL_ALLOWED_MS &&
      (validUntil === undefined || validUntil > this.clock.now());
    const published = await this.send(
      lease,
      messages.map((message, index) => ({ ...message, position: first + BigInt(index) })),
      isAllowed ? NOTHING_WITHHELD : await this.noLongerAllowed(lease),
    );
    await this.mark(lease, lease.lastPosition);
    return published;
  }

  /**
   * What a new leaseholder does first: publishes again, in order, everything frozen and unmarked.
   * @param probing only until the broker has taken one
   * @returns how many it took
   */
  async publishUnmarked(lease: Lease, probing = false): Promise<number> {
    let published = 0;
    while (lease.markedPosition < lease.lastPosition && !(probing && published > 0)) {
      const rows = await this.database.query<
        { position: string; key: string; message_id: string; body: Buffer; kind: string }[]
      >(
        `SELECT b.position, b.key, b.message_id, b.body, d.kind
           FROM messaging.sealed_body b JOIN messaging.delivery d USING (lane_id, position)
          WHERE b.lane_id = $1 AND b.position > $2 ORDER BY b.position LIMIT $3`,
        [lease.laneId, lease.markedPosition.toString(), probing ? 1 : UNMARKED_BATCH],
      );
      const last = rows.at(-1);
      if (!last) {
        await this.mark(lease, lease.lastPosition);
        break;
      }
      published += await this.send(
        lease,
        rows.map((row) => ({
          id: row.message_id,
          key: row.key,
          value: row.body,
          headers: { id: row.message_id, 'content-type': contentType(row.kind) },
          position: BigInt(row.position),
        })),
        await this.noLongerAllowed(lease),
      );
      await this.mark(lease, BigInt(last.position));
    }
    return published;
  }

  private async send(
    lease: Lease,
    messages: readonly (FrozenMessage & { position: bigint })[],
    withheld: ReadonlySet<bigint>,
  ): Promise<number> {
    const allowed = messages.filter(({ position }) => !withheld.has(position));
    for (const { message, error } of await publishTakeable(this.broker, lease, allowed)) {
      if (!(await parkPoison(this.database, lease, message.position, error.code))) throw error;
    }
    reached('published', { topic: lease.topic, partition: lease.partition, count: allowed.length });
    return allowed.length;
  }

  /**
   * Before every attempt, unless the freeze has just looked: frozen rows that were revoked, or whose permission has run
   * out, are not sent. Only the holder of the lease may say so: one that was paused past it could revoke what its
   * successor has sent.
   */
  private async noLongerAllowed(lease: Lease): Promise<ReadonlySet<bigint>> {
    const withheld = await this.allowed.ask(lease);
    if (!withheld) throw new LeaseLost(lease);
    return withheld;
  }

  private async mark(lease: Lease, position: bigint): Promise<void> {
    if (!(await this.marked.ask({ lease, position }))) throw new LeaseLost(lease);
    lease.markedPosition = position;
    reached('marked', { topic: lease.topic, partition: lease.partition, count: 0 });
  }
}

const NOTHING_WITHHELD: ReadonlySet<bigint> = new Set();

interface Mark {
  readonly lease: Lease;
  readonly position: bigint;
}

/** @returns in order of the leases, the positions that must not be sent; undefined where the lease is lost */
async function withhold(
  sql: Sql,
  leases: readonly Lease[],
  now: Date,
): Promise<(ReadonlySet<bigint> | undefined)[]> {
  const rows = await sql.query<{ id: number; position: string | null }[]>(WITHHOLD, [
    leases.map(({ laneId }) => laneId),
    leases.map(({ markedPosition }) => markedPosition.toString()),
    now,
    leases.map(({ token }) => token),
  ]);
  const held = new Map<number, Set<bigint>>();
  for (const { id, position } of rows) {
    const withheld = held.get(id) ?? new Set();
    held.set(id, withheld);
    if (position !== null) withheld.add(BigInt(position));
  }
  return leases.map(({ laneId }) => held.get(laneId));
}

/** @returns in order of the marks, whether the lane was still the lease's */
async function moveMarks(sql: Sql, marks: readonly Mark[]): Promise<boolean[]> {
  const [rows] = await sql.query<[{ id: number }[], number]>(MARK, [
    marks.map(({ lease }) => lease.laneId),
    marks.map(({ lease }) => lease.token),
    marks.map(({ position }) => position.toString()),
  ]);
  const moved = new Set(rows.map(({ id }) => id));
  return marks.map(({ lease }) => moved.has(lease.laneId));
}

/**
 * Does not wait for its WAL: a mark that is lost with the database's memory is bytes sent once more. What has seen it and
 * is durable comes after it in the WAL.
 */
const MARK = `
WITH held AS (
  SELECT l.id, w.position FROM messaging.lane l
    JOIN unnest($1::int[], $2::bigint[], $3::bigint[]) AS w (id, token, position) ON l.id = w.id AND l.token = w.token
   ORDER BY l.id FOR UPDATE OF l
)
UPDATE messaging.lane l SET marked_position = held.position
  FROM held, (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
 WHERE l.id = held.id RETURNING l.id`;

/** In order, to the lane's one partition, in requests that the broker takes. */
async function publishFrozen(
  broker: Broker,
  { topic, partition }: Pick<Lease, 'topic' | 'partition'>,
  messages: readonly FrozenMessage[],
): Promise<void> {
  for (const chunk of chunksOf(messages, PUBLISH_BYTES)) await broker.publish(topic, partition, chunk);
}

interface Poison<Message> {
  readonly message: Message;
  readonly error: AppError;
}

/** Publishes, in order, all that the broker takes. @returns what it never will, whenever it is tried */
export async function publishTakeable<Message extends FrozenMessage>(
  broker: Broker,
  lane: Pick<Lease, 'topic' | 'partition'>,
  messages: readonly Message[],
): Promise<readonly Poison<Message>[]> {
  try {
    await publishFrozen(broker, lane, messages);
    return [];
  } catch (error) {
    if (!isPoison(error)) throw error;
  }
  const poison: Poison<Message>[] = [];
  for (const message of messages) {
    try {
      await publishFrozen(broker, lane, [message]);
    } catch (error) {
      if (!isPoison(error)) throw error;
      poison.push({ message, error });
    }
  }
  return poison;
}

/** Parks an event that can never be sent, with its reason; a void takes its place. False for what is no event. */
export async function parkPoison(
  sql: Sql,
  { laneId, token }: Lease,
  position: bigint,
  reason: string,
): Promise<boolean> {
  const [parked] = await sql.query<{ count: string }[]>(PARK, [laneId, position.toString(), reason, token]);
  return parked?.count === '1';
}

/**
 * No row where a lane's lease is lost; else one for each position withheld, or one without. A void is queued for the place
 * of each: its sequence is taken, and the recipient would wait for it for ever.
 */
const WITHHOLD = `
WITH held AS (
  SELECT l.id, w.marked FROM messaging.lane l
    JOIN unnest($1::int[], $2::bigint[], $4::bigint[]) AS w (id, marked, token) ON l.id = w.id AND l.token = w.token
   ORDER BY l.id FOR UPDATE OF l
), withheld AS (
  UPDATE messaging.delivery d
     SET state = CASE WHEN d.state = 'parked' THEN d.state ELSE 'revoked' END, reason = coalesce(d.reason, 'valid-until-passed')
    FROM held
   WHERE d.lane_id = held.id AND d.position > held.marked
     AND (d.state IN ('revoked', 'parked') OR (d.state = 'frozen' AND d.valid_until <= $3))
  RETURNING d.position, d.event_id, d.lane_id, d.kind, d.sequence, d.recipient, d.reference
), ${VOIDS_OF_WITHHELD}
SELECT held.id, w.position FROM held LEFT JOIN withheld w ON w.lane_id = held.id`;

/** What no later attempt can send. What concerns the topic concerns its recipient: see `breaker.ts`. */
const isPoison = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'message-too-large';

const PARK = `
WITH held AS (
  SELECT id FROM messaging.lane WHERE id = $1 AND token = $4 FOR UPDATE
), withheld AS (
  UPDATE messaging.delivery d SET state = 'parked', reason = $3
    FROM held
   WHERE d.lane_id = held.id AND d.position = $2 AND d.state = 'frozen' AND d.kind = 'event'
  RETURNING d.position, d.event_id, d.lane_id, d.kind, d.sequence, d.recipient, d.reference
), ${VOIDS_OF_WITHHELD}
SELECT count(*) AS count FROM withheld`;

const contentType = (kind: string) =>
  kind === 'dead-letter' ? 'application/json' : 'application/octet-stream';

function* chunksOf<Message extends FrozenMessage>(
  messages: readonly Message[],
  limit: number,
): Generator<Message[]> {
  let chunk: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (chunk.length > 0 && bytes + message.value.length > limit) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(message);
    bytes += message.value.length;
  }
  if (chunk.length > 0) yield chunk;
}

/** Keeps the lease alive while `work` waits for a slow broker. */
export async function whileRenewing<T>(
  database: DataSource,
  lease: Lease,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setInterval(() => {
    renewLease(database, lease).catch(() => undefined);
  }, 3_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
