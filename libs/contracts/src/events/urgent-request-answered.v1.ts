import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { LongText, OneOf, Optional, Section, Timestamp, Uuid } from '../rules';
import { Address, Contact } from './notice/contact';

export const URGENT_REQUEST_ANSWERED = 'liaison.urgent-request.answered.v1';

export const URGENT_OUTCOMES = ['answered', 'refused'] as const;
export type UrgentOutcome = (typeof URGENT_OUTCOMES)[number];

/** That nothing is held is information too: which of these it was goes out only where a convention says so. */
export const URGENT_REFUSALS = [
  'nothing-held',
  'enquiry-secrecy',
  'no-vital-interest',
  'not-competent',
  'other',
] as const;
export type UrgentRefusal = (typeof URGENT_REFUSALS)[number];

/**
 * The one answer to an urgent request, written by a person for it. Each section is decided on as any other field is.
 * Urgent: applied on arrival, outside the case's order.
 */
@EventPayload(URGENT_REQUEST_ANSWERED)
@JSONSchema({ title: 'Urgent request answered' })
export class UrgentRequestAnsweredV1 {
  @Category('procedure')
  @Uuid()
  request: string;

  @Category('procedure')
  @OneOf(URGENT_OUTCOMES)
  outcome: UrgentOutcome;

  /** Of a refusal. */
  @Category('procedure')
  @Optional()
  @OneOf(URGENT_REFUSALS)
  reason?: UrgentRefusal;

  /** Where the person was last known to be. */
  @Optional()
  @Section(() => Address)
  address?: Address;

  @Optional()
  @Section(() => Contact)
  contact?: Contact;

  /** From whom or what, as far as it is known. */
  @Category('assessment')
  @Optional()
  @LongText(2000)
  danger?: string;

  /** What whoever helps has to know. */
  @Category('health')
  @Optional()
  @LongText(2000)
  health?: string;

  @Category('free-text')
  @Optional()
  @LongText(2000)
  words?: string;

  @Category('dates')
  @Timestamp()
  answeredAt: string;
}
