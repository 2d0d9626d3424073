import { freePort, type KafkaDoor } from '@liaison/local-stack';
import { type Proxy, startProxy } from '@liaison/testing';
import type { ServerName } from './plan';

/** Every service has proxies of its own, so that one can be cut off while the others go on. */
export interface Wiring {
  readonly doors: readonly KafkaDoor[];
  /** The environment of a service that reaches its servers through its proxies. */
  rewire(service: string, env: Readonly<Record<string, string>>): Record<string, string>;
  proxies(service: string, server: ServerName): readonly Proxy[];
  close(): Promise<void>;
}

interface Lines {
  readonly kafka: readonly Proxy[];
  readonly postgres: { proxy: Proxy; readonly target: { port: number } };
  readonly door: KafkaDoor;
}

const DATABASE_URL = /^DATABASE_URL(_|$)/;

export async function layWires(services: readonly string[], brokers: number): Promise<Wiring> {
  const lines = new Map<string, Lines>();
  for (const service of services) {
    const ports = await Promise.all(Array.from({ length: brokers }, freePort));
    const kafka = await Promise.all(ports.map((port) => startProxy({ port })));
    // Known when the database has been started, which is before any service connects.
    const target = { port: 0 };
    const door = { ports, advertisedPorts: kafka.map(({ port }) => port) };
    lines.set(service, { kafka, postgres: { proxy: await startProxy(target), target }, door });
  }
  const linesOf = (service: string): Lines => {
    const found = lines.get(service);
    if (!found) throw new RangeError(`no such service: ${service}`);
    return found;
  };
  const all = [...lines.values()];
  return {
    doors: all.map(({ door }) => door),
    rewire: (service, env) => {
      const { kafka, postgres } = linesOf(service);
      const through = (text: string): string => {
        const url = new URL(text);
        postgres.target.port = Number(url.port);
        url.port = String(postgres.proxy.port);
        return url.href;
      };
      const databases = Object.entries(env).filter(([name]) => DATABASE_URL.test(name));
      return {
        ...env,
        ...Object.fromEntries(databases.map(([name, url]) => [name, through(url)])),
        KAFKA_BROKERS: kafka.map(({ port }) => `127.0.0.1:${port}`).join(','),
      };
    },
    proxies: (service, server) => {
      const { kafka, postgres } = linesOf(service);
      return server === 'kafka' ? kafka : [postgres.proxy];
    },
    close: async () => {
      await Promise.all(
        all.flatMap(({ kafka, postgres }) => [...kafka, postgres.proxy]).map((it) => it.close()),
      );
    },
  };
}
