import { topicManifest } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { KafkaBroker } from '@liaison/messaging';
import type { Output } from './output';
import { readDirectory } from './read-directory';

/**
 * Creates the topics of the directory's agencies on the Kafka that the environment names. Idempotent; it never shrinks
 * and never deletes.
 */
export async function createTopics(directoryFile: string, output: Output): Promise<number> {
  const { KAFKA_BROKERS, KAFKA_ADMIN_USERNAME, KAFKA_ADMIN_PASSWORD } = process.env;
  if (!KAFKA_BROKERS) {
    throw new AppError(
      'broker-not-named',
      'Set KAFKA_BROKERS (host:port, separated by commas), KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD.',
    );
  }
  const topics = topicManifest(await readDirectory(directoryFile));
  const login = KAFKA_ADMIN_USERNAME
    ? { username: KAFKA_ADMIN_USERNAME, password: KAFKA_ADMIN_PASSWORD }
    : {};
  const broker = new KafkaBroker({ brokers: KAFKA_BROKERS.split(','), clientId: 'liaison-cli', ...login });
  await broker.connect();
  try {
    await broker.createTopics(topics);
  } finally {
    await broker.disconnect();
  }
  for (const { name, partitions } of topics) output.say(`${name}  ${partitions} partition(s)`);
  output.result({ topics });
  return 0;
}
