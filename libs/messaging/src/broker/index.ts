export * from './acls';
export * from './broker';
export * from './broker-logger';
export { KafkaBroker, type KafkaBrokerOptions } from './kafka-broker';
export { EmbeddedBroker, type EmbeddedBrokerOptions } from './embedded-broker';
export { administratorOf, type BrokerAdministration, prepareBroker } from './prepare-broker';
