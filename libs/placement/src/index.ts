export { CRITERIA, type Criterion, type Outcome, type Reason } from './criteria';
export * from './matching';
export * from './place';
