import { type Stack, startStack } from '@liaison/local-stack';
import { prepareBroker } from '@liaison/messaging';
import type { Output } from './output';
import { readDirectory } from './read-directory';
import { directoryFile, root, services } from './services';

export interface SystemOptions {
  readonly kafka: boolean;
  readonly fresh: boolean;
}

/** Everything, started: servers, topics with their access rules, services. */
export function startSystem({ kafka, fresh }: SystemOptions, { say }: Output): Promise<Stack> {
  return startStack({
    root,
    directoryFile,
    broker: kafka ? 'kafka' : 'embedded',
    services,
    fresh,
    prepareBroker: async (access) => prepareBroker(access, await readDirectory(), 'liaison-cli'),
    report: say,
  });
}

/** What machines get to know about a running system: addresses, no secrets. */
export function describe(stack: Stack): object {
  return {
    issuer: stack.issuer,
    broker: stack.broker.kind,
    dataDir: stack.dataDir,
    services: Object.fromEntries(stack.services.map(({ name, agencyId, url }) => [name, { agencyId, url }])),
  };
}

/** Where everything is. The pages let one try each endpoint. */
export function addressLines(stack: Stack): string[] {
  const width = Math.max(...stack.services.map(({ name }) => name.length), 'OpenID provider'.length);
  const row = (name: string, address: string): string => `  ${name.padEnd(width)}  ${address}`;
  return [
    '',
    ...stack.services.map(({ name, url }) => row(name, `${url}/docs`)),
    row('OpenID provider', stack.issuer),
    row('logs', `${stack.dataDir}/logs`),
    '',
  ];
}
