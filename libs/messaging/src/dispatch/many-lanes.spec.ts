import { inboxTopic } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import {
  aNewEvent,
  createEmbeddedBroker,
  eventually,
  LossyBroker,
  startTestAgency,
  type TestAgency,
  type TestDatabase,
  type TestPostgres,
  testPostgres,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { OutgoingMessage } from '../broker';
import { EmbeddedBroker } from '../broker';
import { restAfter } from './dispatcher';

const RECIPIENTS = Array.from({ length: 40 }, (_, index): Agency => ({
  id: `service-${index}`,
  kind: 'association',
  name: `service-${index}`,
  competentFor: ['75'],
  units: [],
  contactPoints: [],
  inboxPartitions: 1,
}));
const [ODD, ...OTHERS] = RECIPIENTS as [Agency, ...Agency[]];

/** A broker that has no answer for one inbox until it is told to. */
class HangingBroker extends LossyBroker {
  attempts = 0;
  private release?: (error: AppError) => void;
  private readonly hung = new Promise<never>((_, reject) => (this.release = reject));

  override async publish(
    topic: string,
    partition: number,
    messages: readonly OutgoingMessage[],
  ): Promise<void> {
    if (topic === inboxTopic(ODD.id)) {
      this.attempts += 1;
      await this.hung;
    }
    await super.publish(topic, partition, messages);
  }

  giveUp(): void {
    this.release?.(new AppError('broker-unavailable', 'No answer.', { retriable: true }));
  }
}

describe('events for many recipients at once', () => {
  let server: TestPostgres;
  let brokerDatabase: TestDatabase;
  let broker: HangingBroker;
  let police: TestAgency;

  beforeAll(async () => {
    server = await testPostgres();
    brokerDatabase = await createEmbeddedBroker(server);
    const real = new EmbeddedBroker({ url: brokerDatabase.adminUrl, clientId: 'police' });
    broker = new HangingBroker(real);
    police = await startTestAgency('police-75', server, broker);
    await real.createTopics(RECIPIENTS.map(({ id }) => ({ name: inboxTopic(id), partitions: 1 })));
  });
  afterAll(async () => {
    broker.giveUp();
    await police.stop();
    await brokerDatabase.drop();
    await server.stop();
  });

  const cases = RECIPIENTS.map((recipient) => ({ recipient, id: randomUUID() }));

  async function openCases(): Promise<void> {
    const recorded = await police.database.serve.transaction((manager) =>
      police.outbox.openCases(
        manager,
        cases.map(({ recipient, id }) => ({
          opened: { id, unit: 'brp', facts: {} },
          event: aNewEvent(recipient, 1),
        })),
      ),
    );
    police.dispatcher.wake(recorded.flatMap(({ lanes }) => lanes));
  }

  async function appendAll(version: number): Promise<void> {
    const lanes: number[] = [];
    for (const { recipient, id } of cases) {
      const recorded = await police.database.serve.transaction((manager) =>
        police.outbox.append(manager, id, aNewEvent(recipient, version)),
      );
      lanes.push(...recorded.lanes);
    }
    police.dispatcher.wake(lanes);
  }

  const statesOf = async (recipients: readonly Agency[]) =>
    police.database.serve.query<{ state: string; count: number }[]>(
      `SELECT state, count(*)::int AS count FROM messaging.delivery_status WHERE recipient = ANY ($1) GROUP BY state`,
      [recipients.map(({ id }) => id)],
    );

  const numbersSent = () =>
    OTHERS.map(({ id }) =>
      broker
        .published()
        .filter(({ topic }) => topic === inboxTopic(id))
        .map(({ value }) => Number(/"sequence":(\d+)/.exec(value.toString())?.[1])),
    );

  it('share transactions; one that does not answer holds no other, and is asked once at a time', async () => {
    await openCases();
    await eventually(async () =>
      expect(await statesOf(OTHERS)).toEqual([{ state: 'sent', count: OTHERS.length }]),
    );
    const [{ transactions }] = await police.database.owner.query<[{ transactions: number }]>(
      `SELECT count(DISTINCT xmin::text)::int AS transactions FROM messaging.delivery WHERE kind = 'event'`,
    );
    expect(transactions).toBeLessThanOrEqual(RECIPIENTS.length / 3);
    expect(await statesOf([ODD])).toEqual([{ state: 'frozen', count: 1 }]);

    await appendAll(2);
    await eventually(async () =>
      expect(await statesOf(OTHERS)).toEqual([{ state: 'sent', count: 2 * OTHERS.length }]),
    );
    // In order of each case, and each once.
    expect(numbersSent()).toEqual(OTHERS.map(() => [1, 2]));
    expect(broker.attempts).toBe(1);
  });

  it('a batch of few never rests; one of several does, for longer the longer it took, up to a limit', () => {
    expect([1, 2, 3].map((taken) => restAfter(10_000, taken))).toEqual([0, 0, 0]);
    expect([10, 25, 45, 10_000].map((tookMs) => restAfter(tookMs, 20))).toEqual([0, 0, 60, 250]);
  });
});
