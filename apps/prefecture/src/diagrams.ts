import {
  ASSIGNMENT_MACHINE,
  LINK_MACHINE,
  stateDiagram,
  URGENT_ASKED_MACHINE,
  URGENT_RECEIVED_MACHINE,
} from '@liaison/casework';
import { OPINION_MACHINE } from './opinion-request/machine';
import { PERMIT_MACHINE } from './permit/machine';
import { PERIOD_MACHINE } from './reflection-period/machine';

/** Pictures of the state machines, by title, for docs/state-machines. */
export const DIAGRAMS: Readonly<Record<string, string>> = {
  'Reflection period': stateDiagram(PERIOD_MACHINE),
  'Application for a permit': stateDiagram(PERMIT_MACHINE),
  'Assignment of a case': stateDiagram(ASSIGNMENT_MACHINE),
  'Request for an opinion': stateDiagram(OPINION_MACHINE),
  'Urgent request to another agency': stateDiagram(URGENT_ASKED_MACHINE),
  'Urgent request of another agency': stateDiagram(URGENT_RECEIVED_MACHINE),
  'Link of two cases': stateDiagram(LINK_MACHINE),
};
