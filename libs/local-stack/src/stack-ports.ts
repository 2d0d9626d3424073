import { AppError } from '@liaison/kernel';
import { freePort, requireFreePort } from './ports';

export interface StackPorts {
  readonly oidc: number;
  readonly postgres: number;
  readonly kafka: number;
  /** By name of the service. */
  readonly services: ReadonlyMap<string, number>;
}

const DEFAULT_BASE = 4100;

/**
 * The provider at the base, services from base + 1, PostgreSQL at base + 50, Kafka at base + 60; `free`: as the system
 * chooses. Nobody listens on any of them.
 * @throws AppError `port-in-use`, `port-base-invalid`
 */
export async function choosePorts(
  kind: 'default' | 'free',
  services: readonly string[],
): Promise<StackPorts> {
  const base = kind === 'default' ? portBase() : undefined;
  const choose = async (offset: number, forWhat: string): Promise<number> => {
    if (base === undefined) return freePort();
    await requireFreePort(base + offset, forWhat);
    return base + offset;
  };
  const [oidc, postgres, kafka] = [
    await choose(0, 'OpenID provider'),
    await choose(50, 'PostgreSQL'),
    await choose(60, 'Kafka'),
  ];
  const named = new Map<string, number>();
  for (const [index, name] of services.entries()) named.set(name, await choose(index + 1, name));
  return { oidc, postgres, kafka, services: named };
}

function portBase(): number {
  const text = process.env['LIAISON_PORT_BASE'] || String(DEFAULT_BASE);
  const base = Number(text);
  if (Number.isInteger(base) && base >= 1024 && base <= 65_000) return base;
  throw new AppError(
    'port-base-invalid',
    `LIAISON_PORT_BASE is ${text}. Set it to a number from 1024 to 65000.`,
  );
}

/** Where things are that started on the default ports. @param services by name, in the order of the stack */
export function defaultAddresses(services: readonly string[]): {
  readonly issuer: string;
  readonly urls: ReadonlyMap<string, string>;
} {
  const base = portBase();
  const url = (offset: number) => `http://127.0.0.1:${base + offset}`;
  return { issuer: url(0), urls: new Map(services.map((name, index) => [name, url(index + 1)])) };
}
