import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, OneOf, Optional, Text, Timestamp, Uuid, WholeNumber } from '../rules';

export const REFLECTION_PERIOD_BREACHED = 'liaison.reflection-period.breached.v1';

/**
 * A removal measure was taken or executed during a person's reflection period. It is urgent: applied on arrival, outside
 * the case's order. Sent again, whole, when the measure has been remedied; the higher `revision` counts, whichever
 * comes first. Neither the person nor the agent is in it: the case is known by the envelope's `subject`.
 */
@EventPayload(REFLECTION_PERIOD_BREACHED)
@JSONSchema({ title: 'Reflection period breached' })
export class ReflectionPeriodBreachedV1 {
  /** Of the breach; the same in every revision. */
  @Category('procedure')
  @Uuid()
  breach: string;

  @Category('procedure')
  @WholeNumber(1, 1_000_000)
  revision: number;

  @Category('procedure')
  @OneOf(['removal-ordered', 'removal-executed', 'detention', 'house-arrest'])
  measure: string;

  /** Legal day of the measure. */
  @Category('dates')
  @CalendarDate()
  takenOn: string;

  /** First and last legal day of the reflection period. */
  @Category('dates')
  @CalendarDate()
  periodFrom: string;

  @Category('dates')
  @CalendarDate()
  periodUntil: string;

  /** That forbids it, as in force on the day on which the period began. */
  @Category('procedure')
  @Text(100)
  article: string;

  /** Where the period runs. */
  @Category('procedure')
  @Optional()
  @DepartementCode()
  departement?: string;

  /** When the préfecture recorded it. */
  @Category('dates')
  @Timestamp()
  reportedAt: string;

  /** The measure was withdrawn, or its execution stopped, on that day. */
  @Category('dates')
  @Optional()
  @CalendarDate()
  remediedOn?: string;
}
