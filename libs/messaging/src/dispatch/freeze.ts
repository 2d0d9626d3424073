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
  /** When the first of their permissions ends; absent: none does. */
  readonly validUntil?: Date;
  /** No later than the moment at which all of it was found to be allowed (`performance.now`). */
  readonly lookedAt: number;
  /** Intents whose case or conventions changed meanwhile: still queued, to be prepared again. */
  readonly dropped: number;
}

export interface LaneBatch {
  readonly lease: Lease;
  readonly batch: PreparedBatch;
}

/**
 * T2a: under the lane's row lock and the lease's token, commits for the whole batch the sequences, the deliveries, the
 * frozen bytes and the audit records, and deletes the intents. Brief: everything was prepared before.
 * @throws LeaseLost when another dispatcher has the lane by now.
 */
export async function freeze(
  database: DataSource,
  lease: Lease,
  batch: PreparedBatch,
  audit: AuditTrail,
): Promise<Frozen> {
  const [frozen] = await freezeTogether(database, [{ lease, batch }], audit);
  if (!frozen) throw new LeaseLost(lease);
  return frozen;
}

/**
 * The batches of several lanes in one transaction: locks, writes, COMMIT, three round trips whatever the number of lanes.
 * Lanes are locked in order of id, and cases in order of theirs.
 * @returns in order of the lanes; undefined where another dispatcher has the lane by now: nothing of it was written
 */
export async function freezeTogether(
  database: DataSource,
  lanes: readonly LaneBatch[],
  audit: AuditTrail,
): Promise<(Frozen | undefined)[]> {
  const lookedAt = performance.now();
  const answers = newAnswers(
    database,
    lanes.flatMap(({ batch }) => batch.deliveries),
  );
  const frozen = await transact(database, async (transaction) => {
    const [rows, changed] = await Promise.all([
      transaction.query<{ id: number; last_position: string; policy_generation: string }[]>(LOCK_LANES, [
        lanes.map(({ lease }) => lease.laneId),
        lanes.map(({ lease }) => lease.token),
      ]),
      casesChanged(
        transaction,
        lanes.flatMap(({ batch }) => batch.deliveries),
      ),
    ]);
    const held = new Map(rows.map((row) => [row.id, row]));
    const plans = lanes.map(({ lease, batch }) => {
      const lane = held.get(lease.laneId);
      return lane && planLane({ lease, batch }, lane, changed, lookedAt);
    });
    const writing = plans.filter((plan) => plan !== undefined);
    await Promise.all([
      ...writing.flatMap(({ lease, batch, kept, positions, position }) => [
        advanceCounters(transaction, lease, batch, new Set(kept.map(referenceKey))),
        writeDeliveries(transaction, lease, kept, positions, position),
      ]),
      writeAnswers(transaction, answers),
      audit.append(
        transaction,
        writing.flatMap(({ kept }) => kept.flatMap((delivery) => delivery.audit ?? [])),
      ),
    ]);
    for (const { lease, position } of writing) lease.lastPosition = position;
    return plans.map((plan) => plan?.frozen);
  });
  noteStored(database, answers);
  return frozen;
}

/** What was decided field by field, once per distinct answer: by digest, its JSON. */
type Answers = ReadonlyMap<string, string>;

/** Answers known to be stored. Nobody may delete one, so that each is sent once a process. */
const stored = new WeakMap<DataSource, Set<string>>();
const MOST_REMEMBERED = 10_000;

function newAnswers(database: DataSource, deliveries: readonly PreparedDelivery[]): Answers {
  const known = stored.get(database);
  return new Map(
    deliveries.flatMap(({ fields }) =>
      fields && !known?.has(fields.digest) ? [[fields.digest, fields.json]] : [],
    ),
  );
}

/** They are committed. */
function noteStored(database: DataSource, answers: Answers): void {
  if (answers.size === 0) return;
  const known = stored.get(database) ?? new Set();
  if (known.size > MOST_REMEMBERED) known.clear();
  for (const digest of answers.keys()) known.add(digest);
  stored.set(database, known);
}

