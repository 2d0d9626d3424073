import fc from 'fast-check';
import { eventually } from '../eventually';
import { messages, Recorder, type Scene, textsOf } from './harness';

export function orderCases(scene: () => Scene): void {
  test('messages of a partition come in the order of their publication', async () => {
    const broker = await scene().withTopic(3);
    const recorder = new Recorder();
    await scene().subscribe(broker, recorder.onBatch);
    const publish = async (partition: number): Promise<void> => {
      for (let from = 0; from < 300; from += 50) {
        await broker.publish(scene().topic, partition, messages(50, `p${partition}-`, from));
      }
    };
    await Promise.all([publish(0), publish(1), publish(2)]);
    for (const partition of [0, 1, 2]) {
      const expected = messages(300, `p${partition}-`).map(({ value }) => value.toString());
      await eventually(() => expect(recorder.texts(partition)).toEqual(expected));
    }
    const offsets = recorder.batches
      .filter(({ partition }) => partition === 1)
      .flatMap((batch) => batch.messages.map(({ offset }) => BigInt(offset)));
    expect(offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? offset))).toBe(
      true,
    );
  });

  test('keys, bytes and headers arrive unchanged', async () => {
    const broker = await scene().withTopic();
    const recorder = new Recorder();
    await scene().subscribe(broker, recorder.onBatch);
    // PostgreSQL's text has no NUL; keys and headers are ids.
    const text = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .filter((it) => !it.includes('\0') && it.isWellFormed());
    const name = fc.stringMatching(/^[a-z][a-z-]{0,15}$/);
    const outgoing = fc.record({
      key: text,
      value: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      headers: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(outgoing, { minLength: 1, maxLength: 8 }), async (sent) => {
        recorder.batches.length = 0;
        await broker.publish(scene().topic, 0, sent);
        const received = await eventually(() => {
          const all = recorder.batches.flatMap((batch) => batch.messages);
          expect(all).toHaveLength(sent.length);
          return all.map(({ key, value, headers }) => ({ key, value, headers }));
        });
        expect(received).toEqual(sent);
      }),
      { numRuns: 25 },
    );
  });

  test('a call of several megabytes is stored whole and in order', async () => {
    const broker = await scene().withTopic();
    const recorder = new Recorder();
    const padding = 'x'.repeat(2000);
    await broker.publish(scene().topic, 0, messages(1500, `${padding}-`));
    await scene().subscribe(broker, recorder.onBatch);
    const expected = Array.from({ length: 1500 }, (_, index) => String(index));
    await eventually(() => expect(recorder.texts().map((it) => it.split('-')[1])).toEqual(expected));
  });

  test('no batch is larger than asked for', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, messages(25));
    const recorder = new Recorder();
    await scene().subscribe(broker, recorder.onBatch, { maxBatch: 10 });
    await eventually(() => expect(recorder.texts()).toHaveLength(25));
    expect(Math.max(...recorder.batches.map((batch) => textsOf(batch).length))).toBeLessThanOrEqual(10);
  });

  test('an empty call stores nothing', async () => {
    const broker = await scene().withTopic();
    await broker.publish(scene().topic, 0, []);
    expect(await broker.lag(scene().group, scene().topic)).toEqual([{ partition: 0, messages: 0 }]);
  });
}
