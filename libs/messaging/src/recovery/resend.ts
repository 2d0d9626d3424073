import type { DataSource, EntityManager } from 'typeorm';
import type { Broker } from '../broker';
import { type Lease, LeaseLost } from '../dispatch/lease';
import { parkPoison, publishTakeable } from '../relay/relay';
import { VOIDS_OF_WITHHELD } from './void-sql';

/** Sent again in one go; the lane's own batches come between. */
const RESEND_BATCH = 200;

export interface KeptRow {
  readonly position: string;
  readonly state: string;
  readonly valid_until: Date | null;
  /** Absent beyond the horizon for which bytes are kept. */
  readonly body: Buffer | null;
}

/** What becomes of each row asked for. Pure: permission is that of now. */
export function planResend<Row extends KeptRow>(
  rows: readonly Row[],
  now: Date,
): {
  readonly send: readonly (Row & { readonly body: Buffer })[];
  readonly withhold: readonly Row[];
  readonly gone: readonly Row[];
} {
  const frozen = rows.filter(({ state }) => state === 'frozen');
  const withhold = frozen.filter(({ valid_until: until }) => until !== null && until <= now);
  const allowed = frozen.filter((row) => !withhold.includes(row));
  return {
    send: allowed.flatMap((row) => (row.body === null ? [] : [{ ...row, body: row.body }])),
    withhold,
    gone: allowed.filter(({ body }) => body === null),
  };
}

interface ResendRow extends KeptRow {
  readonly key: string;
  readonly message_id: string;
}

/**
 * By the leaseholder of the lane: publishes again, same id and same bytes, what recipients asked for. What may no
 * longer leave is revoked and a void takes its place. A crash in between sends again.
 */
export async function resendRequested(
  database: DataSource,
  broker: Broker,
  lease: Lease,
  clock: { now(): Date },
  limit: number = RESEND_BATCH,
): Promise<{ readonly mayHoldMore: boolean; readonly published: number }> {
  const rows = await database.transaction(async (manager) => {
    const [held] = await manager.query<unknown[]>(
      'SELECT id FROM messaging.lane WHERE id = $1 AND token = $2 FOR UPDATE',
      [lease.laneId, lease.token],
    );
    if (!held) throw new LeaseLost(lease);
    const asked = await manager.query<ResendRow[]>(ASKED, [lease.laneId, limit]);
    const { withhold, gone } = planResend(asked, clock.now());
    await revoke(manager, lease.laneId, withhold, 'valid-until-passed');
    await dispatchAnew(manager, lease.laneId, gone);
    return asked;
  });
  const { send } = planResend(rows, clock.now());
  const poison = await publishTakeable(
    broker,
    lease,
    send.map(({ position, message_id: id, key, body }) => ({
      position: BigInt(position),
      id,
      key,
      value: body,
      headers: { id, 'content-type': 'application/octet-stream' },
    })),
  );
  // The broker took it once, and takes less now.
  for (const { message, error } of poison) await parkPoison(database, lease, message.position, error.code);
  await database.query('DELETE FROM messaging.resend WHERE lane_id = $1 AND position = ANY ($2::bigint[])', [
    lease.laneId,
    rows.map(({ position }) => position),
  ]);
  return { mayHoldMore: rows.length === limit, published: send.length };
}

/** Takes back what has its bytes frozen, and queues the voids that take its places. */
async function revoke(
  manager: EntityManager,
  laneId: number,
  rows: readonly KeptRow[],
  reason: string,
): Promise<void> {
  if (rows.length === 0) return;
  await manager.query(REVOKE, [laneId, rows.map(({ position }) => position), reason]);
}

/**
 * Beyond the horizon for which bytes are kept: a void takes the place of what was asked for, and the same version of
 * the document is dispatched anew, with a new id, under a new sequence, if it is still allowed.
 */
async function dispatchAnew(manager: EntityManager, laneId: number, rows: readonly KeptRow[]): Promise<void> {
  if (rows.length === 0) return;
  await revoke(manager, laneId, rows, 'bytes-no-longer-kept');
  await manager.query(
    `INSERT INTO messaging.intent
       (lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version)
     SELECT lane_id, 'event', gen_random_uuid()::text, recipient, recipient_unit, reference, case_id, case_version
       FROM messaging.delivery
      WHERE lane_id = $1 AND position = ANY ($2::bigint[]) AND kind = 'event' ORDER BY position`,
    [laneId, rows.map(({ position }) => position)],
  );
}

const ASKED = `
SELECT r.position, coalesce(d.state, 'unknown') AS state, d.valid_until, b.key, b.message_id, b.body
  FROM messaging.resend r
  LEFT JOIN messaging.delivery d ON d.lane_id = r.lane_id AND d.position = r.position
  LEFT JOIN messaging.sealed_body b ON b.lane_id = r.lane_id AND b.position = r.position
 WHERE r.lane_id = $1 ORDER BY r.position LIMIT $2`;

const REVOKE = `
WITH withheld AS (
  UPDATE messaging.delivery SET state = 'revoked', reason = coalesce(reason, $3)
   WHERE lane_id = $1 AND position = ANY ($2::bigint[]) AND state = 'frozen' AND kind = 'event'
  RETURNING event_id, lane_id, kind, sequence, recipient, reference
), ${VOIDS_OF_WITHHELD}
SELECT 1`;
