import type { Agency } from '@liaison/kernel';
import {
  aNewEvent,
  type AgencyDatabase,
  copyAgencyDatabase,
  createEmbeddedBroker,
  releaseAll,
  SMALL_DIRECTORY,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { AuditTrail } from '../audit/audit-trail';
import { EmbeddedBroker } from '../broker';
import { Lanes } from '../outbox/lanes';
import { Outbox } from '../outbox/outbox';
import { Relay } from '../relay/relay';
import { openAgencyState } from '../schema/agency-state';
import { DevelopmentSealing } from '../sealing/development-sealing';
import { freeze } from './freeze';
import { findLease, type Lease, LeaseLost } from './lease';
import { nextIntents, prepareBatch } from './prepare';
import type { EventPreparation } from './prepare-event';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;

describe('dispatch of one lane', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;
  let brokerDatabase: TestDatabase;
  let broker: EmbeddedBroker;
  let outbox: Outbox;
  let epoch: string;
  let preparation: EventPreparation;
  let validUntil: Date | undefined;

  beforeAll(async () => {
    server = await testPostgres();
    database = await copyAgencyDatabase(server);
    brokerDatabase = await createEmbeddedBroker(server);
    broker = new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId: 'dispatch' });
    await broker.connect();
    const state = await openAgencyState(database.ingest, 'police-75', 'policy-1');
    epoch = state.epoch;
    const lanes = new Lanes(database.ingest);
    outbox = new Outbox(lanes, epoch);
    preparation = {
      agency: 'police-75',
      releases: { decideRelease: (event) => ({ ...releaseAll(event), ...(validUntil && { validUntil }) }) },
      sealing: new DevelopmentSealing('development'),
      audit: new AuditTrail(
        { agency: 'police-75', service: 'police' },
        {
          agency: 'audit-log',
          reference: state.auditReference,
          laneId: await lanes.getLaneId({ topic: 'liaison.audit', partition: 0 }),
        },
      ),
    };
  });

  afterEach(() => {
    validUntil = undefined;
  });

  afterAll(async () => {
    await broker.disconnect();
    await brokerDatabase.drop();
    await database.close();
    await server.stop();
  });

  const event = (version: number) => aNewEvent(PREFECTURE, version);

  /** A case with its first event, on a lane that nobody has the lease of. */
  async function openCase(): Promise<{ caseId: string; laneId: number; eventId: string }> {
    const caseId = randomUUID();
    const { intents, lanes } = await database.serve.transaction((manager) =>
      outbox.openCase(manager, { id: caseId, unit: 'brp', facts: {} }, event(1)),
    );
    await database.owner.query('UPDATE messaging.lane SET lease_until = NULL');
    return { caseId, laneId: lanes[0] ?? 0, eventId: intents[0]?.eventId ?? '' };
  }

  async function getLease(laneId: number, holder = 'first'): Promise<Lease> {
    const lease = await findLease(database.ingest, laneId, holder);
    if (!lease) throw new Error('the lane is taken');
    return lease;
  }

  async function prepare({ laneId }: Lease) {
    const [queued] = await nextIntents(database.ingest, [laneId]);
    if (!queued) throw new Error('there is no queue');
    return prepareBatch(database.ingest, queued, epoch, preparation, new Date());
  }

  const publishedIds = async (): Promise<string[]> => {
    const client = new Client({ connectionString: brokerDatabase.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ id: string }>(
      `SELECT m.headers ->> 'id' AS id FROM broker.message m JOIN broker.topic t ON t.id = m.topic_id
        WHERE t.name = 'liaison.inbox.prefecture-75'`,
    );
    await client.end();
    return rows.map(({ id }) => id);
  };

  const stateOf = async (eventId: string) =>
    (
      await database.owner.query<{ state: string; reason: string | null }[]>(
        'SELECT state, reason FROM messaging.delivery_status WHERE event_id = $1',
        [eventId],
      )
    )[0];

  it('gives a lane to one holder, and to the next with a greater token once the deadline has passed', async () => {
    const { laneId } = await openCase();
    const first = await getLease(laneId);
    expect(await findLease(database.ingest, laneId, 'second')).toBeUndefined();
    await database.owner.query('UPDATE messaging.lane SET lease_until = clock_timestamp() WHERE id = $1', [
      laneId,
    ]);
    const second = await getLease(laneId, 'second');
    expect(BigInt(second.token)).toBeGreaterThan(BigInt(first.token));
    await expect(freeze(database.ingest, first, await prepare(first), preparation.audit)).rejects.toThrow(
      LeaseLost,
    );
    const frozen = await freeze(database.ingest, second, await prepare(second), preparation.audit);
    expect(frozen.messages.length).toBeGreaterThan(0);
  });

  it('neither sends nor revokes under a lease that was lost meanwhile', async () => {
    validUntil = new Date(Date.now() + 60_000);
    const { laneId, eventId } = await openCase();
    const paused = await getLease(laneId);
    const frozen = await freeze(database.ingest, paused, await prepare(paused), preparation.audit);
    await database.owner.query('UPDATE messaging.lane SET lease_until = NULL WHERE id = $1', [laneId]);
    const successor = await getLease(laneId, 'second');
    await new Relay(database.ingest, broker, { now: () => new Date() }).publishUnmarked(successor);
    const published = await publishedIds();
    expect(published).toContain(eventId);

    const late = new Relay(database.ingest, broker, { now: () => new Date(Date.now() + 120_000) });
    await expect(late.publish(paused, frozen)).rejects.toThrow(LeaseLost);
    // Nothing has run out, but it was stopped after the freeze for longer than what that saw holds.
    const stopped = new Relay(database.ingest, broker, { now: () => new Date() });
    const before = { ...frozen, lookedAt: frozen.lookedAt - 1_000 };
    await expect(stopped.publish(paused, before)).rejects.toThrow(LeaseLost);
    expect(await publishedIds()).toEqual(published);
    expect(await stateOf(eventId)).toEqual({ state: 'sent', reason: null });
  });

  it('publishes again, with the same id and the same bytes, what was frozen and never marked', async () => {
    const { laneId, eventId } = await openCase();
    const crashed = await getLease(laneId);
    const { messages } = await freeze(database.ingest, crashed, await prepare(crashed), preparation.audit);
    await broker.publish(crashed.topic, crashed.partition, messages); // and dies before the mark
    await database.owner.query('UPDATE messaging.lane SET lease_until = NULL');

    const successor = await getLease(laneId, 'successor');
    const relay = new Relay(database.ingest, broker, { now: () => new Date() });
    expect(await relay.publishUnmarked(successor)).toBeGreaterThanOrEqual(messages.length);
    expect((await publishedIds()).filter((id) => id === eventId)).toHaveLength(2);
    expect(await stateOf(eventId)).toEqual({ state: 'sent', reason: null });
    expect(await relay.publishUnmarked(successor)).toBe(0);
  });

  it('drops what was prepared when a fact of the case changed meanwhile; it is prepared again', async () => {
    const { caseId, laneId, eventId } = await openCase();
    const lease = await getLease(laneId);
    const batch = await prepare(lease);
    await database.owner.query('UPDATE messaging.cases SET facts_version = facts_version + 1 WHERE id = $1', [
      caseId,
    ]);
    expect(await freeze(database.ingest, lease, batch, preparation.audit)).toMatchObject({
      messages: [],
      dropped: 1,
    });
    expect(await stateOf(eventId)).toEqual({ state: 'pending', reason: null });
    expect(
      (await freeze(database.ingest, lease, await prepare(lease), preparation.audit)).messages,
    ).toHaveLength(1);
  });

  it('drops what was prepared under conventions that are no longer the ones in use', async () => {
    const { laneId, eventId } = await openCase();
    const lease = await getLease(laneId);
    const batch = await prepare(lease);
    await openAgencyState(database.ingest, 'police-75', `policy-${randomUUID()}`);
    expect((await freeze(database.ingest, lease, batch, preparation.audit)).messages).toEqual([]);
    expect(await stateOf(eventId)).toEqual({ state: 'pending', reason: null });
    await freeze(database.ingest, lease, await prepare(lease), preparation.audit);
  });

  it('does not send frozen bytes once the permission has run out', async () => {
    validUntil = new Date(Date.now() + 50);
    const { laneId, eventId } = await openCase();
    const lease = await getLease(laneId);
    const frozen = await freeze(database.ingest, lease, await prepare(lease), preparation.audit);
    const tomorrow = { now: () => new Date(Date.now() + 24 * 3_600_000) };
    await new Relay(database.ingest, broker, tomorrow).publish(lease, frozen);
    expect(await publishedIds()).not.toContain(eventId);
    expect(await stateOf(eventId)).toEqual({ state: 'revoked', reason: 'valid-until-passed' });
  });

  it('keeps append-only what is append-only, for both roles', async () => {
    const forbidden = [
      'UPDATE messaging.event_document SET unit = unit',
      'UPDATE messaging.audit_record SET kind = kind',
      ...['event_document', 'audit_record'].flatMap((table) => [
        `DELETE FROM messaging.${table}`,
        `TRUNCATE messaging.${table}`,
      ]),
    ];
    for (const role of [database.ingest, database.serve]) {
      for (const statement of forbidden) {
        await expect(role.query(statement)).rejects.toThrow(/permission denied/);
      }
    }
    await expect(database.serve.query('SELECT body FROM messaging.sealed_body')).rejects.toThrow(
      /permission denied/,
    );
    await expect(database.serve.query('DELETE FROM messaging.intent')).rejects.toThrow(/permission denied/);
  });
});
