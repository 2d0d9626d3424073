export * from './agency';
export * from './app-error';
export * from './canonical-json';
export * from './clock';
export * from './day';
export * from './trace-context';
