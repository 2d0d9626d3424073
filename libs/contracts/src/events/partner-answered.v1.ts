import { JSONSchema } from 'class-validator-jsonschema';
import { DirectoryId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { LongText, OneOf, Optional, Timestamp } from '../rules';

export const PARTNER_ANSWERED = 'liaison.partner.answered.v1';

/** What a partner can say of a case that was brought to it. Which of them an agency uses is its configuration. */
export const PARTNER_CHOICES = [
  // Any agency
  'taken-up',
  'no-further-action',
  'not-competent',
  'more-information-needed',
  // Judicial services
  'judge-seised',
  'placement-ordered',
  'enquiry-opened',
  'educational-measure',
  // Asylum
  'claim-lodged',
  'protection-granted',
  'claim-rejected',
  // Assisted return
  'return-possible',
  'return-not-possible',
  // Emergency shelter
  'place-found',
  'no-place',
] as const;
export type PartnerChoice = (typeof PARTNER_CHOICES)[number];

/**
 * An agency answers whoever brought a case to it, on that case: the envelope's `subject` names it. It answers as often as there is
 * something to say; nothing that was said is overwritten.
 */
@EventPayload(PARTNER_ANSWERED)
@JSONSchema({ title: 'Partner answered' })
export class PartnerAnsweredV1 {
  @Category('procedure')
  @OneOf(PARTNER_CHOICES)
  choice: PartnerChoice;

  @Category('free-text')
  @Optional()
  @LongText(2000)
  text?: string;

  @Category('dates')
  @Timestamp()
  answeredAt: string;

  /** Role of the agent, e.g. `caseworker`. */
  @Category('procedure')
  @Word()
  role: string;

  /** Unit of the agent, where the token names one. */
  @Category('procedure')
  @Optional()
  @DirectoryId()
  unit?: string;
}
