import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { Section, Timestamp, Uuid } from '../rules';
import { OrientationNeeds } from './orientation-requested.v1';

export const ORIENTATION_PROPOSED = 'liaison.orientation.proposed.v1';

/** The coordination asks a shelter of the network for one of its places: what is needed, not for whom, nor where the network is (R30). */
@EventPayload(ORIENTATION_PROPOSED)
@JSONSchema({ title: 'Orientation proposed' })
export class OrientationProposedV1 {
  /** As shelter and coordination know it: the `subject` of its declarations. */
  @Category('procedure')
  @Uuid()
  place: string;

  @Section(() => OrientationNeeds)
  needs: OrientationNeeds;

  /** From then on nobody waits for an answer, and the beds are free for others. */
  @Category('dates')
  @Timestamp()
  answerBy: string;
}
