export * from './broker-database';
export { demoDirectoryFile, demoServices, lineServices } from './demo-services';
export * from './kafka';
export { defaultKafkaCache, ensureKafkaJars, findKafkaTools, type KafkaTools } from './kafka-tools';
export type { KafkaUser } from './kafka-users';
export * from './oidc';
export { DEMO_ACCOUNTS, type DemoAccount, demoSecret, OIDC_AUDIENCE } from './oidc-accounts';
export { freePort } from './ports';
export { defaultAddresses } from './stack-ports';
export * from './postgres';
export {
  type ProcessExit,
  type ProcessOptions,
  StartFailure,
  superviseProcess,
  type SupervisedProcess,
} from './process';
export * from './service-database';
export { urlFor, withClient } from './sql';
export * from './stack';
export type {
  BrokerAccess,
  BrokerCredentials,
  EmbeddedBrokerAccess,
  KafkaBrokerAccess,
  KafkaCluster,
} from './stack-broker';
export type { RunningService, ServiceSpec } from './stack-service';
export { SERVICE_FLAGS } from './stack-service';
export * from './steps';
