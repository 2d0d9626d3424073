import type { Decision, FieldDecision } from './model';

/** One line of a table that explains a decision. */
export interface Explanation extends FieldDecision {
  readonly field: string;
}

/** The decision field by field, in the order of the event's description. For the sender and the authorised auditor only. */
export function explain(decision: Decision): readonly Explanation[] {
  return Object.entries(decision.fields).map(([field, entry]) => ({ field, ...entry }));
}
