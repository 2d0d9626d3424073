import type { Stack } from '@liaison/local-stack';

export type Ending =
  | { readonly kind: 'asked' }
  | { readonly kind: 'service-ended'; readonly name: string; readonly logFile: string };

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_POLL_MS = 1000;

/**
 * Until Ctrl-C (or SIGTERM, or the terminal closes), or until a service ends by itself. Under npm also until npm's shell
 * is gone: it does not pass signals on.
 */
export async function untilStopped(stack: Stack): Promise<Ending> {
  const ended = stack.services.map(async (service): Promise<Ending> => {
    await service.exited();
    return { kind: 'service-ended', name: service.name, logFile: service.logFile };
  });
  const { promise: asked, resolve } = deferred();
  // They stay: npm may pass Ctrl-C on a second time, and stopping takes less than 10 s anyway. Before this, while things
  // start, a signal just ends this process, and the guards of what runs already stop that.
  for (const signal of SIGNALS) process.on(signal, resolve);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) resolve();
  }, PARENT_POLL_MS);
  try {
    return await Promise.race([asked.then((): Ending => ({ kind: 'asked' })), ...ended]);
  } finally {
    clearInterval(watch);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
