import type { Running } from '../contestant';
import { watchCount } from '../database';
import type { Environment } from '../environment';
import { liaison } from '../liaison';
import { runLoad } from '../load';
import { measureThroughput } from '../measure';
import type { Figure } from './figure';
import { addressed, measurePublishing, policeDatabase } from './measured';
import { untilPortOpens } from './port';
import type { ScaleSettings } from './settings';

const TARGET_PER_SECOND = 2_000;
const WARM_UP = 500;

/** What piled up while the recipient, then the broker, was away: how fast it is applied, policy and audit on. */
export async function measureBacklog(
  environment: Environment,
  settings: ScaleSettings,
  say: (line: string) => void,
): Promise<Figure[]> {
  const running = addressed(await liaison(environment).start());
  try {
    await measureThroughput(running, { events: WARM_UP, connections: settings.connections });
    const recipient = await afterRecipient(environment, running, settings);
    say(`recipient was away: ${recipient.toFixed(0)}/s`);
    const broker = await afterBroker(environment, running, settings);
    say(`broker was away: ${broker.toFixed(0)}/s`);
    const drained = (of: string, value: number): Figure => ({
      name: `${settings.waiting} events that waited for the ${of}`,
      value,
      unit: '/s',
      target: { least: TARGET_PER_SECOND },
    });
    return [drained('recipient', recipient), drained('broker', broker)];
  } finally {
    await running.stop();
  }
}

/** From the first applied to the last, as the recipient starts meanwhile. */
async function afterRecipient(
  environment: Environment,
  running: Running,
  { waiting, connections }: ScaleSettings,
): Promise<number> {
  const { recipient } = running;
  const prefecture = environment.stack.service('prefecture');
  const applied = await watchCount(recipient.databaseUrl, `SELECT count(*) FROM ${recipient.table}`);
  try {
    const before = await applied.count();
    await prefecture.stop();
    await measurePublishing(environment, running, { events: waiting, connections });
    const restarted = prefecture.restart();
    const firstAt = await applied.until(before + 1);
    const first = (await applied.count()) - before;
    const lastAt = await applied.until(before + waiting);
    await restarted;
    return ((waiting - first) * 1000) / (lastAt - firstAt);
  } finally {
    await applied.close();
  }
}

/** From the port's opening to the last applied: dispatch, relay and consumer together. */
async function afterBroker(
  environment: Environment,
  { recipient, target }: Running,
  { waiting, connections }: ScaleSettings,
): Promise<number> {
  const { kafka } = environment.stack;
  if (!kafka) throw new Error('the broker is not ours');
  const applied = await watchCount(recipient.databaseUrl, `SELECT count(*) FROM ${recipient.table}`);
  const intents = await watchCount(
    policeDatabase(environment),
    'SELECT count(*) FROM messaging.event_document',
  );
  try {
    const [before, written] = [await applied.count(), await intents.count()];
    await kafka.kill();
    await runLoad({ kind: 'throughput', target, connections, events: waiting });
    await intents.until(written + waiting);
    const restarted = kafka.restart();
    const openedAt = await untilPortOpens(kafka.brokers[0] ?? '');
    const lastAt = await applied.until(before + waiting);
    await restarted;
    return (waiting * 1000) / (lastAt - openedAt);
  } finally {
    await applied.close();
    await intents.close();
  }
}
