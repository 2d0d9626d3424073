import { accessCases } from './broker/access-cases';
import { failureCases } from './broker/failure-cases';
import { groupCases } from './broker/group-cases';
import { type BrokerHarness, codeOf, messages, type OutageHarness, Recorder, Scene } from './broker/harness';
import { orderCases } from './broker/order-cases';
import { eventually } from './eventually';

export { type BrokerHarness, type ChildBroker, type OutageHarness, type Principal } from './broker/harness';

const CASE_TIMEOUT_MS = 60_000;
/** A server is started, where none is shared. */
const START_TIMEOUT_MS = 120_000;

/** What every adapter of the Broker port must do, held against a real broker. */
export function describeBrokerConformance(name: string, harness: BrokerHarness): void {
  describe(`${name} conforms to the Broker port`, () => {
    const scene = useScenes(harness);
    describe('order and content', () => orderCases(scene));
    describe('groups', () => groupCases(scene, harness));
    describe('failing handlers', () => failureCases(scene));
    describe('access and limits', () => accessCases(scene, harness));
  });
}

/** What every adapter must do when its broker goes away and comes back. */
export function describeBrokerOutage(name: string, harness: OutageHarness): void {
  describe(`${name} survives an outage of its broker`, () => {
    const scene = useScenes(harness);

    test('publish does not hang, a subscription goes on by itself, nothing acknowledged is lost', async () => {
      const broker = await scene().withTopic();
      const recorder = new Recorder();
      const crashes: Error[] = [];
      const subscription = await scene().subscribe(broker, recorder.onBatch, {
        onCrash: (error) => void crashes.push(error),
      });
      await broker.publish(scene().topic, 0, messages(2, 'before'));
      await eventually(() => expect(recorder.texts()).toHaveLength(2));

      await harness.goDown();
      const started = Date.now();
      expect(await codeOf(broker.publish(scene().topic, 0, messages(1, 'during')))).toBe(
        'broker-unavailable',
      );
      expect(Date.now() - started).toBeLessThan(40_000);
      await eventually(() => !subscription.healthy, { timeoutMs: 30_000 });
      expect(await codeOf(harness.newBroker().connect())).toBe('broker-unreachable');

      await harness.comeBack();
      await eventually(() => broker.publish(scene().topic, 0, messages(1, 'after')), { timeoutMs: 30_000 });
      await eventually(() => expect(recorder.firsts()).toContain('after0'), { timeoutMs: 30_000 });
      expect(recorder.firsts().slice(0, 2)).toEqual(['before0', 'before1']);
      expect(subscription.healthy).toBe(true);
      expect(crashes).toEqual([]);
    });

    test('a publication rides through, or is refused, and can be repeated', async () => {
      const broker = await scene().withTopic();
      const recorder = new Recorder();
      await scene().subscribe(broker, recorder.onBatch);
      const acknowledged: string[] = [];
      let stop = false;
      const traffic = (async () => {
        for (let index = 0; !stop; index += 1) {
          await eventually(() => broker.publish(scene().topic, 0, messages(1, 'm', index)), {
            timeoutMs: 60_000,
          });
          acknowledged.push(`m${index}`);
        }
      })();
      await eventually(() => acknowledged.length > 20);
      await harness.goDown();
      await harness.comeBack();
      const count = acknowledged.length;
      await eventually(() => acknowledged.length > count + 20, { timeoutMs: 60_000 });
      stop = true;
      await traffic;
      await eventually(() => expect(recorder.firsts()).toEqual(acknowledged), { timeoutMs: 30_000 });
    });

    test('a broker that is away does not keep anybody from disconnecting', async () => {
      const broker = await scene().withTopic();
      await scene().subscribe(broker, async () => undefined);
      await harness.goDown();
      const started = Date.now();
      await broker.disconnect();
      expect(Date.now() - started).toBeLessThan(10_000);
      await harness.comeBack();
    });
  });
}

/** Starts the harness once, and gives every test a scene of its own. */
function useScenes(harness: BrokerHarness): () => Scene {
  let scene: Scene | undefined;
  jest.setTimeout(CASE_TIMEOUT_MS);
  beforeAll(() => harness.start(), START_TIMEOUT_MS);
  afterAll(() => harness.stop(), START_TIMEOUT_MS);
  beforeEach(() => {
    scene = new Scene(harness);
  });
  afterEach(() => scene?.end());
  return () => {
    if (!scene) throw new Error('a scene exists only during a test');
    return scene;
  };
}
