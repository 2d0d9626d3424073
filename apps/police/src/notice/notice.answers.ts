import { type Amendment, NOTICE_ISSUED, type NoticeIssuedV2 } from '@liaison/contracts';
import { GENERALISATIONS, type Treatment, TREATMENTS } from '@liaison/sharing-policy';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LOOKALIKE_REASONS, type LookalikeReason } from './lookalike';
import { NOTICE_STATES, type NoticeState } from './notice';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const CONVENTION = { type: String, nullable: true, example: 'police-prefecture@1' };
/** `NoticeIssuedV2` without what is withheld, so that nothing of it is required. */
const PARTIAL = {
  type: 'object' as const,
  additionalProperties: true,
  example: { procedure: { departement: '75' }, travel: { debt: { amount: 50_000, currency: 'EUR' } } },
};
const RULES = { type: String, isArray: true, example: ['police-prefecture/notice'] };
const ARTICLES = { type: String, isArray: true, example: ['CPP 11'] };

/** Why the event as a whole does not leave. */
export class Denial {
  @ApiProperty({ description: 'Stable code', example: 'no-convention' })
  code: string;

  @ApiProperty({ ...RULES, example: ['R01'] })
  rules: readonly string[];

  @ApiProperty({ ...ARTICLES, example: [] })
  articles: readonly string[];
}

/** What would be decided now; it is decided again when the data leave. */
export class ProvisionalDecision {
  @ApiProperty({ example: 'prefecture-75' })
  recipient: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  unit: string | null;

  @ApiProperty()
  allowed: boolean;

  @ApiProperty({ type: Denial, nullable: true })
  denial: Denial | null;

  @ApiProperty(CONVENTION)
  convention: string | null;
}

export class WrittenNotice {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: NOTICE_STATES })
  state: NoticeState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ type: [ProvisionalDecision], description: 'Empty for a draft' })
  recipients: readonly ProvisionalDecision[];
}

/** One of the unit's own notices that may be about the same person. */
export class LookalikeWarning {
  @ApiProperty({ ...ID, description: 'A notice of your unit' })
  notice: string;

  @ApiProperty({ enum: NOTICE_STATES })
  state: NoticeState;

  @ApiProperty(INSTANT)
  createdAt: string;

  @ApiProperty({ enum: LOOKALIKE_REASONS, isArray: true, example: ['names-swapped', 'same-birth-year'] })
  reasons: LookalikeReason[];
}

export class WarnedNotice extends WrittenNotice {
  @ApiProperty({
    type: [LookalikeWarning],
    example: [],
    description:
      'Notices of your unit that may be about the same person: look before there are two. Nothing is refused',
  })
  warnings: readonly LookalikeWarning[];
}

export class ChangedNotice extends WrittenNotice {
  @ApiProperty({
    type: [String],
    example: [],
    description: 'Agencies that learn that their version no longer stands, and get no new content',
  })
  superseded: readonly string[];
}

export class EndedNotice {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: NOTICE_STATES, example: 'withdrawn' })
  state: NoticeState;

  @ApiProperty({ ...VERSION, example: 3 })
  version: number;

  @ApiProperty({
    type: [String],
    example: ['prefecture-75'],
    description: 'Agencies that are told. Empty: nothing had left, so nothing is sent',
  })
  told: readonly string[];

  @ApiProperty({ example: 0, description: 'Events that were still waiting here, and will not be sent' })
  cancelled: number;
}

export class ConsentedNotice {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: NOTICE_STATES, example: 'issued' })
  state: NoticeState;

  @ApiProperty({ example: 4, description: 'Of the notice, as in ETag' })
  version: number;
}

export class NoticeChangeView {
  @ApiProperty({ type: Number, nullable: true, example: 3, description: 'The notice’s, from that change on' })
  version: number | null;

  @ApiProperty({
    enum: ['written', 'issued', 'amended', 'moved', 'withdrawn', 'recalled', 'consent-recorded'],
    example: 'amended',
  })
  kind: string;

  @ApiProperty({ type: String, nullable: true, example: 'identity-established' })
  reason: string | null;

  @ApiProperty({ type: [String], example: ['prefecture-75'], description: 'Agencies that were told' })
  told: readonly string[];

  @ApiProperty({ example: 'brp' })
  unit: string;

  @ApiProperty(INSTANT)
  at: string;
}

export class NoticeHistory {
  @ApiProperty({ type: [NoticeChangeView] })
  items: readonly NoticeChangeView[];
}

