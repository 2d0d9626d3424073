import { NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  SMALL_DIRECTORY,
  startTestAgency,
  type TestAgency,
  type TestAgencyOptions,
  type TestDatabase,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { EmbeddedBroker } from '../broker';

const PREFECTURE = SMALL_DIRECTORY.findAgency('prefecture-75') as Agency;

describe('what was parked because its recipient was behind', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let police: TestAgency;
  let prefecture: TestAgency;

  const newBroker = (clientId: string) => new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId });
  const startPrefecture = (options: TestAgencyOptions) =>
    startTestAgency(
      PREFECTURE.id,
      server,
      newBroker(PREFECTURE.id),
      { handles: [NOTICE_ACKNOWLEDGED], ...options },
      prefecture?.database,
    );
  const refusing = (code: string): TestAgencyOptions => ({
    checkReceipt: () => ({ accepted: false, code, legalBases: [] }),
  });

  beforeAll(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    police = await startTestAgency('police-75', server, newBroker('police-75'));
  });
  afterAll(async () => {
    await Promise.all([police, prefecture].map((agency) => agency?.stop()));
    await brokerDatabase.drop();
    await server.stop();
  });

  const inboxOf = async (reference: string) => {
    const rows = await prefecture.database.owner.query<{ row: string }[]>(
      `SELECT concat_ws(' ', sequence, state, reason) AS row FROM messaging.inbox
        WHERE reference = $1 ORDER BY sequence`,
      [reference],
    );
    return rows.map(({ row }) => row);
  };

  /** A case of two events. @returns its reference at the préfecture */
  async function sendTwo(): Promise<string> {
    const id = randomUUID();
    const recorded = await police.database.serve.transaction(async (manager) => {
      const opened = await police.outbox.openCase(
        manager,
        { id, unit: 'brp', facts: {} },
        aNewEvent(PREFECTURE, 1),
      );
      await police.outbox.append(manager, id, aNewEvent(PREFECTURE, 2));
      return opened;
    });
    police.dispatcher.wake(recorded.lanes);
    return recorded.intents[0]?.reference ?? '';
  }

  const parkedFor = (reason: string) => [`1 parked ${reason}`, `2 parked ${reason}`];

  it('is applied in order once it starts with the convention; what is refused for another reason is left', async () => {
    prefecture = await startPrefecture(refusing('convention-unknown'));
    const behind = await sendTwo();
    await eventually(async () => expect(await inboxOf(behind)).toEqual(parkedFor('convention-unknown')));
    await prefecture.halt();
    prefecture = await startPrefecture(refusing('over-sharing'));
    await eventually(async () => expect(await inboxOf(behind)).toEqual(parkedFor('over-sharing')));

    await prefecture.halt();
    prefecture = await startPrefecture(refusing('convention-unknown'));
    const again = await sendTwo();
    await eventually(async () => expect(await inboxOf(again)).toEqual(parkedFor('convention-unknown')));
    await prefecture.halt();
    prefecture = await startPrefecture({});
    await eventually(async () => expect(await inboxOf(again)).toEqual(['1 applied', '2 applied']));

    expect(prefecture.received.map(({ envelope }) => envelope.sequence)).toEqual([1, 2]);
    expect(await inboxOf(behind)).toEqual(parkedFor('over-sharing'));
    const [record] = await prefecture.database.owner.query<{ record: Record<string, unknown> }[]>(
      `SELECT record FROM messaging.audit_record WHERE kind = 'redrive' ORDER BY at DESC LIMIT 1`,
    );
    expect(record?.record).toMatchObject({ reason: 'applied', counterpart: 'police-75' });
    expect(record?.record).not.toHaveProperty('agent');
  });
});
