export * from './model';
export * from './vocabulary';
export * from './convention';
export { conventionDigest, parseConvention, parseStatutory } from './parse';
export { type Answer, narrowest } from './evaluate';
export { compilePolicy, type Policy, type PolicySource, type ReceiptCheck } from './policy';
export { project, type Projection } from './project';
export { termOf } from './obligations';
export { explain, type Explanation } from './explain';
export { CONVENTION_SCHEMA } from './convention-schema';
export { STATUTORY_SCHEMA } from './statutory-schema';
export { CASES_SCHEMA, failuresOf, parseCases, type Case } from './cases';
export { isInstant, PLAIN_REQUEST_SCHEMA, requestOf, type PlainRequest } from './plain-request';
export { parseRequest } from './parse-request';
export { diffOf, type Change } from './diff';
export type { ComparedSet } from './situations';
export { signed, type Signing } from './sign';
export { matrixOf, type MatrixRow } from './matrix';
export { checkSet, FINDING_CODES, type CheckedSet, type Finding, type FindingCode } from './check';
export { queryable, queryableField, type Queryable } from './query';
export {
  basisOf,
  type EndedGround,
  endedGrounds,
  remainingEffects,
  RESTRICTED_READERS,
  type ShareBasis,
} from './basis';
export { withoutFields } from './without-fields';
