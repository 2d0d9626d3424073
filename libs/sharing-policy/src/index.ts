export * from './model';
export * from './vocabulary';
export * from './convention';
export { parseConvention, parseStatutory } from './parse';
export { compilePolicy, type Policy, type PolicySource, type ReceiptCheck } from './policy';
export { project, type Projection } from './project';
export { explain, type Explanation } from './explain';
export { CONVENTION_SCHEMA, STATUTORY_SCHEMA } from './schema';
export { CASES_SCHEMA, failuresOf, parseCases, type Case } from './cases';
