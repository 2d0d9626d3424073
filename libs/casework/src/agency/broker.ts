import { readFileSync } from 'node:fs';
import { type Broker, EmbeddedBroker, KafkaBroker } from '@liaison/messaging';
import type { Logger, ServiceConfig } from '@liaison/platform';

/** The broker that the configuration names; `loadConfig` has checked that its settings are there. */
export function brokerOf(config: ServiceConfig, logger: Logger): Broker {
  const clientId = `liaison-${config.agencyId}`;
  if (config.broker === 'embedded') {
    return new EmbeddedBroker({ url: config.embeddedBrokerUrl ?? '', clientId, logger });
  }
  return new KafkaBroker({
    brokers: config.kafkaBrokers ?? [],
    clientId,
    username: config.kafkaUsername,
    password: config.kafkaPassword,
    ...(config.kafkaCaFile !== undefined && { ssl: { ca: readFileSync(config.kafkaCaFile, 'utf8') } }),
    logger,
  });
}
