import {
  ASSIGNMENT_MACHINE,
  OPERATION_MACHINE,
  REFERRAL_MACHINE,
  LINK_MACHINE,
  stateDiagram,
  URGENT_ASKED_MACHINE,
  URGENT_RECEIVED_MACHINE,
} from '@liaison/casework';
import { NOTICE_MACHINE } from './notice/machine';
import { OPINION_MACHINE } from './opinion-request/machine';

/** Pictures of the state machines, by title, for docs/state-machines. */
export const DIAGRAMS: Readonly<Record<string, string>> = {
  Notice: stateDiagram(NOTICE_MACHINE),
  'Request for an opinion': stateDiagram(OPINION_MACHINE),
  Referral: stateDiagram(REFERRAL_MACHINE),
  'Announced operation': stateDiagram(OPERATION_MACHINE),
  'Assignment of a case': stateDiagram(ASSIGNMENT_MACHINE),
  'Urgent request to another agency': stateDiagram(URGENT_ASKED_MACHINE),
  'Urgent request of another agency': stateDiagram(URGENT_RECEIVED_MACHINE),
  'Link of two cases': stateDiagram(LINK_MACHINE),
};
