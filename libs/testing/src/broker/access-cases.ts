import { CONVENTIONS_TOPIC } from '@liaison/contracts';
import { agencyAcls, conventionsGroup } from '@liaison/messaging';
import { type BrokerHarness, codeOf, message, messages, Recorder, type Scene } from './harness';
import { eventually } from '../eventually';

const PROMPTLY_MS = 15_000;

export function accessCases(scene: () => Scene, harness: BrokerHarness): void {
  const promptly = async (work: Promise<unknown>): Promise<string> => {
    const started = Date.now();
    const code = await codeOf(work);
    expect(Date.now() - started).toBeLessThan(PROMPTLY_MS);
    return code;
  };
  const subscribed = (broker: Parameters<Scene['subscribe']>[0], options = {}): Promise<unknown> =>
    scene().subscribe(broker, async () => undefined, options);

  test('a wrong password is said to be one', async () => {
    expect(await promptly(scene().broker('stranger'))).toBe('broker-not-authorised');
  });

  test('a topic that does not exist', async () => {
    const broker = await scene().broker();
    expect(await promptly(broker.publish(scene().topic, 0, messages(1)))).toBe('topic-unknown');
    expect(await promptly(subscribed(broker))).toBe('topic-unknown');
    expect(await promptly(broker.lag(scene().group, scene().topic))).toBe('topic-unknown');
  });

  test('a partition that does not exist', async () => {
    const broker = await scene().withTopic(2);
    expect(await promptly(broker.publish(scene().topic, 2, messages(1)))).toBe('topic-unknown');
  });

  test('an agency reads its own inbox, writes to the others, and nothing else', async () => {
    const admin = await scene().broker();
    const own = scene().topic;
    const other = `${own}-other`;
    const internal = `liaison.internal.${scene().id}`;
    await admin.createTopics([own, other, internal].map((name) => ({ name, partitions: 1 })));
    await admin.applyAcls(agencyAcls(scene().id, harness.agencyUser()));
    const agency = await scene().broker('agency');

    expect(await promptly(subscribed(agency, { topics: [other] }))).toBe('topic-forbidden');
    expect(await promptly(subscribed(agency, { topics: [internal] }))).toBe('topic-forbidden');
    expect(await promptly(subscribed(agency, { group: `liaison.${scene().id}-x` }))).toBe('group-forbidden');
    const recorder = new Recorder();
    await scene().subscribe(agency, recorder.onBatch);
    await admin.publish(own, 0, messages(1));
    await eventually(() => expect(recorder.texts()).toEqual(['m0']));
    await agency.publish(other, 0, messages(1));

    expect(await promptly(agency.publish(own, 0, messages(1)))).toBe('topic-forbidden');
    expect(await promptly(agency.publish(internal, 0, messages(1)))).toBe('topic-forbidden');
    expect(await promptly(agency.publish(`${internal}-absent`, 0, messages(1)))).toBe('topic-forbidden');
    expect(await promptly(agency.publish(`${own}-absent`, 0, messages(1)))).toBe('topic-unknown');
    expect(await promptly(agency.lag(`liaison.${scene().id}-x`, own))).toBe('group-forbidden');
    expect(await codeOf(agency.createTopics([{ name: `${own}-new`, partitions: 1 }]))).toMatch(
      /^(topic-forbidden|broker-not-authorised)$/,
    );
    expect(await codeOf(agency.applyAcls(agencyAcls('elsewhere', harness.agencyUser())))).toBe(
      'broker-not-authorised',
    );

    // What was refused neither stopped nor reached what is allowed.
    await agency.publish(other, 0, messages(1));
    await admin.publish(own, 0, messages(1, 'again'));
    await eventually(() => expect(recorder.texts()).toEqual(['m0', 'again0']));
  });

  test('an agency follows conventions and publishes none', async () => {
    const admin = await scene().broker();
    await admin.createTopics([{ name: CONVENTIONS_TOPIC, partitions: 1, compacted: true }]);
    await admin.applyAcls(agencyAcls(scene().id, harness.agencyUser()));
    const agency = await scene().broker('agency');
    const recorder = new Recorder();
    await scene().subscribe(agency, recorder.onBatch, {
      topics: [CONVENTIONS_TOPIC],
      group: conventionsGroup(scene().id),
    });
    const published = message(`for-${scene().id}`, scene().id);
    expect(await promptly(agency.publish(CONVENTIONS_TOPIC, 0, [published]))).toBe('topic-forbidden');
    await admin.publish(CONVENTIONS_TOPIC, 0, [published]);
    await eventually(() => expect(recorder.texts()).toContain(`for-${scene().id}`));
  });

  test('a message that is too large is refused, and the partition goes on', async () => {
    const broker = await scene().withTopic();
    const large = { ...message('large'), value: Buffer.alloc(3_000_000, 1) };
    expect(await promptly(broker.publish(scene().topic, 0, [large]))).toBe('message-too-large');
    await broker.publish(scene().topic, 0, messages(1));
    const recorder = new Recorder();
    await scene().subscribe(broker, recorder.onBatch);
    await eventually(() => expect(recorder.texts()).toEqual(['m0']));
  });

  test('creating topics again changes nothing and shrinks nothing', async () => {
    const broker = await scene().withTopic(3);
    await broker.publish(scene().topic, 2, messages(4));
    await broker.createTopics([
      { name: scene().topic, partitions: 1 },
      { name: `${scene().topic}-beside`, partitions: 1, retentionMs: 60_000 },
    ]);
    expect(await broker.lag(scene().group, scene().topic)).toEqual([
      { partition: 0, messages: 0 },
      { partition: 1, messages: 0 },
      { partition: 2, messages: 4 },
    ]);
  });

  test('lag counts what the group has not resolved', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(3));
    const recorder = new Recorder();
    const subscription = await scene().subscribe(broker, recorder.onBatch);
    await eventually(async () =>
      expect(await broker.lag(scene().group, scene().topic)).toEqual([{ partition: 0, messages: 0 }]),
    );
    await subscription.close();
    await broker.publish(scene().topic, 0, messages(2));
    expect(await broker.lag(scene().group, scene().topic)).toEqual([{ partition: 0, messages: 2 }]);
  });

  test('disconnecting twice, and publishing afterwards, is no accident', async () => {
    const broker = await scene().withTopic();
    await broker.disconnect();
    await broker.disconnect();
    expect(await promptly(broker.publish(scene().topic, 0, messages(1)))).toBe('broker-unavailable');
  });
}
