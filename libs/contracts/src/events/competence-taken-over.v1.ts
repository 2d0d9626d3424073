import { JSONSchema } from 'class-validator-jsonschema';
import { DirectoryId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Optional, Timestamp, Uuid } from '../rules';

export const COMPETENCE_TAKEN_OVER = 'liaison.competence.taken-over.v1';

/** Somebody in a named role has the file and takes the child over: until then whoever handed it over goes on. */
@EventPayload(COMPETENCE_TAKEN_OVER)
@JSONSchema({ title: 'Competence taken over' })
export class CompetenceTakenOverV1 {
  @Category('procedure')
  @Uuid()
  conflict: string;

  @Category('dates')
  @Timestamp()
  takenOverAt: string;

  /** Role of the agent, e.g. `caseworker`. */
  @Category('procedure')
  @Word()
  role: string;

  /** Unit of the agent, where the token names one. */
  @Category('procedure')
  @Optional()
  @DirectoryId()
  unit?: string;
}
