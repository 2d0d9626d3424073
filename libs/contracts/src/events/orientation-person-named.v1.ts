import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { Section, Timestamp } from '../rules';
import { SupportedPerson } from './support-reported.v1';

export const ORIENTATION_PERSON_NAMED = 'liaison.orientation.person-named.v1';

/**
 * The place has accepted, and the person too: who comes (R30). To the place that takes them in charge and nobody else, with the
 * person's consent; the envelope's `subject` names the proposal.
 */
@EventPayload(ORIENTATION_PERSON_NAMED)
@JSONSchema({ title: 'Orientation: person named' })
export class OrientationPersonNamedV1 {
  @Section(() => SupportedPerson)
  civilStatus: SupportedPerson;

  @Category('dates')
  @Timestamp()
  namedAt: string;
}
