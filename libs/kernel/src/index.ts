export * from './agency';
export * from './app-error';
export * from './canonical-json';
export * from './clock';
export * from './trace-context';
