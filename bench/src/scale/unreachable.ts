import { Kafka, logLevel } from 'kafkajs';
import { inboxTopic } from '@liaison/contracts';
import type { Running } from '../contestant';
import { announcingArrivals, watchCount } from '../database';
import type { Environment } from '../environment';
import { liaison } from '../liaison';
import { runLoad } from '../load';
import { type Latency, measureThroughput, type Throughput } from '../measure';
import { percentile } from '../statistics';
import { inboxOnly } from './directory';
import type { Figure } from './figure';
import { addressed, policeDatabase } from './measured';
import type { ScaleSettings } from './settings';

/** What the others may lose: a tenth, which is what repetitions differ by. */
const TARGET_SHARE = 0.9;
const TARGET_TIMES = 1.1;
const WARM_UP = 500;
const WAITING = 200;

interface Served {
  readonly throughput: Throughput;
  readonly latency: Pick<Latency, 'p50' | 'p99'>;
}

/**
 * Throughput and latency towards one agency, first with another whose inbox takes everything (and whose service does not
 * run), then while the other's inbox goes and as many notices for it wait, then once its breaker is open: that should cost the
 * first one nothing.
 */
export async function measureUnreachable(
  environment: Environment,
  settings: ScaleSettings,
  say: (line: string) => void,
): Promise<Figure[]> {
  const running = await liaison(environment).start();
  try {
    await measureThroughput(addressed(running), { events: WARM_UP, connections: settings.connections });
    await toTheOther(running, settings);
    const without = await served(running, settings);
    say(`others served: ${inWords(without)}`);
    await deleteTopic(environment, inboxTopic(inboxOnly(0)));
    await toTheOther(running, settings);
    const going = await served(running, settings);
    say(`one that goes: ${inWords(going)}`);
    await opened(environment);
    const gone = await served(running, settings);
    say(`one that is gone: ${inWords(gone)}`);
    return [
      { name: 'to others, all reachable', value: without.throughput.committedPerSecond, unit: '/s' },
      ...(['p50', 'p99'] as const).map((rank) => ({
        name: `${rank}, all reachable`,
        value: without.latency[rank],
        unit: 'ms',
      })),
      ...compared('while one goes', going, without),
      ...compared('its breaker open', gone, without),
    ];
  } finally {
    await running.stop();
  }
}

const inWords = ({ throughput, latency }: Served): string =>
  `${throughput.committedPerSecond.toFixed(0)}/s, p50 ${latency.p50.toFixed(0)} ms`;

function compared(when: string, beside: Served, without: Served): Figure[] {
  const rate = beside.throughput.committedPerSecond;
  const share = rate / without.throughput.committedPerSecond;
  return [
    { name: `to others, ${when}`, value: rate, unit: '/s' },
    { name: `share that is left, ${when}`, value: share, unit: '×', target: { least: TARGET_SHARE } },
    ...(['p50', 'p99'] as const).flatMap((rank) => [
      { name: `${rank}, ${when}`, value: beside.latency[rank], unit: 'ms' },
      {
        name: `${rank}, times, ${when}`,
        value: beside.latency[rank] / without.latency[rank],
        unit: '×',
        target: { most: TARGET_TIMES },
      },
    ]),
  ];
}

/** The breaker of the inbox that is gone: the failures that open it are over. */
async function opened(environment: Environment): Promise<void> {
  const query = `SELECT count(*) FROM messaging.breaker WHERE state <> 'closed'`;
  const breakers = await watchCount(policeDatabase(environment), query);
  await breakers.until(1).finally(() => breakers.close());
}

/** Accepted, and not waited for. */
const toTheOther = ({ target }: Running, { connections }: ScaleSettings) =>
  runLoad({
    kind: 'throughput',
    target: { ...target, variants: [{ recipients: [{ agency: inboxOnly(0) }] }] },
    connections,
    events: WAITING,
  });

async function served(running: Running, { waiting, connections, latency }: ScaleSettings): Promise<Served> {
  const towards = addressed(running);
  const { latenciesMs } = await announcingArrivals(towards.recipient, (listen) =>
    runLoad({ kind: 'latency', target: towards.target, ...latency, listen }),
  );
  const throughput = await measureThroughput(towards, { events: waiting, connections });
  return { throughput, latency: { p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99) } };
}

async function deleteTopic({ broker }: Environment, topic: string): Promise<void> {
  const { username, password } = broker.admin;
  const admin = new Kafka({
    clientId: 'bench',
    brokers: [...broker.brokers],
    sasl: { mechanism: 'scram-sha-512', username, password },
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [topic] });
  } finally {
    await admin.disconnect();
  }
}
