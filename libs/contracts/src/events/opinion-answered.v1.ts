import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { LongText, OneOf, Optional, Timestamp, Uuid } from '../rules';

export const OPINION_ANSWERED = 'liaison.opinion.answered.v1';

export const OPINION_OUTCOMES = ['notice', 'refused'] as const;
export type OpinionOutcome = (typeof OPINION_OUTCOMES)[number];

export const OPINION_REFUSAL_REASONS = [
  'person-unknown',
  'not-our-procedure',
  'enquiry-secrecy',
  'no-elements',
  'other',
] as const;
export type OpinionRefusalReason = (typeof OPINION_REFUSAL_REASONS)[number];

/**
 * The one answer to a request for an opinion. With a notice, that notice comes as its own event, on its own case, and
 * names the request in `procedure.opinionRequest`; whichever of the two comes first closes the request.
 */
@EventPayload(OPINION_ANSWERED)
@JSONSchema({ title: 'Opinion answered' })
export class OpinionAnsweredV1 {
  @Category('procedure')
  @Uuid()
  request: string;

  @Category('procedure')
  @OneOf(OPINION_OUTCOMES)
  outcome: OpinionOutcome;

  /** Of a refusal. */
  @Category('procedure')
  @Optional()
  @OneOf(OPINION_REFUSAL_REASONS)
  reason?: OpinionRefusalReason;

  /** Of a refusal, in the unit's words. */
  @Category('free-text')
  @Optional()
  @LongText(2000)
  explanation?: string;

  @Category('dates')
  @Timestamp()
  answeredAt: string;
}
