export * from './agency-database';
export * from './broker-conformance';
export * from './eventually';
export * from './servers';
