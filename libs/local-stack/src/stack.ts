import type { Kafka } from './kafka';
import type { Oidc } from './oidc';
import type { Postgres } from './postgres';
import type { ServiceDatabase } from './service-database';
import type { Report } from './steps';

export interface ServiceSpec {
  /** Name of the process; its database too, with `_` for `-`. */
  readonly name: string;
  readonly agencyId: string;
  /** The JavaScript file that node runs. */
  readonly entry: string;
  /** On top of what the stack gives it. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface BrokerCredentials {
  readonly username: string;
  readonly password: string;
}

/** How to reach the broker as its administrator, and as whom each agency does. */
export type BrokerAccess =
  | {
      readonly kind: 'embedded';
      /** Owner of the broker's database. */
      readonly adminUrl: string;
      /** What services get as EMBEDDED_BROKER_URL. */
      readonly url: string;
    }
  | {
      readonly kind: 'kafka';
      readonly brokers: readonly string[];
      readonly admin?: BrokerCredentials;
      /** By agency id; absent for a broker of somebody else that needs none. */
      readonly users: ReadonlyMap<string, BrokerCredentials>;
    };

export interface StackOptions {
  /** Root of the repository: the directory, the conventions and the entry files are found from here. */
  readonly root: string;
  /** Default `<root>/.liaison/data`. */
  readonly dataDir?: string;
  readonly broker: 'embedded' | 'kafka';
  readonly services: readonly ServiceSpec[];
  /** Removes what an earlier run made here. */
  readonly fresh?: boolean;
  /** `free`: the system chooses (tests). Default: the block at LIAISON_PORT_BASE, 4100. */
  readonly ports?: 'default' | 'free';
  /** See PostgresOptions. */
  readonly durable?: boolean;
  /** Creates topics and ACLs: after the broker, before any service. */
  readonly prepareBroker?: (access: BrokerAccess) => Promise<void>;
  /** For every service. */
  readonly env?: Readonly<Record<string, string>>;
  readonly report?: Report;
}

export interface RunningService {
  readonly name: string;
  readonly agencyId: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  readonly database: ServiceDatabase;
  /** What it was started with. Secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly running: boolean;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  exited(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it if it still runs; starts it on the same port, `env` added for this run, and waits until it is ready. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
}

export interface Stack {
  readonly dataDir: string;
  readonly issuer: string;
  readonly postgres: Postgres;
  readonly oidc: Oidc;
  /** Only when it is ours. */
  readonly kafka?: Kafka;
  readonly broker: BrokerAccess;
  readonly services: readonly RunningService[];
  /** @throws AppError `service-unknown` */
  service(name: string): RunningService;
  /** Services, then the rest; in under 10 s. Idempotent. */
  stop(): Promise<void>;
}

export async function startStack(_options: StackOptions): Promise<Stack> {
  throw new Error('not written yet');
}
