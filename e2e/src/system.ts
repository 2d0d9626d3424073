import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  demoDirectoryFile,
  demoServices,
  getToken,
  type ServiceSpec,
  type Stack,
  type StackOptions,
  startStack,
} from '@liaison/local-stack';
import { administratorOf, type Broker, prepareBroker } from '@liaison/messaging';
import { FileDirectory } from '@liaison/platform';

export type BrokerKind = 'embedded' | 'kafka';
export const SERVICES = ['police', 'prefecture', 'audit-log'] as const;
export const CHILD_SERVICES = ['association', 'ase', 'ase-13', 'partner'] as const;
/** Of another département, where somebody may have moved to. */
export const SECOND_PREFECTURE = 'prefecture-13';
/** Of places for adults. */
export const COORDINATION = 'ac-se';
export type DemoService = (typeof SERVICES)[number];
export type ServiceName =
  DemoService | (typeof CHILD_SERVICES)[number] | typeof SECOND_PREFECTURE | typeof COORDINATION;

const CLIENT_ID = 'e2e';
export const root = join(__dirname, '..', '..');

/** That the demonstration does without. */
const OTHERS: readonly ServiceSpec[] = [
  {
    name: SECOND_PREFECTURE,
    agencyId: SECOND_PREFECTURE,
    entry: join(root, 'dist', 'prefecture.js'),
  },
  {
    name: COORDINATION,
    agencyId: COORDINATION,
    entry: join(root, 'dist', 'association.js'),
    env: { DEFAULT_UNIT: 'orientation' },
  },
];

/** The whole system as built, a process a service, on free ports and in a folder of its own. */
export interface System extends Stack {
  /** A new connection to the broker as its administrator. */
  connectBroker(): Promise<Broker>;
  /** The service's database as superuser. Secret. */
  databaseUrl(service: string): string;
  /** A bearer token of a demonstration account. */
  token(account: string): Promise<string>;
}

/** What a test may want otherwise; the folder has to be empty. */
export interface SystemOptions extends Partial<Pick<StackOptions, 'dataDir' | 'kafka' | 'rewire' | 'env'>> {
  /** Default: the demonstration's. */
  readonly services?: readonly ServiceName[];
}

export async function startSystem(
  kind: BrokerKind,
  { services = SERVICES, ...options }: SystemOptions = {},
): Promise<System> {
  // A broker of somebody else can neither be killed nor be known to hold nothing from before.
  delete process.env['KAFKA_BROKERS'];
  const directory = FileDirectory.fromFile(demoDirectoryFile(root));
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), `liaison-e2e-${kind}-`));
  // Whoever names the folder decides what becomes of it.
  const remove = (): void => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  const stack = await startStack({
    root,
    broker: kind,
    services: [...demoServices(root), ...OTHERS].filter(({ name }) =>
      services.some((service) => service === name),
    ),
    ports: 'free',
    prepareBroker: (access) => prepareBroker(access, directory, CLIENT_ID),
    ...options,
    dataDir,
    env: { RATE_LIMIT_PER_MINUTE: '0', ...options.env },
    report: () => undefined,
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const tokens = new Map<string, Promise<string>>();
  return {
    ...stack,
    stop: async () => {
      await stack.stop();
      remove();
    },
    connectBroker: async () => {
      const broker = administratorOf(stack.broker, CLIENT_ID);
      await broker.connect();
      return broker;
    },
    databaseUrl: (service) => {
      const url = new URL(stack.postgres.adminUrl);
      url.pathname = `/${stack.service(service).database.name}`;
      return url.href;
    },
    token: (account) => {
      const known = tokens.get(account);
      if (known) return known;
      const asked = getToken(stack.issuer, account);
      tokens.set(account, asked);
      return asked;
    },
  };
}
