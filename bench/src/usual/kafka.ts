import type { KafkaOptions } from '@nestjs/microservices';

export const USUAL_TOPIC = 'bench.usual';

/** The connection, from the environment; everything else is Nest's and kafkajs' default. */
export function kafkaClient(clientId: string): NonNullable<NonNullable<KafkaOptions['options']>['client']> {
  const { KAFKA_BROKERS = '', KAFKA_USERNAME = '', KAFKA_PASSWORD = '' } = process.env;
  return {
    clientId,
    brokers: KAFKA_BROKERS.split(','),
    sasl: { mechanism: 'scram-sha-512', username: KAFKA_USERNAME, password: KAFKA_PASSWORD },
  };
}
