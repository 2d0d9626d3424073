import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Optional, Timestamp } from '../rules';

export const PLACEMENT_ORDER_ANSWERED = 'liaison.placement.order-answered.v1';

export const ORDER_OUTCOMES = ['obeyed', 'cannot-be-executed'] as const;
export type OrderOutcome = (typeof ORDER_OUTCOMES)[number];

/** What an order can contradict by what it says itself: R24 by the kind of place, R25 by the département. */
export const ORDER_CONTRADICTIONS = ['lodging', 'departement', 'distance'] as const;
export type OrderContradiction = (typeof ORDER_CONTRADICTIONS)[number];

/** Why child protection cannot do what the order says. */
export const ORDER_OBSTACLES = [
  'child-gone',
  'child-not-known',
  'no-such-place',
  'no-free-place',
  'not-competent',
  'order-over',
  'other',
] as const;
export type OrderObstacle = (typeof ORDER_OBSTACLES)[number];

/**
 * What followed from an order to place a child: to whoever sent it, who knows it by the envelope's `subject`. Nothing about the child, and
 * not where it lives.
 */
@EventPayload(PLACEMENT_ORDER_ANSWERED)
@JSONSchema({ title: 'Order of placement answered' })
export class PlacementOrderAnsweredV1 {
  @Category('procedure')
  @OneOf(ORDER_OUTCOMES)
  outcome: OrderOutcome;

  /** Of an order that is obeyed: what it contradicts all the same (R24, R25). */
  @Category('procedure')
  @Optional()
  @OneOf(ORDER_CONTRADICTIONS, { list: ORDER_CONTRADICTIONS.length })
  contradicts?: OrderContradiction[];

  @Category('procedure')
  @Optional()
  @OneOf(ORDER_OBSTACLES)
  obstacle?: OrderObstacle;

  @Category('dates')
  @Timestamp()
  answeredAt: string;
}