/** In one order, so that two that write the same ones wait for each other in one direction only. */
async function writeAnswers(sql: Sql, answers: Answers): Promise<void> {
  if (answers.size === 0) return;
  const digests = [...answers.keys()].sort();
  await sql.query(
    `INSERT INTO messaging.decided_fields (digest, fields)
     SELECT * FROM unnest($1::text[], $2::json[]) ON CONFLICT DO NOTHING`,
    [digests, digests.map((digest) => answers.get(digest))],
  );
}

/** What becomes of a lane's batch, now that nothing of it can change any more. */
function planLane(
  { lease, batch }: LaneBatch,
  lane: { readonly last_position: string; readonly policy_generation: string },
  changed: ReadonlySet<string>,
  lookedAt: number,
) {
  const isStale = lane.policy_generation !== batch.policyGeneration;
  // A dropped event would leave a hole in sequences already handed out: all of that case's rows go together.
  const kept = isStale
    ? []
    : batch.deliveries.filter(({ caseId }) => caseId === undefined || !changed.has(caseId));
  const outgoing = kept.filter((delivery) => delivery.message !== undefined);
  let position = BigInt(lane.last_position);
  const positions = new Map(outgoing.map((delivery) => [delivery, ++position]));
  const ends = outgoing.flatMap(({ validUntil }) => validUntil ?? []);
  const frozen: Frozen = {
    messages: outgoing.flatMap(({ message }) => message ?? []),
    ...(ends.length > 0 && { validUntil: new Date(Math.min(...ends.map(Number))) }),
    lookedAt,
    refused: kept.filter(({ message, state }) => !message && state !== 'cancelled').length,
    dropped: batch.deliveries.length - kept.length,
  };
  return { lease, batch, kept, positions, position, frozen };
}

const LOCK_LANES = `
SELECT l.id, l.last_position, s.policy_generation
  FROM messaging.lane l
  JOIN unnest($1::int[], $2::bigint[]) AS w (id, token) ON l.id = w.id AND l.token = w.token
 CROSS JOIN messaging.agency_state s
 ORDER BY l.id FOR UPDATE OF l FOR SHARE OF s`;

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
  const resting = kept.filter(({ basis, message }) => basis && message);
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
    lastPosition.toString(),
    LEASE_SECONDS,
    column(({ replaces }) => replaces && `{${replaces.join(',')}}`),
    column(({ deliverWithin }) => deliverWithin),
    column(({ records }) => records && `{${records.join(',')}}`),
    column(({ firstRecord }) => firstRecord),
    resting.map(({ eventId }) => eventId),
    resting.map(({ caseId }) => caseId),
    resting.map(({ basis }) => JSON.stringify(basis)),
    resting.map(({ factsVersion }) => factsVersion),
    resting.map(({ validUntil }) => validUntil ?? 'infinity'),
    resting.map(({ lookedWith }) => lookedWith),
  ]);
}

const WRITE_DELIVERIES = `
WITH taken AS (
  DELETE FROM messaging.intent WHERE lane_id = $1 AND id = ANY ($2::bigint[])
), bodies AS (
  INSERT INTO messaging.sealed_body (lane_id, position, key, message_id, body)
  SELECT $1, * FROM unnest($26::bigint[], $27::text[], $28::text[], $29::bytea[])
), grounds AS (
  INSERT INTO messaging.share_ground (event_id, lane_id, case_id, basis, looked_facts, next_at, looked_policy)
  SELECT event_id, $1, case_id, basis, facts, next_at, looked_with
    FROM unnest($36::text[], $37::uuid[], $38::jsonb[], $39::bigint[], $40::timestamptz[], $41::text[])
      AS g (event_id, case_id, basis, facts, next_at, looked_with)
  ON CONFLICT DO NOTHING
), lane AS (
  UPDATE messaging.lane
     SET last_position = $30, lease_until = clock_timestamp() + make_interval(secs => $31) WHERE id = $1
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
    $20::text[], $21::uuid[], $22::bytea[], $23::text[], $24::timestamptz[], $32::text[], $33::int[], $34::text[], $35::int[])
    AS d (event_id, position, kind, state, reason, case_id, case_version, recipient, recipient_unit, reference, epoch,
          sequence, recipient_version, type, convention, fields_digest, decision_nonce, decision_commitment,
          audit_record, audit_salt, audit_commitment, valid_until, replaces, due_within, records, first_record)`;
