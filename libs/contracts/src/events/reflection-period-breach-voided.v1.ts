import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp, Uuid, WholeNumber } from '../rules';

export const REFLECTION_PERIOD_BREACH_VOIDED = 'liaison.reflection-period.breach-voided.v1';

export const BREACH_VOID_REASONS = ['entered-by-mistake', 'wrong-person', 'measure-never-taken'] as const;
export type BreachVoidReason = (typeof BREACH_VOID_REASONS)[number];

/**
 * A breach that was reported by mistake: there was none. Applied on arrival as the report itself is; the higher
 * `revision` counts, whichever comes first.
 */
@EventPayload(REFLECTION_PERIOD_BREACH_VOIDED)
@JSONSchema({ title: 'Breach of a reflection period voided' })
export class ReflectionPeriodBreachVoidedV1 {
  @Category('procedure')
  @Uuid()
  breach: string;

  @Category('procedure')
  @WholeNumber(1, 1_000_000)
  revision: number;

  @Category('procedure')
  @OneOf(BREACH_VOID_REASONS)
  reason: BreachVoidReason;

  @Category('dates')
  @Timestamp()
  voidedAt: string;
}
