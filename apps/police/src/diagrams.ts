import { stateDiagram } from '@liaison/casework';
import { OPINION_MACHINE } from './opinion-request/machine';

/** Pictures of the state machines, by title, for docs/state-machines. */
export const DIAGRAMS: Readonly<Record<string, string>> = {
  'Request for an opinion': stateDiagram(OPINION_MACHINE),
};
