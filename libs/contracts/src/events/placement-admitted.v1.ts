import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, Timestamp } from '../rules';

export const PLACEMENT_ADMITTED = 'liaison.placement.admitted.v1';

/**
 * Child protection has recorded that the child, or the siblings, of an offer are in its place: the envelope's `subject` names the offer. From
 * now on only that they have left, or that the shelter gives them back, frees the beds.
 */
@EventPayload(PLACEMENT_ADMITTED)
@JSONSchema({ title: 'Placement admitted' })
export class PlacementAdmittedV1 {
  /** The first day there. */
  @Category('dates')
  @CalendarDate()
  admittedOn: string;

  @Category('dates')
  @Timestamp()
  recordedAt: string;
}