/** What happens to one field, and why: for the sender, never for the recipient. */
export class FieldReason {
  @ApiProperty({ example: 'exploitation.account' })
  path: string;

  @ApiProperty({ enum: TREATMENTS, example: 'withhold' })
  treatment: Treatment;

  @ApiPropertyOptional({ enum: GENERALISATIONS, description: 'With `generalise`: to what' })
  to?: string;

  @ApiProperty(RULES)
  rules: readonly string[];

  @ApiProperty(ARTICLES)
  articles: readonly string[];
}

export class RecipientPreview extends ProvisionalDecision {
  @ApiProperty({
    example: NOTICE_ISSUED,
    description:
      'In which version of its type it would go. An older one where the directory says that the recipient does not ' +
      'understand the newest: it has no words for some fields, see `sees`',
  })
  event: string;

  @ApiProperty({ type: [FieldReason], description: 'Every field of the event, in its order' })
  fields: readonly FieldReason[];

  @ApiProperty({ ...PARTIAL, nullable: true, description: 'The notice as it would arrive' })
  sees: Partial<NoticeIssuedV2> | null;

  @ApiProperty({
    type: [String],
    description: 'Paths that it would know to be withheld',
    example: ['assessment.danger'],
  })
  withheld: readonly string[];
}

export class NoticePreview {
  @ApiProperty({ type: [RecipientPreview] })
  items: readonly RecipientPreview[];
}

/** Nothing about the person. */
export class NoticeItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: NOTICE_STATES })
  state: NoticeState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ example: 'brp' })
  unit: string;

  @ApiProperty(INSTANT)
  createdAt: string;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  issuedAt: string | null;
}

export class NoticePage {
  @ApiProperty({ type: [NoticeItem] })
  items: readonly NoticeItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page' })
  next: string | null;
}

export class NoticeView extends NoticeItem {
  @ApiProperty({ ...PARTIAL, description: 'The notice as far as your roles may read it' })
  content: Partial<NoticeIssuedV2>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: null,
    description: 'Why there is this version; null for the first',
  })
  amendment: Partial<Amendment> | null;

  @ApiProperty({
    type: [String],
    description: 'Paths that your roles may not read',
    example: ['assessment.danger'],
  })
  withheld: readonly string[];
}

export const DELIVERY_STATES = [
  'pending',
  'refused',
  'cancelled',
  'revoked',
  'voided',
  'sent',
  'delivered',
  'read',
  'acknowledged',
  'damaged',
  'parked',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Somebody at the recipient took note. */
export class AcknowledgementView {
  @ApiProperty({ type: String, nullable: true, example: 'desk' })
  role: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'desk' })
  unit: string | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  acknowledgedAt: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of the notice, as the recipient counts',
    example: 1,
  })
  recipientVersion: number | null;
}

export class NoticeDelivery {
  @ApiProperty({ ...ID, description: 'Id of the event towards this recipient' })
  eventId: string;

  @ApiProperty({ example: 'prefecture-75' })
  recipient: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  unit: string | null;

  @ApiProperty({
    example: 'liaison.notice.issued.v2',
    description: 'What it is: a version, or what was said of it',
  })
  event: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'As the recipient counts; null until it was decided',
  })
  recipientVersion: number | null;

  @ApiProperty({
    enum: DELIVERY_STATES,
    description:
      '`sent`: the broker has it; `delivered`: the recipient’s database has it; `read`: somebody there has read it, told where the convention says so; `acknowledged`: somebody there took note; `damaged`: a document that arrived there as something else than was signed: add it anew',
  })
  state: DeliveryState;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Stable code, where it did not leave, or does not: why the recipient cannot be reached',
    example: null,
  })
  reason: string | null;

  @ApiProperty({ ...INSTANT, description: 'When it was asked for, then when it was decided' })
  at: string;

  @ApiProperty(CONVENTION)
  convention: string | null;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Audit record of the disclosure or refusal',
  })
  auditRecord: string | null;

  @ApiProperty({
    type: [FieldReason],
    description: 'Empty until it has been decided, and where nothing left',
  })
  fields: readonly FieldReason[];

  @ApiProperty({ type: [AcknowledgementView] })
  acknowledgements: readonly AcknowledgementView[];
}

export class NoticeDeliveries {
  @ApiProperty({ type: [NoticeDelivery], description: 'Empty for a draft' })
  items: readonly NoticeDelivery[];
}
