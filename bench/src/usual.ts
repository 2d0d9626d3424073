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
import { USUAL_TOPIC } from './usual/kafka';

/**
 * (b) What most teams write: Nest's own Kafka transport, a `save` and an `emit` a request, a `save` an event. Killed
 * between the two it loses the event (or, with the order turned round, announces what was never saved); killed between
 * the recipient's `save` and the offset it stores the event twice. Nothing is authenticated, decided or recorded.
 */
export async function usual(environment: Environment): Promise<Contestant> {
  const { stack, broker } = environment;
  await environment.createTopic({ name: USUAL_TOPIC, partitions: 3 });
  const database = (name: string) => createServiceDatabase(stack.postgres.adminUrl, name);
  const databases = { sender: await database('usual_sender'), receiver: await database('usual_receiver') };
  const start = (name: 'sender' | 'receiver', env: Record<string, string>, readyUrl?: string) =>
    superviseProcess({
      name: `usual ${name}`,
      command: process.execPath,
      args: ['--enable-source-maps', join(__dirname, 'usual', `${name}-main.js`)],
      env: {
        DATABASE_URL: databases[name].migrateUrl,
        KAFKA_BROKERS: broker.brokers.join(','),
        KAFKA_USERNAME: broker.admin.username,
        KAFKA_PASSWORD: broker.admin.password,
        ...env,
      },
      logFile: join(stack.dataDir, 'logs', `usual-${name}.log`),
      ...(readyUrl === undefined ? { readyLine: 'ready' } : { readyUrl }),
    });
  return {
    name: 'usual',
    start: async (): Promise<Running> => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/notices`;
      const services: Record<string, SupervisedProcess> = {
        receiver: await start('receiver', {}),
        sender: await start('sender', { PORT: String(port) }, url),
      };
      const eachService = (value: (service: SupervisedProcess) => number) =>
        Object.fromEntries(Object.entries(services).map(([name, service]) => [name, value(service)]));
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
