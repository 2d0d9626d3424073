export * from './kafka';
export * from './oidc';
export * from './postgres';
export * from './process';
export * from './service-database';
export * from './stack';
export * from './steps';
