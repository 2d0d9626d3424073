import type { Direction, OneWay, Proxy } from '@liaison/testing';
import type { Undo } from './undo';

/** Every chunk arrives late. */
export async function delay(proxies: readonly Proxy[], ms: number): Promise<Undo> {
  for (const proxy of proxies) proxy.delay(ms);
  return async () => {
    for (const proxy of proxies) proxy.delay(0);
  };
}

/** Bytes are held back, then let through late, or lost with their connections. */
export async function stall(
  proxies: readonly Proxy[],
  direction: Direction,
  then: 'release' | 'cut',
): Promise<Undo> {
  for (const proxy of proxies) proxy.stall(direction);
  return async () => {
    for (const proxy of proxies) {
      if (then === 'cut') proxy.cut();
      proxy.release();
      proxy.accept();
    }
  };
}

/** Connections are reset, new ones too. */
export async function cut(proxies: readonly Proxy[]): Promise<Undo> {
  for (const proxy of proxies) proxy.cut();
  return async () => {
    for (const proxy of proxies) proxy.accept();
  };
}

/** One side says that it has finished, the other does not. */
export async function halfClose(proxies: readonly Proxy[], direction: OneWay): Promise<Undo> {
  for (const proxy of proxies) proxy.halfClose(direction);
  return async () => undefined;
}

/** What is open falls silent for ever, as behind a firewall that has forgotten it; nothing undoes that. */
export async function blackHole(proxies: readonly Proxy[]): Promise<Undo> {
  for (const proxy of proxies) proxy.blackHole();
  return async () => undefined;
}
