import {
  ASSIGNMENT_MACHINE,
  RECEIVED_OPERATION_MACHINE,
  REFERRAL_MACHINE,
  stateDiagram,
} from '@liaison/casework';

/** Pictures of the state machines, by title, for docs/state-machines. */
export const DIAGRAMS: Readonly<Record<string, string>> = {
  Referral: stateDiagram(REFERRAL_MACHINE),
  'Assignment of a case': stateDiagram(ASSIGNMENT_MACHINE),
  'Announced operation': stateDiagram(RECEIVED_OPERATION_MACHINE),
};
