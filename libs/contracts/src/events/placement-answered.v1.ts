import { JSONSchema } from 'class-validator-jsonschema';
import { PostalCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { OneOf, Optional, Section, Text, Timestamp } from '../rules';

export const PLACEMENT_ANSWERED = 'liaison.placement.answered.v1';

/**
 * `held`: beds are kept until the offer's end. `refused`: none was free any more. `lapsed`: nobody answered in time. The shelter's
 * people accept or decline, and may decline what they accepted until the child is there.
 */
export const OFFER_ANSWERS = ['held', 'refused', 'accepted', 'declined', 'lapsed'] as const;
export type OfferAnswer = (typeof OFFER_ANSWERS)[number];

/** In words of a list: what a shelter knows of those who live there has no place in it. */
export const DECLINE_REASONS = ['place-unfit', 'no-staff', 'place-unsafe', 'closing', 'other'] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

/** Where the place is: for whoever takes the child there (R23). */
export class ShelterAddress {
  @Category('address')
  @Text(200)
  line: string;

  @Category('address')
  @PostalCode()
  postalCode: string;

  @Category('address')
  @Text(100)
  commune: string;
}

/** What a shelter says to an offer, which the envelope's `subject` names. */
@EventPayload(PLACEMENT_ANSWERED)
@JSONSchema({ title: 'Placement answered' })
export class PlacementAnsweredV1 {
  @Category('procedure')
  @OneOf(OFFER_ANSWERS)
  answer: OfferAnswer;

  @Category('procedure')
  @Optional()
  @OneOf(DECLINE_REASONS)
  reason?: DeclineReason;

  /** With an acceptance only. */
  @Optional()
  @Section(() => ShelterAddress)
  address?: ShelterAddress;

  @Category('dates')
  @Timestamp()
  answeredAt: string;
}
