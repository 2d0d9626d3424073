export * from './model';
export * from './vocabulary';
export * from './convention';
export { parseConvention, parseStatutory } from './parse';
export { compilePolicy, type Policy, type PolicySource, type ReceiptCheck } from './policy';
export { project, type Projection } from './project';
export { explain, type Explanation } from './explain';
