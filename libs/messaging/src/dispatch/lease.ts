import type { Sql } from '../outbox/lanes';

/** The right to dispatch one lane, as long as `token` is the lane's: every write checks it under the row's lock. */
export interface Lease {
  readonly laneId: number;
  readonly topic: string;
  readonly partition: number;
  readonly token: string;
  /** Position up to which the broker has acknowledged and the mark is committed. */
  markedPosition: bigint;
  /** Position of the last frozen message. */
  lastPosition: bigint;
}

/** How long a leaseholder may be silent before another takes the lane over, by the database's clock. */
export const LEASE_SECONDS = 10;

/** Takes a lane nobody holds, or whose holder's deadline has passed. The token only grows. */
export async function findLease(sql: Sql, laneId: number, holder: string): Promise<Lease | undefined> {
  const [lease] = await findLeases(sql, [laneId], holder);
  return lease;
}

/** Of several lanes, in their order: those that can be had. */
export async function findLeases(
  sql: Sql,
  laneIds: readonly number[],
  holder: string,
): Promise<(Lease | undefined)[]> {
  const [rows] = await sql.query<
    [{ id: number; topic: string; partition: number; token: string; last: string; marked: string }[], number]
  >(TAKE, [laneIds, holder, LEASE_SECONDS]);
  const taken = new Map(rows.map((row) => [row.id, row]));
  return laneIds.map((laneId) => {
    const row = taken.get(laneId);
    if (!row) return undefined;
    const { topic, partition, token, last, marked } = row;
    return { laneId, topic, partition, token, lastPosition: BigInt(last), markedPosition: BigInt(marked) };
  });
}

/** Rows of several lanes are always locked in order of id: two processes that want the same ones cannot deadlock. */
const TAKE = `
WITH free AS (
  SELECT id FROM messaging.lane
   WHERE id = ANY ($1::int[]) AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY id FOR UPDATE
)
UPDATE messaging.lane l
   SET holder = $2, token = token + 1, lease_until = clock_timestamp() + make_interval(secs => $3)
  FROM free WHERE l.id = free.id
RETURNING l.id, topic, partition, token, last_position AS last, marked_position AS marked`;

/** Extends the deadline; false when the lane has another token by now. */
export async function renewLease(sql: Sql, lease: Lease): Promise<boolean> {
  const [, count] = await sql.query<[unknown[], number]>(
    `UPDATE messaging.lane SET lease_until = clock_timestamp() + make_interval(secs => $3)
      WHERE id = $1 AND token = $2`,
    [lease.laneId, lease.token, LEASE_SECONDS],
  );
  return count === 1;
}

/** Gives the lane back at shutdown, so that a successor need not wait for the deadline. */
export async function releaseLease(sql: Sql, lease: Lease): Promise<void> {
  await sql.query(
    'UPDATE messaging.lane SET lease_until = NULL, holder = NULL WHERE id = $1 AND token = $2',
    [lease.laneId, lease.token],
  );
}

/** The lane has another token: whatever was prepared under this one is void. */
export class LeaseLost extends Error {
  constructor(lease: Lease) {
    super(`the lease of lane ${lease.topic}/${lease.partition} went to another dispatcher`);
    this.name = 'LeaseLost';
  }
}
