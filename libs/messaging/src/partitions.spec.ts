import { inboxTopic, NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  SMALL_DIRECTORY,
  startTestAgency,
  type TestAgency,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { EmbeddedBroker } from './broker';
import type { RecordedEvent } from './outbox/outbox';

const BEFORE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;
const AFTER: Agency = { ...BEFORE, inboxPartitions: 8 };

describe('partitions added to an inbox that is in use', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let police: TestAgency;
  let prefecture: TestAgency;

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });

  beforeAll(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    police = await startTestAgency('police-75', server, newBroker('police'));
    prefecture = await startTestAgency('prefecture-75', server, newBroker('prefecture'), {
      handles: [NOTICE_ACKNOWLEDGED],
    });
  });

  afterAll(async () => {
    await Promise.all([police, prefecture].map((agency) => agency.stop()));
    await brokerDatabase.drop();
    await server.stop();
  });

  async function write(work: (sql: Parameters<typeof police.outbox.append>[0]) => Promise<RecordedEvent>) {
    const recorded = await police.database.serve.transaction(work);
    police.dispatcher.wake(recorded.lanes);
    return recorded;
  }

  async function open(recipient: Agency): Promise<{ caseId: string; reference: string; partition: number }> {
    const caseId = randomUUID();
    const { intents } = await write((sql) =>
      police.outbox.openCase(sql, { id: caseId, unit: 'brp', facts: {} }, aNewEvent(recipient, 1)),
    );
    const reference = intents[0]?.reference ?? '';
    return { caseId, reference, partition: await partitionOf(reference) };
  }

  async function partitionOf(reference: string): Promise<number> {
    const [row] = await police.database.owner.query<{ partition: number }[]>(
      `SELECT l.partition FROM messaging.case_reference r JOIN messaging.lane l ON l.id = r.lane_id
        WHERE r.reference = $1`,
      [reference],
    );
    return row?.partition ?? -1;
  }

  /** Partitions that a case's events really came through, in the order of its versions. */
  const cameThrough = (reference: string) =>
    prefecture.database.owner
      .query<{ partition: number }[]>(
        "SELECT partition FROM messaging.inbox WHERE reference = $1 AND state = 'applied' ORDER BY sequence",
        [reference],
      )
      .then((rows) => rows.map(({ partition }) => partition));

  it('leave every open case in its lane and in order; new cases use the new ones', async () => {
    const old = [];
    for (let count = 0; count < 12; count++) old.push(await open(BEFORE));
    expect(Math.max(...old.map(({ partition }) => partition))).toBeLessThan(BEFORE.inboxPartitions);

    const admin = newBroker('admin');
    await admin.connect();
    await admin.createTopics([{ name: inboxTopic(AFTER.id), partitions: AFTER.inboxPartitions }]);
    await admin.disconnect();

    for (const { caseId } of old) {
      for (const version of [2, 3]) {
        await write((sql) => police.outbox.append(sql, caseId, aNewEvent(AFTER, version)));
      }
    }
    let added = await open(AFTER);
    for (let tries = 0; added.partition < BEFORE.inboxPartitions && tries < 60; tries++) {
      added = await open(AFTER);
    }
    expect(added.partition).toBeGreaterThanOrEqual(BEFORE.inboxPartitions);

    for (const { reference, partition } of old) {
      await eventually(async () =>
        expect(await cameThrough(reference)).toEqual([partition, partition, partition]),
      );
      const versions = prefecture.received
        .filter(({ envelope }) => envelope.subject === reference)
        .map(({ envelope }) => envelope.recipientversion);
      expect(versions).toEqual([1, 2, 3]);
    }
    await eventually(async () => expect(await cameThrough(added.reference)).toEqual([added.partition]));
  });
});
