import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, OneOf, Optional, Timestamp } from '../rules';
import { ORDERING_AUTHORITIES, type OrderingAuthority } from './placement-ordered.v1';

export const PLACEMENT_ORDER_LIFTED = 'liaison.placement.order-lifted.v1';

/** An order to place a child no longer stands (C. civ. 375-6). It is known by the envelope's `subject`: the child is not in it. */
@EventPayload(PLACEMENT_ORDER_LIFTED)
@JSONSchema({ title: 'Order of placement lifted' })
export class PlacementOrderLiftedV1 {
  @Category('procedure')
  @OneOf(ORDERING_AUTHORITIES)
  liftedBy: OrderingAuthority;

  @Category('dates')
  @CalendarDate()
  liftedOn: string;

  /** Set by the service that sends it. */
  @Category('dates')
  @Optional()
  @Timestamp()
  sentAt?: string;
}
