import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Accepted } from '../load';
import type { Done } from './target';
import { inflict } from './faults/inflict';
import { supervise } from './faults/processes';
import { describeFault, type FaultKind, type PlannedFault } from './plan';
import type { Target, Victim } from './target';

export interface RoundResult {
  readonly seed: number;
  readonly round: number;
  readonly plan: readonly PlannedFault[];
  /** Accepted while it lasted. */
  readonly accepted: number;
  /** The same of what is done for children, by kind. */
  readonly steps: readonly Done[];
  /** From the first fault's wait to the last one's end. */
  readonly hurtMs: number;
  /** From there until nothing was under way any more. */
  readonly settledMs: number;
  /** Of the check that follows. */
  readonly checkedMs: number;
  /** Nothing when all is well. */
  readonly findings: readonly string[];
}

const AFTERWARDS = 5;
const WATCH_MS = 100;
const LAST_WORDS = 12;
/** What ends a service and starts it again by itself. */
const ENDING: readonly FaultKind[] = ['kill-service', 'rolling-restart', 'restore'];

/** Hurts a system under load as planned, then checks everything that it ever accepted. */
export async function runRound(
  target: Target,
  planned: Pick<RoundResult, 'seed' | 'round' | 'plan'>,
  everAccepted: Accepted[],
): Promise<RoundResult> {
  const findings: string[] = [];
  const watch = watchServices(target, findings);
  const load = target.startLoad();
  const started = performance.now();
  const outcomes = await Promise.allSettled(planned.plan.map((it) => carryOut(target, it, watch)));
  findings.push(...outcomes.flatMap((it) => (it.status === 'rejected' ? [textOf(it.reason)] : [])));
  const hurtMs = performance.now() - started;
  await load.more(AFTERWARDS).catch((error: unknown) => findings.push(`no longer accepts: ${textOf(error)}`));
  await load.stop().catch((error: unknown) => findings.push(textOf(error)));
  everAccepted.push(...load.accepted);
  await target.settle().catch((error: unknown) => findings.push(`not settled: ${textOf(error)}`));
  const settledMs = performance.now() - started - hurtMs;
  await target.check(everAccepted).catch((error: unknown) => findings.push(textOf(error)));
  await watch.stop();
  return {
    ...planned,
    accepted: load.accepted.length,
    steps: load.steps?.() ?? [],
    hurtMs,
    settledMs,
    checkedMs: performance.now() - started - hurtMs - settledMs,
    findings,
  };
}

async function carryOut(
  target: Target,
  { fault, afterMs, forMs }: PlannedFault,
  watch: ServiceWatch,
): Promise<void> {
  await sleep(afterMs);
  const own = 'service' in fault ? [fault.service] : target.services.map(({ name }) => name);
  const ends = ENDING.includes(fault.kind);
  if (ends) await watch.lookAway(own);
  try {
    const undo = await inflict(target, fault);
    await sleep(forMs);
    await undo();
  } catch (cause) {
    throw new Error(`${describeFault(fault)} could not be carried out: ${textOf(cause)}`, { cause });
  } finally {
    if (ends) watch.lookAgain(own);
  }
}

interface ServiceWatch {
  /** From now on these may end, and somebody else starts them again. */
  lookAway(services: readonly string[]): Promise<void>;
  lookAgain(services: readonly string[]): void;
  stop(): Promise<void>;
}

/** A service that ends by itself is a finding, whatever its servers do; it is started again, so that the round goes on. */
function watchServices(target: Target, findings: string[]): ServiceWatch {
  const away = new Set<string>();
  const restarting = new Map<string, Promise<void>>();
  const look = (victim: Victim): void => {
    if (victim.running || away.has(victim.name) || restarting.has(victim.name)) return;
    findings.push(`${victim.name} has ended by itself:\n${lastWords(victim.logFile)}`);
    const restart = supervise(victim)
      .catch((error: unknown) => void findings.push(`${victim.name} does not start again: ${textOf(error)}`))
      .finally(() => restarting.delete(victim.name));
    restarting.set(victim.name, restart);
  };
  const timer = setInterval(() => target.services.forEach(look), WATCH_MS);
  return {
    lookAway: async (services) => {
      target.services.filter(({ name }) => services.includes(name)).forEach(look);
      for (const name of services) await restarting.get(name);
      for (const name of services) away.add(name);
    },
    lookAgain: (services) => {
      for (const name of services) away.delete(name);
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(restarting.values());
    },
  };
}

function lastWords(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_WORDS).join('\n');
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error || typeof error.cause === 'string'
    ? `${error.message} (${textOf(error.cause)})`
    : error.message;
}
