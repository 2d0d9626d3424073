import type { Provenance } from '@liaison/messaging';
import { MayBeAbsent, PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { SharedStanding } from '../after-sharing/shared-standing.dto';
import { ID, INSTANT, VERSION } from '../dto';
import { FieldSourceView } from '../provenance/field-source.dto';
import type { ChangedField } from './changed-fields';
import {
  ACKNOWLEDGING_ROLES,
  type AcknowledgingRole,
  NOTICE_STANDINGS,
  NOTICE_STATES,
  type NoticeStanding,
  type NoticeState,
} from './notice';

const DUE = {
  ...INSTANT,
  type: String,
  nullable: true,
  description: 'Until when the convention asks for an acknowledgement; null where it does not',
};

export class ListNoticesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: NOTICE_STATES })
  @IsOptional()
  @IsIn(NOTICE_STATES)
  state?: NoticeState;

  @ApiPropertyOptional({ enum: NOTICE_STANDINGS })
  @IsOptional()
  @IsIn(NOTICE_STANDINGS)
  standing?: NoticeStanding;
}

@MayBeAbsent()
export class AcknowledgeNoticeBody {
  @ApiPropertyOptional({
    enum: ACKNOWLEDGING_ROLES,
    description: 'In which of your roles; default: the first that may',
  })
  @IsOptional()
  @IsIn(ACKNOWLEDGING_ROLES)
  role?: AcknowledgingRole;
}

/** One received version of a notice: nothing about the person. */
export class NoticeItem extends SharedStanding {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The case, as this agency calls it: `/v1/cases/{id}`' })
  caseId: string;

  @ApiProperty({ ...ID, description: 'The case, as you and the sender call it' })
  reference: string;

  @ApiProperty({ example: 'police-75' })
  sender: string;

  @ApiProperty({ description: 'Which version of the notice, as you count', example: 1 })
  recipientVersion: number;

  @ApiProperty({ description: 'False once a later version of the same notice has come' })
  latest: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'INSEE code of the département where the person is',
    example: '75',
  })
  departement: string | null;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty(DUE)
  acknowledgeBy: string | null;

  @ApiProperty({
    enum: NOTICE_STANDINGS,
    description: 'What its sender says of it since: whether this version stands',
  })
  standing: NoticeStanding;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why it no longer stands: a stable word',
  })
  standingReason: string | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  standingSince: string | null;

  @ApiProperty({ enum: NOTICE_STATES })
  state: NoticeState;

  @ApiProperty(VERSION)
  version: number;
}

export class NoticePage {
  @ApiProperty({ type: [NoticeItem] })
  items: readonly NoticeItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page' })
  next: string | null;
}

/** A field that differs from the version before. */
export class ChangedFieldView implements ChangedField {
  @ApiProperty({ example: 'civilStatus.real.familyName' })
  path: string;

  @ApiProperty({ enum: ['added', 'removed', 'changed'], example: 'added' })
  change: ChangedField['change'];
}

/** Where a section came from: it goes no further unless that convention allows it. */
export class SectionProvenance implements Provenance {
  @ApiProperty({ example: 'police-75' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'police-prefecture@1' })
  convention: string;
}

