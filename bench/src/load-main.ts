import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { Client } from 'pg';
import type { Target } from './contestant';
import type { LatencyLoad, LatencyResult, ThroughputLoad, ThroughputResult } from './load';
import { aboutAnother, familyName, firstPerson, notice } from './notice';

const ARRIVAL_TIMEOUT_MS = 30_000;

const now = (): number => performance.timeOrigin + performance.now();

function bodyFor({ envelope, variants }: Target, index = 0, number = 0): string {
  const content = notice(number);
  return JSON.stringify(
    envelope ? { ...envelope, ...variants?.[index % variants.length], content } : content,
  );
}

/** One body a variant, in turn, each about another person. */
function bodiesInTurn(target: Target): () => string {
  const bodies = (target.variants ?? [{}]).map((_, index) => bodyFor(target, index));
  const first = firstPerson();
  let next = 0;
  return () => aboutAnother(bodies[next++ % bodies.length] ?? '', first + next);
}

function headersFor({ headers, idempotent }: Target): Record<string, string> {
  return {
    ...headers,
    'content-type': 'application/json',
    ...(idempotent && { 'idempotency-key': randomUUID() }),
  };
}

async function throughput({ target, connections, events }: ThroughputLoad): Promise<ThroughputResult> {
  const cpu = process.cpuUsage();
  const startedAt = now();
  let endedAt = startedAt;
  const nextBody = bodiesInTurn(target);
  const options: autocannon.Options = {
    url: target.url,
    connections,
    amount: events,
    timeout: 30,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, body: nextBody(), headers: headersFor(target) }),
      },
    ],
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error: unknown, ended) => {
      if (error === null || error === undefined) resolve(ended);
      else reject(new Error('the load generator failed', { cause: error }));
    });
    // What autocannon itself reports is rounded up to its next second.
    run.on('response', () => {
      endedAt = now();
    });
  });
  const statuses: Readonly<Record<string, { count?: number }>> = result.statusCodeStats ?? {};
  const accepted = statuses[target.status]?.count ?? 0;
  if (accepted !== events) {
    const answers = JSON.stringify(statuses);
    throw new Error(`${accepted} of ${events} notices were accepted: ${answers}, ${result.errors} errors`);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { startedAt, endedAt, cpuMs: (user + system) / 1000 };
}

/** One clock: what sends is what is told of the arrival. */
async function latency({ target, perSecond, seconds, listen }: LatencyLoad): Promise<LatencyResult> {
  const client = new Client({ connectionString: listen.databaseUrl });
  await client.connect();
  const sent = new Map<string, number>();
  const latenciesMs: number[] = [];
  client.on('notification', ({ payload = '' }) => {
    const sentAt = sent.get(payload);
    if (sentAt === undefined) return;
    latenciesMs.push(performance.now() - sentAt);
    sent.delete(payload);
  });
  await client.query(`LISTEN ${listen.channel}`);
  const answers: Promise<void>[] = [];
  const first = firstPerson();
  const start = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    await sleep(Math.max(0, start + (index * 1000) / perSecond - performance.now()));
    const name = familyName(first + index);
    const body = bodyFor(target, 0, first + index);
    sent.set(name, performance.now());
    answers.push(post(target, body));
  }
  await Promise.all(answers);
  for (const deadline = Date.now() + ARRIVAL_TIMEOUT_MS; sent.size > 0; await sleep(5)) {
    if (Date.now() > deadline) throw new Error(`${sent.size} notices did not arrive`);
  }
  await client.end();
  return { latenciesMs };
}

async function post(target: Target, body: string): Promise<void> {
  const response = await fetch(target.url, { method: 'POST', headers: headersFor(target), body });
  await response.arrayBuffer();
  if (response.status !== target.status) throw new Error(`a notice was answered ${response.status}`);
}

process.once('message', (load: ThroughputLoad | LatencyLoad) => {
  const work: Promise<object> = load.kind === 'throughput' ? throughput(load) : latency(load);
  work.then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
