import type { DataSource } from 'typeorm';
import type { AuditTrail } from '../audit/audit-trail';
import type { Sql } from '../outbox/lanes';
import { transact } from '../transaction';
import { type Lease, LEASE_SECONDS, LeaseLost } from './lease';
import type { PreparedBatch } from './prepare';
import type { FrozenMessage, PreparedDelivery } from './prepared';

export interface Frozen {
  /** In order of position; the last one's position is the lane's. */
  readonly messages: readonly FrozenMessage[];
  readonly refused: number;
  /** Intents whose case or conventions changed meanwhile: still queued, to be prepared again. */
  readonly dropped: number;
}

/**
 * T2a: under the lane's row lock and the lease's token, commits for the whole batch the sequences, the deliveries, the
 * frozen bytes and the audit records, and deletes the intents. Brief: everything was prepared before.
 * @throws LeaseLost when another dispatcher has the lane by now.
 */
export function freeze(
  database: DataSource,
  lease: Lease,
  batch: PreparedBatch,
  audit: AuditTrail,
): Promise<Frozen> {
  return transact(database, async (transaction) => {
    const [[held], changed] = await Promise.all([
      transaction.query<{ last_position: string; policy_generation: string }[]>(
        `SELECT l.last_position, s.policy_generation FROM messaging.lane l CROSS JOIN messaging.agency_state s
          WHERE l.id = $1 AND l.token = $2 FOR UPDATE OF l FOR SHARE OF s`,
        [lease.laneId, lease.token],
      ),
      casesChanged(transaction, batch.deliveries),
    ]);
    if (!held) throw new LeaseLost(lease);
    if (held.policy_generation !== batch.policyGeneration) {
      return { messages: [], refused: 0, dropped: batch.deliveries.length };
    }
    // A dropped event would leave a hole in sequences already handed out: all of that case's rows go together.
    const kept = batch.deliveries.filter(({ caseId }) => caseId === undefined || !changed.has(caseId));
    const outgoing = kept.filter((delivery) => delivery.message !== undefined);

    let position = BigInt(held.last_position);
    const positions = new Map(outgoing.map((delivery) => [delivery, ++position]));
    await Promise.all([
      advanceCounters(transaction, lease, batch, new Set(kept.map(referenceKey))),
      writeDeliveries(transaction, lease, kept, positions, position),
      audit.append(
        transaction,
        kept.flatMap((delivery) => delivery.audit ?? []),
      ),
    ]);
    lease.lastPosition = position;
    return {
      messages: outgoing.flatMap(({ message }) => message ?? []),
      refused: kept.filter(({ message, state }) => !message && state !== 'cancelled').length,
      dropped: batch.deliveries.length - kept.length,
    };
  });
}

const referenceKey = ({ recipient, reference }: { recipient: string; reference?: string }) =>
  `${recipient}/${reference}`;

async function casesChanged(sql: Sql, deliveries: readonly PreparedDelivery[]): Promise<ReadonlySet<string>> {
  const expected = new Map<string, string>();
  for (const { caseId, factsVersion } of deliveries) {
    if (caseId !== undefined && factsVersion !== undefined) expected.set(caseId, factsVersion);
  }
  if (expected.size === 0) return new Set();
  const rows = await sql.query<{ id: string; facts_version: string }[]>(
    'SELECT id, facts_version FROM messaging.cases WHERE id = ANY ($1) ORDER BY id FOR SHARE',
    [[...expected.keys()]],
  );
  return new Set(
    rows.filter(({ id, facts_version }) => expected.get(id) !== facts_version).map(({ id }) => id),
  );
}

async function advanceCounters(
  sql: Sql,
  lease: Lease,
  batch: PreparedBatch,
  keptReferences: ReadonlySet<string>,
): Promise<void> {
  const counters = batch.counters
    .taken()
    .filter(({ peer, reference }) => keptReferences.has(referenceKey({ recipient: peer, reference })));
  if (counters.length === 0) return;
  const epoch = batch.deliveries.find(({ numbering }) => numbering)?.numbering?.epoch;
  const [, updated] = await sql.query<[unknown[], number]>(
    `UPDATE messaging.case_reference r
        SET last_sequence = w.sequence, recipient_version = w.version, last_record = w.record, epoch = $7
       FROM unnest($1::text[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[])
         AS w (peer, reference, expected, sequence, version, record)
      WHERE r.peer = w.peer AND r.reference = w.reference AND r.last_sequence = w.expected`,
    [
      counters.map(({ peer }) => peer),
      counters.map(({ reference }) => reference),
      counters.map(({ expected }) => expected),
      counters.map(({ sequence }) => sequence),
      counters.map(({ version }) => version),
      counters.map(({ record }) => record),
      epoch,
    ],
  );
  if (updated !== counters.length) throw new LeaseLost(lease);
}

