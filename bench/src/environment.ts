import { join } from 'node:path';
import {
  demoDirectoryFile,
  lineServices,
  type KafkaBrokerAccess,
  type Stack,
  startStack,
} from '@liaison/local-stack';
import { KafkaBroker, prepareBroker, type TopicSpec } from '@liaison/messaging';
import { FileDirectory } from '@liaison/platform';

/** Root of the repository, seen from `src` and from `dist`. */
export const root = join(__dirname, '..', '..');

const CLIENT_ID = 'bench';

/** What every contestant gets alike: one PostgreSQL with fsync, one Kafka, no request limit, no line a request. */
export interface Environment {
  readonly stack: Stack;
  readonly broker: KafkaBrokerAccess;
  /** As superuser, which sees every database. Secret. */
  databaseUrl(database: string): string;
  createTopic(topic: TopicSpec): Promise<void>;
  /** Of making every agency's topics and access rules. */
  readonly topicsSeconds: number;
}

/** Servers run, services do not: each contestant has the machine for itself. */
export async function startEnvironment(
  report: (line: string) => void,
  { directoryFile = demoDirectoryFile(root) }: { readonly directoryFile?: string } = {},
): Promise<Environment> {
  const directory = FileDirectory.fromFile(directoryFile);
  let topicsSeconds = NaN;
  const stack = await startStack({
    root,
    dataDir: join(root, '.liaison', 'bench'),
    broker: 'kafka',
    services: lineServices(root),
    fresh: true,
    ports: 'free',
    directoryFile,
    prepareBroker: async (access) => {
      const startedAt = performance.now();
      await prepareBroker(access, directory, CLIENT_ID);
      topicsSeconds = (performance.now() - startedAt) / 1000;
    },
    env: { LOG_LEVEL: 'warn', RATE_LIMIT_PER_MINUTE: '0' },
    report,
  });
  const { broker } = stack;
  await Promise.all(stack.services.map((service) => service.stop()));
  if (broker.kind !== 'kafka' || !stack.kafka) {
    await stack.stop();
    throw new Error(
      'The bench measures a Kafka of its own, whose processes it can see: unset KAFKA_BROKERS.',
    );
  }
  return {
    stack,
    broker,
    topicsSeconds,
    databaseUrl: (database) => {
      const url = new URL(stack.postgres.adminUrl);
      url.pathname = `/${database}`;
      return url.toString();
    },
    createTopic: async (topic) => {
      const admin = new KafkaBroker({ brokers: broker.brokers, clientId: CLIENT_ID, ...broker.admin });
      await admin.connect();
      try {
        await admin.createTopics([topic]);
      } finally {
        await admin.disconnect();
      }
    },
  };
}

/** Process trees that serve whichever contestant runs. */
export function serversOf({ stack }: Environment): Record<string, number> {
  return { PostgreSQL: stack.postgres.pid, Kafka: stack.kafka?.pid ?? 0 };
}
