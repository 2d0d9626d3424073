import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { Timestamp } from '../rules';

export const PLACEMENT_WITHDRAWN = 'liaison.placement.withdrawn.v1';

/** Child protection no longer asks for the place of an offer, which the envelope's `subject` names. */
@EventPayload(PLACEMENT_WITHDRAWN)
@JSONSchema({ title: 'Placement withdrawn' })
export class PlacementWithdrawnV1 {
  @Category('dates')
  @Timestamp()
  withdrawnAt: string;
}
