import {
  ASSIGNMENT_MACHINE,
  RECEIVED_FLIGHT_MACHINE,
  RECEIVED_OPERATION_MACHINE,
  RECEIVED_REFERRAL_MACHINE,
  stateDiagram,
} from '@liaison/casework';

/** Pictures of the state machines, by title, for docs/state-machines. */
export const DIAGRAMS: Readonly<Record<string, string>> = {
  'Referral that came': stateDiagram(RECEIVED_REFERRAL_MACHINE),
  'Assignment of a case': stateDiagram(ASSIGNMENT_MACHINE),
  'Flight that was reported here': stateDiagram(RECEIVED_FLIGHT_MACHINE),
  'Announced operation': stateDiagram(RECEIVED_OPERATION_MACHINE),
};
