import {
  agencyOf,
  type AuditRecordedV2,
  auditCommitmentHolds,
  type Envelope,
  parseEnvelope,
} from '@liaison/contracts';
import {
  type AgencyDatabase,
  copyAgencyDatabase,
  releaseAll,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { AuditTrail, type PreparedRecord, sha256Hex } from '../audit/audit-trail';
import { Lanes } from '../outbox/lanes';
import { beginEpoch } from '../recovery/begin-epoch';
import { openAgencyState } from '../schema/agency-state';
import { DevelopmentSealing } from '../sealing/development-sealing';
import { freeze } from './freeze';
import { findLease, releaseLease } from './lease';
import { nextIntents, prepareBatch } from './prepare';

type Sent = Envelope<AuditRecordedV2>;

describe('audit records on their way out', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;
  let audit: AuditTrail;
  let epoch: string;
  const sealing = new DevelopmentSealing('development');

  beforeAll(async () => {
    server = await testPostgres();
  });
  beforeEach(async () => {
    database = await copyAgencyDatabase(server);
    const state = await openAgencyState(database.ingest, 'police-75', 'policy-1');
    epoch = state.epoch;
    const laneId = await new Lanes(database.ingest).getLaneId({ topic: 'liaison.audit', partition: 0 });
    await database.owner.query(
      'INSERT INTO messaging.case_reference (peer, reference, lane_id, epoch) VALUES ($1, $2, $3, $4)',
      ['audit-log', state.auditReference, laneId, epoch],
    );
    audit = new AuditTrail(
      { agency: 'police-75', service: 'police' },
      { agency: 'audit-log', reference: state.auditReference, laneId },
    );
  });
  afterEach(() => database.close());
  afterAll(() => server.stop());

  /** Each in a transaction of its own, as acts are. */
  async function record(count: number, reason = 'no-convention'): Promise<PreparedRecord[]> {
    const records = Array.from({ length: count }, () =>
      audit.prepare({ kind: 'refusal', at: '2026-03-02T10:00:00.000Z', legalBases: [], fields: [], reason }),
    );
    for (const each of records) await audit.append(database.ingest, [each]);
    return records;
  }

  /** One turn of the lane, up to its commit: what it would publish. */
  async function dispatch(): Promise<Sent[]> {
    const lease = await findLease(database.ingest, audit.laneId, 'dispatcher');
    if (!lease) throw new Error('the lane is taken');
    const preparation = { agency: 'police-75', releases: { decideRelease: releaseAll }, sealing, audit };
    const [queued] = await nextIntents(database.ingest, [audit.laneId]);
    if (!queued) throw new Error('there is no queue');
    const batch = await prepareBatch(database.ingest, queued, epoch, preparation, new Date());
    const { messages } = await freeze(database.ingest, lease, batch, audit);
    await releaseLease(database.ingest, lease);
    const opened = await Promise.all(messages.map(({ value }) => sealing.open(value)));
    return opened.map((text) => JSON.parse(text.toString()) as Sent);
  }

  const ids = (records: readonly { readonly recordId: string }[]) => records.map(({ recordId }) => recordId);

  it('travel together, each with its number and its commitment, and the log understands them', async () => {
    const first = await record(20);
    const [message, ...more] = await dispatch();
    expect(more).toEqual([]);
    const parsed = parseEnvelope(JSON.stringify(message));
    expect(agencyOf(parsed.source)).toBe('police-75');
    expect(message).toMatchObject({ sequence: 1, epoch, data: { first: 1 } });
    expect(ids(message?.data.records ?? [])).toEqual(ids(first));
    for (const each of message?.data.records ?? []) expect(auditCommitmentHolds(each, sha256Hex)).toBe(true);
    const next = await record(2);
    const [second] = await dispatch();
    expect(second).toMatchObject({ sequence: 2, data: { first: 21 } });
    expect(ids(second?.data.records ?? [])).toEqual(ids(next));
    expect(await dispatch()).toEqual([]);
  });

  it('fill as many messages as an envelope’s size asks for, in order and without holes', async () => {
    const records = [...(await record(5, 'x'.repeat(50_000))), ...(await record(1, 'x'.repeat(150_000)))];
    const messages = await dispatch();
    expect(messages.map(({ sequence, data }) => [sequence, data.first, data.records.length])).toEqual([
      [1, 1, 2],
      [2, 3, 2],
      [3, 5, 1],
      [4, 6, 1],
    ]);
    expect(messages.flatMap(({ data }) => ids(data.records))).toEqual(ids(records));
  });

  it('are numbered anew, each once, after a restore that does not know of their arrival', async () => {
    const sent = await record(3);
    const [first] = await dispatch();
    const queued = await record(2);
    await database.owner.query('UPDATE messaging.lane SET lease_until = NULL');
    const begun = await beginEpoch(database.owner, ['audit-log']);
    expect(begun.requeued).toBe(1);
    ({ epoch } = begun);
    const [again, next, ...more] = await dispatch();
    expect(more).toEqual([]);
    // Under its own id, so that a log that has it knows it.
    expect(again).toMatchObject({ id: first?.id, sequence: 1, epoch: begun.epoch, data: { first: 1 } });
    expect(ids(again?.data.records ?? [])).toEqual(ids(sent));
    expect(next).toMatchObject({ sequence: 2, data: { first: 4 } });
    expect(ids(next?.data.records ?? [])).toEqual(ids(queued));
    expect(await dispatch()).toEqual([]);
  });
});
