export { CRITERIA, type Criterion, type Outcome, type Reason } from './criteria';
export * from './matching';
export * from './place';
export * from './beds';
export * from './flight';
export { drawMachines } from './machines';
export * from './placement-request';
export * from './stay';
