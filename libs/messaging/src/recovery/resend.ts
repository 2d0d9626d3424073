import type { DataSource, EntityManager } from 'typeorm';
import type { AuditTrail } from '../audit/audit-trail';
import type { Broker } from '../broker';
import { type Lease, LeaseLost } from '../dispatch/lease';
import { parkPoison, publishTakeable } from '../relay/relay';
import { type Incident, reportIncident } from './incidents';
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
  audit: AuditTrail,
  limit: number = RESEND_BATCH,
): Promise<{ readonly mayHoldMore: boolean; readonly published: number }> {
  const { rows, incidents } = await database.transaction(async (manager) => {
    const [held] = await manager.query<unknown[]>(
      'SELECT id FROM messaging.lane WHERE id = $1 AND token = $2 FOR UPDATE',
      [lease.laneId, lease.token],
    );
    if (!held) throw new LeaseLost(lease);
    const asked = await manager.query<ResendRow[]>(ASKED, [lease.laneId, limit]);
    const { withhold, gone } = planResend(asked, clock.now());
    await revoke(manager, lease.laneId, withhold, 'valid-until-passed');
    const now = clock.now();
    return { rows: asked, incidents: await dispatchAnew(manager, lease, gone, audit, now) };
  });
  incidents.forEach(reportIncident);
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
 * Beyond the horizon for which bytes are kept: a void takes the place of what was asked for. The same version of an
 * event's document is dispatched anew, with a new id, under a new sequence, if it is still allowed. A void comes anew
 * itself. The records of a message come in another one, under their own numbers: they are kept for ever. What cannot come
 * again is an incident, and recorded.
 */
async function dispatchAnew(
  manager: EntityManager,
  lease: Lease,
  rows: readonly KeptRow[],
  audit: AuditTrail,
  at: Date,
): Promise<readonly Incident[]> {
  if (rows.length === 0) return [];
  const positions = rows.map(({ position }) => position);
  await revoke(manager, lease.laneId, rows, BYTES_GONE);
  await manager.query(QUEUE_ANEW, [lease.laneId, positions]);
  await manager.query(VOID_ANEW, [lease.laneId, positions, BYTES_GONE]);
  await manager.query(RECORDS_ANEW, [lease.laneId, positions]);
  const lost = await manager.query<{ recipient: string; reference: string | null; type: string }[]>(LOST, [
    lease.laneId,
    positions,
  ]);
  const records = lost.map(({ recipient, reference, type }) =>
    audit.prepare({
      kind: 'incident',
      at: at.toISOString(),
      legalBases: [],
      fields: [],
      event: type,
      counterpart: recipient,
      reason: BYTES_GONE,
      ...(reference !== null && { reference }),
    }),
  );
  await audit.append(manager, records);
  return lost.map(({ recipient }) => ({ peer: recipient, code: BYTES_GONE }));
}

/** Reason code: the recipient asked for what this agency no longer keeps. */
const BYTES_GONE = 'bytes-no-longer-kept';

/** Nothing twice: an event whose version is queued, or went later, is on its way already. */
const QUEUE_ANEW = `
INSERT INTO messaging.intent
  (lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces)
SELECT lane_id, 'event', gen_random_uuid()::text, recipient, recipient_unit, reference, case_id, case_version,
       replaces::text[]
  FROM messaging.delivery
 WHERE lane_id = $1 AND position = ANY ($2::bigint[]) AND kind = 'event' AND case_id IS NOT NULL ORDER BY position`;

/** The same order to void, under a new id: the old one's bytes are gone. */
const VOID_ANEW = `
WITH old AS (
  UPDATE messaging.delivery SET state = 'revoked', reason = $3
   WHERE lane_id = $1 AND position = ANY ($2::bigint[]) AND kind = 'void' AND state = 'frozen'
  RETURNING event_id, lane_id, recipient, reference
), renewed AS (
  UPDATE messaging.voiding v SET void_id = gen_random_uuid(), state = NULL, settled_at = NULL, attempts = 0,
         next_at = clock_timestamp() + interval '1 minute'
    FROM old WHERE v.void_id::text = old.event_id AND v.lane_id = old.lane_id
  RETURNING v.void_id, v.lane_id, old.recipient, old.reference
)
INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
SELECT lane_id, 'void', void_id::text, recipient, reference FROM renewed`;

/**
 * A message frozen before its first number was kept with it: those before it, each of them as old, say it. Under an epoch
 * that has ended numbers mean nothing any more: the records get new ones.
 */
const RECORDS_ANEW = `
INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference, records, first_record)
SELECT d.lane_id, 'audit', gen_random_uuid()::text, d.recipient, d.reference,
       coalesce(d.records, ARRAY[d.event_id::uuid]),
       CASE WHEN d.epoch = s.epoch THEN coalesce(d.first_record, (
         SELECT 1 + coalesce(sum(coalesce(cardinality(e.records), 1)), 0) FROM messaging.delivery e
          WHERE e.reference = d.reference AND e.recipient = d.recipient AND e.epoch = d.epoch AND e.kind = 'audit'
            AND e.sequence < d.sequence)) END
  FROM messaging.delivery d CROSS JOIN messaging.agency_state s
 WHERE d.lane_id = $1 AND d.position = ANY ($2::bigint[]) AND d.kind = 'audit' ORDER BY d.position`;

const LOST = `
SELECT recipient, reference, type FROM messaging.delivery
 WHERE lane_id = $1 AND position = ANY ($2::bigint[]) AND kind = 'event' AND case_id IS NULL`;

const ASKED = `
SELECT r.position, coalesce(d.state, 'unknown') AS state, d.valid_until, b.key, b.message_id, b.body
  FROM messaging.resend r
  LEFT JOIN messaging.delivery d ON d.lane_id = r.lane_id AND d.position = r.position
  LEFT JOIN messaging.sealed_body b ON b.lane_id = r.lane_id AND b.position = r.position
 WHERE r.lane_id = $1 ORDER BY r.position LIMIT $2`;

const REVOKE = `
WITH withheld AS (
  UPDATE messaging.delivery SET state = 'revoked', reason = coalesce(reason, $3)
   WHERE lane_id = $1 AND position = ANY ($2::bigint[]) AND state = 'frozen' AND kind IN ('event', 'audit')
  RETURNING event_id, lane_id, 'event' AS kind, sequence, recipient, reference
), ${VOIDS_OF_WITHHELD}
SELECT 1`;
