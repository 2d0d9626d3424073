import {
  describeBrokerOutage,
  describeWithOwnKafka,
  type Killable,
  type OutageHarness,
  ownKafka,
  type TestKafka,
} from '@liaison/testing';
import { KafkaBroker } from './kafka-broker';

let kafka: TestKafka & Killable;

const options = () => ({
  brokers: kafka.brokers,
  clientId: 'outage',
  username: kafka.adminUser,
  password: kafka.adminPassword,
  closeTimeoutMs: 1000,
  publishTimeoutMs: 10_000,
});

const harness: OutageHarness = {
  start: async () => {
    kafka = await ownKafka();
  },
  stop: () => kafka.stop(),
  newBroker: () => new KafkaBroker(options()),
  agencyUser: () => '',
  childBroker: () => ({ adapter: 'kafka', options: options() }),
  goDown: () => kafka.kill(),
  comeBack: () => kafka.restart(),
};

describeWithOwnKafka('Kafka, killed', () => describeBrokerOutage('Kafka', harness));