export class NoticeView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The case, as this agency calls it: `/v1/cases/{id}`' })
  caseId: string;

  @ApiProperty({ ...ID, description: 'The case, as you and the sender call it' })
  reference: string;

  @ApiProperty({ example: 'police-75' })
  sender: string;

  @ApiProperty({ example: 1 })
  recipientVersion: number;

  @ApiProperty({ example: 'desk' })
  unit: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ example: 'residence-of-victims' })
  purpose: string;

  @ApiProperty(DUE)
  acknowledgeBy: string | null;

  @ApiProperty({ enum: NOTICE_STATES })
  state: NoticeState;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  acknowledgedAt: string | null;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({
    enum: NOTICE_STANDINGS,
    description: 'What its sender says of it since: whether this version stands',
  })
  standing: NoticeStanding;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why it no longer stands: a stable word',
  })
  standingReason: string | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  standingSince: string | null;

  @ApiProperty({
    ...INSTANT,
    type: String,
    nullable: true,
    example: null,
    description: 'A ground on which it was shared has ended: since then only supervisors read it',
  })
  restrictedSince: string | null;

  @ApiProperty({
    type: [String],
    example: [],
    description:
      'Of the content that you see, what only supervisors still read: a ground on which it was shared has ended',
  })
  restrictedFields: readonly string[];

  @ApiProperty({
    ...INSTANT,
    type: String,
    nullable: true,
    description: 'The end of the term of its convention: then it is purged, unless a legal duty rests on it',
  })
  keepUntil: string | null;

  @ApiProperty({
    type: [ChangedFieldView],
    nullable: true,
    description:
      'Against the version that you had before, as far as your roles may read both; null for the first',
  })
  changed: readonly ChangedField[] | null;

  @ApiProperty({
    ...INSTANT,
    type: String,
    nullable: true,
    example: null,
    description: 'Until then an emergency shows you what your role does not read; null without one',
  })
  openUntil: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Sections of the notice (schema `notice-issued.v2`), as far as your roles may read them',
    example: {
      procedure: { departement: '75' },
      civilStatus: { declared: { familyName: 'Osagie', givenNames: ['Blessing'] } },
      travel: { debt: { amount: 50000, currency: 'EUR' } },
    },
  })
  content: Record<string, unknown>;

  @ApiProperty({
    type: [String],
    description:
      'Fields that are not shown, by the sender or to your roles: one mark, whether or not there is a value',
    example: ['exploitation.account', 'vulnerability.health'],
  })
  withheld: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/SectionProvenance' },
    description: 'Where each section that is shown came from',
    example: {
      civilStatus: {
        agency: 'police-75',
        event: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20',
        convention: 'police-prefecture@1',
      },
    },
  })
  provenance: Record<string, SectionProvenance>;

  @ApiProperty({
    type: [FieldSourceView],
    description:
      'Of each field that you see, by which event and under which convention it came as it is, and since when: what a later ' +
      'version repeats keeps the source that it had',
  })
  sources: readonly FieldSourceView[];
}

export class DecidedFieldView {
  @ApiProperty({ example: 'acknowledgedAt' })
  path: string;

  @ApiProperty({ enum: ['release', 'generalise', 'mask', 'withhold'] })
  treatment: string;

  @ApiProperty({ type: [String], example: ['police-prefecture/acknowledgement'] })
  rules: readonly string[];

  @ApiProperty({ type: [String], example: ['CESEDA R425-1'] })
  articles: readonly string[];
}

export class ProvisionalDecision {
  @ApiProperty({ description: 'Whether it would leave now; decided again when it is sent' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'police-prefecture@1' })
  convention: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it would not leave', example: null })
  denial: string | null;

  @ApiProperty({ type: [String], example: ['CESEDA L425-1 and R425-1 (right of residence of victims)'] })
  legalBases: readonly string[];

  @ApiProperty({ type: [DecidedFieldView] })
  fields: readonly DecidedFieldView[];
}

export class AcknowledgementAnswer {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: NOTICE_STATES })
  state: NoticeState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty(INSTANT)
  acknowledgedAt: string;

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'The event to the sender' })
  eventId: string | null;

  @ApiProperty({ example: 'police-75' })
  recipient: string;

  @ApiProperty({ type: ProvisionalDecision })
  decision: ProvisionalDecision;
}

type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

/** The answer as it is kept under its idempotency key: no personal data. */
export type AcceptedAcknowledgement = Plain<AcknowledgementAnswer>;

export const DELIVERY_STATES = [
  'pending',
  'refused',
  'cancelled',
  'frozen',
  'revoked',
  'sent',
  'delivered',
  'read',
  'parked',
] as const;

export class AcknowledgementDelivery {
  @ApiProperty(ID)
  eventId: string;

  @ApiProperty({ example: 'police-75' })
  recipient: string;

  @ApiProperty({
    enum: DELIVERY_STATES,
    description: '`sent`: the broker has it; `delivered`: the recipient’s database has it',
  })
  state: (typeof DELIVERY_STATES)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Stable code, where it was refused' })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'police-prefecture@1' })
  convention: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 1 })
  sequence: number | null;

  @ApiProperty({ ...INSTANT, description: 'When it was asked for, then when it was decided' })
  at: string;

  @ApiProperty({ type: [DecidedFieldView], description: 'Empty until it has been decided' })
  fields: readonly DecidedFieldView[];
}

export class AcknowledgementDeliveries {
  @ApiProperty({ type: [AcknowledgementDelivery], description: 'Empty before the notice is acknowledged' })
  items: readonly AcknowledgementDelivery[];
}
