export * from './a-notice';
export * from './agency-database';
export * from './agency-harness';
export * from './broker-conformance';
export * from './eventually';
export * from './messaging-pair';
export * from './peer';
export * from './servers';
