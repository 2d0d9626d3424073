import type { Batch } from '@liaison/messaging';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../eventually';
import { type BrokerHarness, messages, Recorder, type Scene, textsOf } from './harness';

const never = (): Promise<void> => new Promise(() => undefined);

export function groupCases(scene: () => Scene, harness: BrokerHarness): void {
  test('a new group reads from the beginning, whatever other groups have read', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(5));
    const first = new Recorder();
    await scene().subscribe(broker, first.onBatch);
    await eventually(() => expect(first.texts()).toHaveLength(5));
    const second = new Recorder();
    await scene().subscribe(broker, second.onBatch, { group: `${scene().group}-other` });
    await eventually(() => expect(second.texts()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']));
  });

  test('a group goes on where it was after all its members have left', async () => {
    const broker = await scene().withTopic();
    const before = new Recorder();
    const subscription = await scene().subscribe(broker, before.onBatch);
    await broker.publish(scene().topic, 0, messages(5));
    await eventually(() => expect(before.texts()).toHaveLength(5));
    await subscription.close();
    expect(subscription.healthy).toBe(false);

    await broker.publish(scene().topic, 0, messages(2, 'later'));
    expect(before.texts()).toHaveLength(5);
    const after = new Recorder();
    await scene().subscribe(await scene().broker(), after.onBatch);
    await eventually(() => expect(after.texts()).toEqual(['later0', 'later1']));
  });

  test('closing waits for the running handler, and what it resolves is committed', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(1));
    let entered = false;
    let finish: () => void = () => undefined;
    const subscription = await scene().subscribe(broker, async () => {
      entered = true;
      await new Promise<void>((resolve) => (finish = resolve));
    });
    await eventually(() => entered);
    const closed = subscription.close();
    finish();
    await closed;
    expect(await broker.lag(scene().group, scene().topic)).toEqual([{ partition: 0, messages: 0 }]);
  });

  test('what a handler had not resolved when its member left comes again', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(3));
    const leaving = await scene().broker();
    let seen: Batch | undefined;
    await scene().subscribe(leaving, async (batch) => {
      seen = batch;
      await never();
    });
    const batch = await eventually(() => seen ?? false);
    expect(batch.isStale()).toBe(false);
    await leaving.disconnect();
    expect(batch.isStale()).toBe(true);

    const recorder = new Recorder();
    await scene().subscribe(await scene().broker(), recorder.onBatch);
    await eventually(() => expect(recorder.texts()).toEqual(['m0', 'm1', 'm2']), { timeoutMs: 30_000 });
  });

  test('a member whose process is killed in a handler is replaced, and its messages come again', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(3));
    const hook = join(__dirname, '..', 'ts-hook.cjs');
    const child = spawn(
      process.execPath,
      [
        '--conditions=@liaison/source',
        '--require',
        hook,
        join(__dirname, 'member.child.ts'),
        JSON.stringify(harness.childBroker()),
        scene().group,
        scene().topic,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    try {
      await eventually(() => output.includes('got 0'), { timeoutMs: 20_000 });
      const recorder = new Recorder();
      const replacing = scene().subscribe(await scene().broker(), recorder.onBatch);
      child.kill('SIGKILL');
      await replacing;
      await eventually(() => expect(recorder.texts()).toEqual(['m0', 'm1', 'm2']), { timeoutMs: 20_000 });
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('no partition has two handlers at once while members come and go, and nothing is lost', async () => {
    const broker = await scene().withTopic(4);
    const active = new Map<number, number>();
    const overlaps: number[] = [];
    const recorder = new Recorder();
    const members = new Map<string, number>();
    const memberOf =
      (name: string) =>
      async (batch: Batch): Promise<void> => {
        const others = active.get(batch.partition) ?? 0;
        if (others > 0) overlaps.push(batch.partition);
        active.set(batch.partition, others + 1);
        members.set(name, (members.get(name) ?? 0) + 1);
        await sleep(5);
        await recorder.onBatch(batch);
        active.set(batch.partition, (active.get(batch.partition) ?? 1) - 1);
      };
    let published = 0;
    let stop = false;
    const traffic = (async () => {
      while (!stop) {
        for (const partition of [0, 1, 2, 3]) {
          await broker.publish(scene().topic, partition, messages(2, `p${partition}-`, published));
        }
        published += 2;
      }
    })();
    try {
      const first = await scene().subscribe(broker, memberOf('first'));
      await eventually(() => (members.get('first') ?? 0) > 10);
      await scene().subscribe(await scene().broker(), memberOf('second'));
      await eventually(() => (members.get('second') ?? 0) > 10, { timeoutMs: 30_000 });
      const shared = members.get('first') ?? 0;
      await eventually(() => (members.get('first') ?? 0) > shared + 5, { timeoutMs: 30_000 });
      await first.close();
    } finally {
      stop = true;
      await traffic;
    }
    for (const partition of [0, 1, 2, 3]) {
      const expected = messages(published, `p${partition}-`).map(({ value }) => value.toString());
      await eventually(() => expect(recorder.firsts(partition)).toEqual(expected), { timeoutMs: 30_000 });
    }
    expect(overlaps).toEqual([]);
  });

  test('a long batch keeps its partition: nobody else gets it meanwhile', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(1));
    const deliveries: string[] = [];
    let finished = false;
    const slowly = async (batch: Batch): Promise<void> => {
      deliveries.push(...textsOf(batch));
      // Longer than the time after which a silent member is replaced.
      await sleep(9000);
      expect(batch.isStale()).toBe(false);
      finished = true;
    };
    await scene().subscribe(broker, slowly);
    await eventually(() => expect(deliveries).toEqual(['m0']));
    await eventually(() => finished, { timeoutMs: 15_000 });
    await eventually(async () =>
      expect(await broker.lag(scene().group, scene().topic)).toEqual([{ partition: 0, messages: 0 }]),
    );
    expect(deliveries).toEqual(['m0']);
  });

  test('partitions that are added are read by a subscription that was there before', async () => {
    const broker = await scene().withTopic(1);
    const recorder = new Recorder();
    await scene().subscribe(broker, recorder.onBatch);
    await broker.publish(scene().topic, 0, messages(1, 'old'));
    await broker.createTopics([{ name: scene().topic, partitions: 3 }]);
    await broker.publish(scene().topic, 2, messages(1, 'new'));
    await eventually(() => expect(recorder.firsts().sort()).toEqual(['new0', 'old0']), { timeoutMs: 30_000 });
  });
}
