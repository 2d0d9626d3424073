import { setTimeout as sleep } from 'node:timers/promises';
import { watchCount } from '../database';
import type { Environment } from '../environment';
import { liaison } from '../liaison';
import { runLoad } from '../load';
import { measureThroughput } from '../measure';
import { median, percentile } from '../statistics';
import type { Figure } from './figure';
import { addressed, measurePublishing } from './measured';
import { untilPortOpens } from './port';

const TARGET_MS = 2_000;
const ROUNDS = 3;
const AWAY_MS = 10_000;
const WAITING = 100;

/**
 * The broker is killed and stays away, with events at it that the recipient has not seen and others at the sender: from
 * the opening of its port to the first event applied, and to the last.
 */
export async function measureRecovery(
  environment: Environment,
  connections: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const { kafka } = environment.stack;
  if (!kafka) throw new Error('the broker is not ours');
  const prefecture = environment.stack.service('prefecture');
  const running = addressed(await liaison(environment).start());
  const { recipient, target } = running;
  const applied = await watchCount(recipient.databaseUrl, `SELECT count(*) FROM ${recipient.table}`);
  const first: number[] = [];
  const all: number[] = [];
  const answers: number[] = [];
  try {
    await measureThroughput(running, { events: WAITING, connections });
    for (let round = 1; round <= ROUNDS; round += 1) {
      const written = (await applied.count()) + 2 * WAITING;
      prefecture.kill('SIGSTOP');
      await measurePublishing(environment, running, { events: WAITING, connections });
      await kafka.kill();
      // What had reached its socket it applies now.
      prefecture.kill('SIGCONT');
      await runLoad({ kind: 'throughput', target, connections, events: WAITING });
      await sleep(AWAY_MS);
      const before = await applied.count();
      const restarted = kafka.restart().then(() => performance.timeOrigin + performance.now());
      const openedAt = await untilPortOpens(kafka.brokers[0] ?? '');
      first.push((await applied.until(before + 1)) - openedAt);
      all.push((await applied.until(written)) - openedAt);
      answers.push((await restarted) - openedAt);
      const times = `first event applied ${first.at(-1)?.toFixed(0)} ms, all ${all.at(-1)?.toFixed(0)} ms`;
      say(`round ${round}: ${written - before} waited; ${times} after the port opened`);
    }
  } finally {
    prefecture.kill('SIGCONT');
    await applied.close();
    await running.stop();
  }
  const wanted = { most: TARGET_MS };
  return [
    { name: `first event applied, median of ${ROUNDS}`, value: median(first), unit: 'ms', target: wanted },
    { name: 'the slowest', value: percentile(first, 1), unit: 'ms', target: wanted },
    { name: 'all applied, those that waited at the sender too, median', value: median(all), unit: 'ms' },
    { name: 'the slowest', value: percentile(all, 1), unit: 'ms' },
    { name: 'the broker itself says that it serves, median', value: median(answers), unit: 'ms' },
  ];
}
