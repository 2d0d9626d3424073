import { readFileSync } from 'node:fs';
import { topicManifest } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { KafkaBroker, prepareBroker } from '@liaison/messaging';
import { loadConfig, Setting } from '@liaison/platform';
import { IsArray, IsOptional, IsString } from 'class-validator';
import type { Output } from './output';
import { readDirectory } from './read-directory';

class BrokerConfig {
  @Setting({ env: 'KAFKA_BROKERS', description: 'host:port, separated by commas' })
  @IsArray()
  kafkaBrokers: string[];

  @Setting({
    env: 'KAFKA_ADMIN_USERNAME',
    description: 'SCRAM-SHA-512 user that may create topics and rules',
  })
  @IsOptional()
  @IsString()
  username?: string;

  @Setting({
    env: 'KAFKA_ADMIN_PASSWORD',
    description: 'Password of that user',
    secret: true,
    default: '',
  })
  @IsString()
  password: string;

  @Setting({
    env: 'KAFKA_CA_FILE',
    description: 'PEM file of the authority behind the brokers; turns TLS on',
  })
  @IsOptional()
  @IsString()
  caFile?: string;
}

/**
 * Creates the topics of the directory's agencies on the Kafka that the environment names and, as its administrator, the
 * access rules of its users, who are named after their agencies. Idempotent; it never shrinks and never deletes.
 */
export async function createTopics(directoryFile: string | undefined, output: Output): Promise<number> {
  if (!process.env['KAFKA_BROKERS']) {
    throw new AppError(
      'broker-not-named',
      'Set KAFKA_BROKERS (host:port, separated by commas), KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD.',
    );
  }
  const { kafkaBrokers: brokers, username, password, caFile } = loadConfig(BrokerConfig, process.env);
  const directory = await readDirectory(directoryFile);
  const topics = topicManifest(directory);
  const tls = caFile === undefined ? {} : { ssl: { ca: readFileSync(caFile, 'utf8') } };
  if (username === undefined) {
    // A broker without logins has no access rules either.
    const broker = new KafkaBroker({ brokers, clientId: 'liaison-cli', ...tls });
    await broker.connect();
    await broker.createTopics(topics).finally(() => broker.disconnect());
  } else {
    const users = new Map(directory.agencies().map(({ id }) => [id, { username: id }]));
    const admin = { username, password };
    await prepareBroker({ kind: 'kafka', brokers, admin, users, ...tls }, directory, 'liaison-cli');
  }
  for (const { name, partitions } of topics) output.say(`${name}  ${partitions} partition(s)`);
  output.result({ topics });
  return 0;
}
