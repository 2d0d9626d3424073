import {
  type BrokerHarness,
  describeBrokerConformance,
  describeWithKafka,
  type TestKafka,
  testKafka,
} from '@liaison/testing';
import { KafkaBroker } from './kafka-broker';

let kafka: TestKafka;

const harness: BrokerHarness = {
  start: async () => {
    kafka = await testKafka();
  },
  stop: () => kafka.stop(),
  newBroker: (as = 'admin') => {
    const [user] = kafka.users;
    const credentials = {
      admin: { username: kafka.adminUser, password: kafka.adminPassword },
      agency: { username: user?.name, password: user?.password },
      stranger: { username: user?.name, password: 'wrong' },
    };
    const options = { brokers: kafka.brokers, clientId: 'conformance', closeTimeoutMs: 1000 };
    return new KafkaBroker({ ...options, ...credentials[as] });
  },
  agencyUser: () => kafka.users[0]?.name ?? '',
  childBroker: () => ({
    adapter: 'kafka',
    options: {
      brokers: kafka.brokers,
      clientId: 'child',
      username: kafka.adminUser,
      password: kafka.adminPassword,
    },
  }),
};

describeWithKafka('Kafka', () => describeBrokerConformance('Kafka', harness));
