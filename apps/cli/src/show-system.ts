import { AppError } from '@liaison/kernel';
import type { Stack } from '@liaison/local-stack';
import type { Output } from './output';
import { describe } from './system';
import { walkThrough } from './walkthrough/walkthrough';

/** Walks through a running system. @throws AppError `walkthrough-failed`, which names the logs */
export async function showSystem(stack: Stack, { say }: Output) {
  const startedMs = process.uptime() * 1000;
  const addresses = {
    issuer: stack.issuer,
    police: stack.service('police').url,
    prefecture: stack.service('prefecture').url,
    auditLog: stack.service('audit-log').url,
    association: stack.service('association').url,
    ase: stack.service('ase').url,
    otherAse: stack.service('ase-13').url,
    partner: stack.service('partner').url,
  };
  const walkthrough = await walkThrough(addresses, say).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${error.message} Logs: ${stack.dataDir}/logs`, { cause: error });
  });
  const doneMs = process.uptime() * 1000;
  const seconds = { start: secondsOf(startedMs), walkthrough: secondsOf(doneMs - startedMs) };
  say('');
  say(`start … ${seconds.start.toFixed(1)} s, walkthrough … ${seconds.walkthrough.toFixed(1)} s`);
  return { ...describe(stack), walkthrough, seconds };
}

const secondsOf = (ms: number): number => Math.round(ms) / 1000;
