import { Kafka, logLevel } from 'kafkajs';

/** The connection, from the environment, with retries that ride through an outage. */
export function kafkaOf(clientId: string): Kafka {
  const { KAFKA_BROKERS = '', KAFKA_USERNAME = '', KAFKA_PASSWORD = '' } = process.env;
  return new Kafka({
    clientId,
    brokers: KAFKA_BROKERS.split(','),
    sasl: { mechanism: 'scram-sha-512', username: KAFKA_USERNAME, password: KAFKA_PASSWORD },
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 1e6 },
    logLevel: logLevel.ERROR,
  });
}

export const topic = process.env['KAFKA_TOPIC'] ?? '';
