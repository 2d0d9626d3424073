import { join } from 'node:path';
import {
  createServiceDatabase,
  freePort,
  type SupervisedProcess,
  superviseProcess,
} from '@liaison/local-stack';
import type { Contestant, Running } from './contestant';
import { type Environment, serversOf } from './environment';
import { residentMb } from './processes';

/**
 * A contestant of two processes, `sender-main` and `receiver-main` of a folder beside this file: the first takes notices
 * at `POST /notices`, the second stores them in `received_notice`. Each has a database of its own.
 */
export async function twoServices(
  environment: Environment,
  options: {
    readonly name: string;
    readonly folder: string;
    readonly topic: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Contestant> {
  const { stack, broker } = environment;
  const { name, folder, topic } = options;
  await environment.createTopic({ name: topic, partitions: 3 });
  const prefix = name.replaceAll(/\W+/g, '_');
  const database = (role: string) => createServiceDatabase(stack.postgres.adminUrl, `${prefix}_${role}`);
  const databases = { sender: await database('sender'), receiver: await database('receiver') };
  const start = (role: 'sender' | 'receiver', env: Record<string, string>, readyUrl?: string) =>
    superviseProcess({
      name: `${name} ${role}`,
      command: process.execPath,
      args: ['--enable-source-maps', join(__dirname, folder, `${role}-main.js`)],
      env: {
        DATABASE_URL: databases[role].migrateUrl,
        KAFKA_BROKERS: broker.brokers.join(','),
        KAFKA_USERNAME: broker.admin.username,
        KAFKA_PASSWORD: broker.admin.password,
        KAFKA_TOPIC: topic,
        ...options.env,
        ...env,
      },
      logFile: join(stack.dataDir, 'logs', `${prefix}-${role}.log`),
      ...(readyUrl === undefined ? { readyLine: 'ready' } : { readyUrl }),
    });
  return {
    name,
    start: async (): Promise<Running> => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/notices`;
      const services: Record<string, SupervisedProcess> = {
        receiver: await start('receiver', {}),
        sender: await start('sender', { PORT: String(port) }, url),
      };
      const eachService = (value: (service: SupervisedProcess) => number) =>
        Object.fromEntries(Object.entries(services).map(([role, service]) => [role, value(service)]));
      return {
        target: { url, headers: {}, idempotent: false, envelope: undefined, status: 202 },
        recipient: {
          databaseUrl: environment.databaseUrl(databases.receiver.name),
          table: 'received_notice',
        },
        processes: { ...eachService(({ pid }) => pid), ...serversOf(environment) },
        residentMb: eachService(({ pid }) => residentMb(pid)),
        stop: async () => {
          await Promise.all(Object.values(services).map((service) => service.stop()));
        },
      };
    },
  };
}
