import { AppError } from '@liaison/kernel';
import type { Batch } from '@liaison/messaging';
import { eventually } from '../eventually';
import { messages, Recorder, type Scene, textsOf } from './harness';

/** Kafka's clients take some of these as a reason to stop consuming without a word. */
const FAILURES: readonly (readonly [string, Error])[] = [
  ['TypeError', new TypeError('undefined is not a function')],
  ['RangeError', new RangeError('out of range')],
  ['an error marked as not retriable', Object.assign(new Error('final'), { retriable: false })],
  ['a permanent AppError', new AppError('message-poisonous', 'It never works.')],
  ['a transient AppError', new AppError('database-away', 'Later.', { retriable: true })],
];

export function failureCases(scene: () => Scene): void {
  test.each(FAILURES)('consumption goes on after %s', async (_name, failure) => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(2));
    const deliveries: string[][] = [];
    const crashes: Error[] = [];
    await scene().subscribe(
      broker,
      async (batch) => {
        deliveries.push(textsOf(batch));
        if (deliveries.length <= 2) throw failure;
      },
      { onCrash: (error) => void crashes.push(error) },
    );
    await eventually(() =>
      expect(deliveries).toEqual([
        ['m0', 'm1'],
        ['m0', 'm1'],
        ['m0', 'm1'],
      ]),
    );
    await broker.publish(scene().topic, 0, messages(1, 'next'));
    await eventually(() => expect(deliveries.at(-1)).toEqual(['next0']));
    expect(crashes).toEqual([]);
  });

  test('a handler that throws without a promise is a rejection like any other', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(1));
    let calls = 0;
    await scene().subscribe(broker, () => {
      calls += 1;
      if (calls === 1) throw new TypeError('thrown, not rejected');
      return Promise.resolve();
    });
    await eventually(() => calls === 2);
  });

  test('while a batch is rejected again and again, other partitions go on', async () => {
    const broker = await scene().withTopic(2);
    const recorder = new Recorder();
    let rejections = 0;
    const subscription = await scene().subscribe(broker, async (batch: Batch) => {
      if (batch.partition === 0) {
        rejections += 1;
        throw new Error('not now');
      }
      await recorder.onBatch(batch);
    });
    await broker.publish(scene().topic, 0, messages(1, 'poison'));
    await eventually(() => rejections > 0);
    for (let index = 0; index < 20; index += 1) {
      await broker.publish(scene().topic, 1, messages(1, 'good', index));
      await eventually(() => expect(recorder.texts(1)).toHaveLength(index + 1));
    }
    await eventually(() => rejections > 2);
    expect(subscription.healthy).toBe(true);
    // What was handled is committed a little later.
    await eventually(async () =>
      expect(await broker.lag(scene().group, scene().topic)).toEqual([
        { partition: 0, messages: 1 },
        { partition: 1, messages: 0 },
      ]),
    );
  });

  test('a paused partition is not read until it is resumed; others are', async () => {
    const broker = await scene().withTopic(2);
    const recorder = new Recorder();
    const subscription = await scene().subscribe(broker, recorder.onBatch);
    subscription.pause(scene().topic, 0);
    await broker.publish(scene().topic, 0, messages(3, 'paused'));
    for (let index = 0; index < 5; index += 1) {
      await broker.publish(scene().topic, 1, messages(1, 'other', index));
      await eventually(() => expect(recorder.texts(1)).toHaveLength(index + 1));
    }
    expect(recorder.texts(0)).toEqual([]);
    subscription.resume(scene().topic, 0);
    await eventually(() => expect(recorder.texts(0)).toEqual(['paused0', 'paused1', 'paused2']));
  });
}
