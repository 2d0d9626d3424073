import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CONVENTIONS_TOPIC } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { type Broker, EmbeddedBroker, KafkaBroker, keyOfConvention, signStatement } from '@liaison/messaging';
import { loadConfig, Setting } from '@liaison/platform';
import { compilePolicy, parseConvention } from '@liaison/sharing-policy';
import { IsArray, IsIn, IsOptional, IsString } from 'class-validator';
import type { Output } from '../output';
import { events, readSet, readText, sha256 } from './convention-set';

class PublisherConfig {
  @Setting({ env: 'BROKER', description: '`kafka` or `embedded`', default: 'kafka' })
  @IsIn(['embedded', 'kafka'])
  broker: 'embedded' | 'kafka';

  @Setting({ env: 'EMBEDDED_BROKER_URL', description: 'PostgreSQL URL of the embedded broker', secret: true })
  @IsOptional()
  @IsString()
  embeddedBrokerUrl?: string;

  @Setting({ env: 'KAFKA_BROKERS', description: 'host:port, separated by commas', default: '' })
  @IsArray()
  kafkaBrokers: string[];

  @Setting({ env: 'KAFKA_USERNAME', description: 'SCRAM-SHA-512 user of the coordination' })
  @IsOptional()
  @IsString()
  username?: string;

  @Setting({ env: 'KAFKA_PASSWORD', description: 'Password of that user', secret: true, default: '' })
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
 * Publishes conventions to every agency, signed with the coordination's key. Each has to be signed by all its parties and
 * to be understood by this release; a version is published once. Again with the same text does no harm.
 * @throws AppError `convention-invalid`, `conventions-unreadable`, `convention-unsigned`, `convention-keys-invalid`,
 * `broker-not-named`, and those of the broker
 */
export async function publishFiles(files: readonly string[], keyFile: string, output: Output): Promise<void> {
  const key = privateKeyOf(keyFile);
  const { statutory } = readSet([]);
  const messages = await Promise.all(
    files.map(async (file) => {
      const text = readText(file);
      const convention = parseConvention(text, file, sha256);
      compilePolicy({ conventions: [convention], statutory, events, sha256 });
      const { id, version, signedOn } = convention;
      if (!signedOn) {
        throw new AppError(
          'convention-unsigned',
          `${file}: not every party has signed this text (liaison convention sign).`,
        );
      }
      const value = await signStatement({ id, version, text }, key);
      return {
        key: keyOfConvention({ id, version }),
        value,
        headers: { 'content-type': 'application/jose' },
      };
    }),
  );
  const broker = brokerOf(loadConfig(PublisherConfig, process.env));
  await broker.connect();
  await broker.publish(CONVENTIONS_TOPIC, 0, messages).finally(() => broker.disconnect());
  for (const message of messages) output.say(`published ${message.key}`);
  output.result({ published: messages.map((message) => message.key) });
}

function privateKeyOf(file: string): KeyObject {
  const invalid = (cause?: unknown) =>
    new AppError(
      'convention-keys-invalid',
      `${file}: name a PEM file with an Ed25519 private key (openssl genpkey -algorithm ed25519).`,
      {
        cause,
      },
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(readText(file));
  } catch (cause) {
    throw invalid(cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw invalid();
  return key;
}

function brokerOf({
  broker,
  embeddedBrokerUrl,
  kafkaBrokers,
  username,
  password,
  caFile,
}: PublisherConfig): Broker {
  const clientId = 'liaison-cli';
  if (broker === 'embedded' && embeddedBrokerUrl)
    return new EmbeddedBroker({ url: embeddedBrokerUrl, clientId });
  if (broker === 'embedded' || kafkaBrokers.length === 0) {
    throw new AppError(
      'broker-not-named',
      'Set KAFKA_BROKERS, KAFKA_USERNAME and KAFKA_PASSWORD; or BROKER=embedded and EMBEDDED_BROKER_URL.',
    );
  }
  return new KafkaBroker({
    brokers: kafkaBrokers,
    clientId,
    ...(username !== undefined && { username, password }),
    ...(caFile !== undefined && { ssl: { ca: readFileSync(caFile, 'utf8') } }),
  });
}