async function writeDeliveries(
  sql: Sql,
  lease: Lease,
  kept: readonly PreparedDelivery[],
  positions: ReadonlyMap<PreparedDelivery, bigint>,
  lastPosition: bigint,
): Promise<void> {
  if (kept.length === 0) return;
  const column = <T>(pick: (delivery: PreparedDelivery) => T | undefined) =>
    kept.map((delivery) => pick(delivery) ?? null);
  const answers = new Map(kept.flatMap(({ fields }) => (fields ? [[fields.digest, fields.json]] : [])));
  const frozen = [...positions].map(([delivery, position]) => ({ position, message: delivery.message }));
  await sql.query(WRITE_DELIVERIES, [
    lease.laneId,
    kept.flatMap(({ intentIds }) => intentIds),
    column(({ eventId }) => eventId),
    column((delivery) => positions.get(delivery)?.toString()),
    column(({ kind }) => kind),
    column(({ message, state = 'refused' }) => (message ? 'frozen' : state)),
    column(({ reason }) => reason),
    column(({ caseId }) => caseId),
    column(({ caseVersion }) => caseVersion),
    column(({ recipient }) => recipient),
    column(({ recipientUnit }) => recipientUnit),
    column(({ reference }) => reference),
    column(({ numbering, place }) => (numbering ?? place)?.epoch),
    column(({ numbering, place }) => (numbering ?? place)?.sequence),
    column(({ numbering }) => numbering?.recipientVersion),
    column(({ type }) => type),
    column(({ convention }) => convention),
    column(({ fields }) => fields?.digest),
    column(({ decision }) => decision?.nonce),
    column(({ decision }) => decision?.commitment),
    column(({ audit }) => audit?.recordId),
    column(({ audit }) => audit?.salt),
    column(({ audit }) => audit?.commitment),
    column(({ validUntil }) => validUntil),
    kept[0]?.decidedAt,
    frozen.map(({ position }) => position.toString()),
    frozen.map(({ message }) => message?.key),
    frozen.map(({ message }) => message?.id),
    frozen.map(({ message }) => message?.value),
    [...answers.keys()],
    [...answers.values()],
    lastPosition.toString(),
    LEASE_SECONDS,
    column(({ replaces }) => replaces && `{${replaces.join(',')}}`),
    column(({ deliverWithin }) => deliverWithin),
    column(({ records }) => records && `{${records.join(',')}}`),
    column(({ firstRecord }) => firstRecord),
  ]);
}

const WRITE_DELIVERIES = `
WITH taken AS (
  DELETE FROM messaging.intent WHERE lane_id = $1 AND id = ANY ($2::bigint[])
), answers AS (
  INSERT INTO messaging.decided_fields (digest, fields)
  SELECT * FROM unnest($30::text[], $31::json[]) ON CONFLICT DO NOTHING
), bodies AS (
  INSERT INTO messaging.sealed_body (lane_id, position, key, message_id, body)
  SELECT $1, * FROM unnest($26::bigint[], $27::text[], $28::text[], $29::bytea[])
), lane AS (
  UPDATE messaging.lane
     SET last_position = $32, lease_until = clock_timestamp() + make_interval(secs => $33) WHERE id = $1
)
INSERT INTO messaging.delivery
  (lane_id, decided_at, event_id, position, kind, state, reason, case_id, case_version, recipient, recipient_unit,
   reference, epoch, sequence, recipient_version, type, convention, fields_digest, decision_nonce,
   decision_commitment, audit_record, audit_salt, audit_commitment, valid_until, replaces, due_within, records,
   first_record)
SELECT $1, $25, event_id, position, kind, state, reason, case_id, case_version, recipient, recipient_unit, reference,
       epoch, sequence, recipient_version, type, convention, fields_digest, decision_nonce, decision_commitment,
       audit_record, audit_salt, audit_commitment, valid_until, replaces, due_within, records::uuid[], first_record
  FROM unnest(
    $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::int[], $10::text[], $11::text[],
    $12::uuid[], $13::uuid[], $14::int[], $15::int[], $16::text[], $17::text[], $18::text[], $19::bytea[],
    $20::text[], $21::uuid[], $22::bytea[], $23::text[], $24::timestamptz[], $34::text[], $35::int[], $36::text[], $37::int[])
    AS d (event_id, position, kind, state, reason, case_id, case_version, recipient, recipient_unit, reference, epoch,
          sequence, recipient_version, type, convention, fields_digest, decision_nonce, decision_commitment,
          audit_record, audit_salt, audit_commitment, valid_until, replaces, due_within, records, first_record)`;
