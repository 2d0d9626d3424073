export interface KafkaUser {
  readonly name: string;
  readonly password: string;
}

export interface KafkaOptions {
  /** Holds the logs of the brokers, their configuration (0600) and the secrets of the inside users (0600). */
  readonly dataDir: string;
  /** SCRAM users besides the administrator; without any ACL they may do nothing. */
  readonly users: readonly KafkaUser[];
  readonly brokers?: 1 | 3;
  /** Client ports, one a broker; absent or 0: free ones. Kept over restarts. */
  readonly ports?: readonly number[];
  /** Where the jars are kept (default: `defaultKafkaCache()`). */
  readonly cacheDir?: string;
  readonly fresh?: boolean;
}

export interface Kafka {
  /** `127.0.0.1:<port>`, one a broker. */
  readonly brokers: readonly string[];
  readonly adminUser: string;
  readonly adminPassword: string;
  /** Of the first broker. */
  readonly pid: number;
  readonly pids: readonly number[];
  stop(): Promise<void>;
  /** SIGKILL to all brokers, or to one (0..). */
  kill(broker?: number): Promise<void>;
  /** Starts again, on the same ports, what does not run; a broker that still runs is stopped first when it is named. */
  restart(broker?: number): Promise<void>;
}

export interface KafkaTools {
  readonly available: boolean;
  /** What is missing and how to get it; empty when available. */
  readonly reason: string;
}

/** Java 17 or later and Maven, or the jars already in the cache. */
export async function findKafkaTools(_cacheDir?: string): Promise<KafkaTools> {
  throw new Error('not written yet');
}

/** The folder of Apache Kafka's jars; fetched through Maven the first time. */
export async function ensureKafkaJars(_cacheDir?: string): Promise<string> {
  throw new Error('not written yet');
}

export async function startKafka(_options: KafkaOptions): Promise<Kafka> {
  throw new Error('not written yet');
}
