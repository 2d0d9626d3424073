import { SharedStanding } from '@liaison/casework';
import {
  OPINION_REFUSAL_REASONS,
  OPINION_SUBJECTS,
  OPINION_WITHDRAWAL_REASONS,
  type OpinionRefusalReason,
  type OpinionSubject,
  type OpinionWithdrawalReason,
} from '@liaison/contracts';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsUUID, Matches, MaxLength, ValidateNested } from 'class-validator';
import { DAY, HolderBody, ID, INSTANT, IsDay, IsText, VERSION } from '../dto';
import type { Holder } from '../holder';
import { OPINION_STATES, type OpinionState } from './opinion-request';

const QUESTION = {
  maxLength: 2000,
  example:
    'She says that she was held in a flat in 2025. Do you know of the facts, and are they real in your view?',
};
const SUBJECT = { enum: OPINION_SUBJECTS, example: 'permit-application' };
const STATE = {
  enum: OPINION_STATES,
  description: '`answered`: with a notice; `refused`: the unit gives no opinion, and says why',
  example: 'asked',
};
const DUE_ON = { ...DAY, example: '2026-12-04', description: 'Last legal day for the answer' };
const AGENCY = { example: 'police-75' };
const UNIT = { example: 'brp' };
const DIRECTORY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export class AskOpinionBody {
  @ApiProperty(SUBJECT)
  @IsIn(OPINION_SUBJECTS)
  subject: OpinionSubject;

  @ApiProperty({ ...ID, description: 'Of the application, or of the received notice' })
  @IsUUID()
  subjectId: string;

  @ApiProperty({ ...AGENCY, description: 'The investigating service' })
  @MaxLength(63)
  @Matches(DIRECTORY_ID, { message: '$property must be the id of an agency' })
  agency: string;

  @ApiProperty({ ...UNIT, description: 'Its unit' })
  @MaxLength(63)
  @Matches(DIRECTORY_ID, { message: '$property must be the id of a unit' })
  unit: string;

  @ApiProperty(QUESTION)
  @IsText(2000)
  question: string;

  @ApiProperty(DUE_ON)
  @IsDay()
  dueOn: string;

  @ApiPropertyOptional({
    type: HolderBody,
    description:
      'Who applies, as the application says. Default: its holder, where it rests on no notice. The unit ' +
      'that signalled the person needs none',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => HolderBody)
  applicant?: HolderBody;
}

export class WithdrawOpinionBody {
  @ApiProperty({ enum: OPINION_WITHDRAWAL_REASONS, example: 'application-ended' })
  @IsIn(OPINION_WITHDRAWAL_REASONS)
  reason: OpinionWithdrawalReason;
}

export class ListOpinionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: OPINION_STATES, example: 'asked' })
  @IsOptional()
  @IsIn(OPINION_STATES)
  state?: OpinionState;

  @ApiPropertyOptional({
    description: 'Only those that are, or are not, overdue',
    type: Boolean,
    example: true,
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;

  @ApiPropertyOptional({ ...ID, description: 'Only those about this application or notice' })
  @IsOptional()
  @IsUUID()
  subjectId?: string;
}

export class AskedOpinion {
  @ApiProperty({ ...ID, description: 'What the answer names' })
  id: string;

  @ApiProperty(STATE)
  state: OpinionState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty(AGENCY)
  agency: string;

  @ApiProperty(UNIT)
  unit: string;

  @ApiProperty(DUE_ON)
  dueOn: string;

  @ApiProperty({ description: 'Whether it would leave now; decided again when it is sent', example: true })
  allowed: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why it would not: a stable word',
  })
  denial: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'opinion@1' })
  convention: string | null;
}

export class WithdrawnOpinion {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...STATE, example: 'withdrawn' })
  state: OpinionState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({
    description: 'Whether the unit is told; false where the request had not left',
    example: true,
  })
  told: boolean;
}

/** Nothing about the person. */
export class OpinionItem extends SharedStanding {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(SUBJECT)
  subject: OpinionSubject;

  @ApiProperty(ID)
  subjectId: string;

  @ApiProperty(AGENCY)
  agency: string;

  @ApiProperty(UNIT)
  unit: string;

  @ApiProperty(INSTANT)
  askedAt: string;

  @ApiProperty(DUE_ON)
  dueOn: string;

  @ApiProperty(STATE)
  state: OpinionState;

  @ApiProperty({ description: 'Its last day is over and nobody has answered', example: false })
  overdue: boolean;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  answeredAt: string | null;

  @ApiProperty({ description: 'It was answered after its last day', example: false })
  late: boolean;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    example: null,
    description: 'The notice that answers it',
  })
  noticeId: string | null;

  @ApiProperty({ enum: OPINION_REFUSAL_REASONS, type: String, nullable: true, example: null })
  reason: OpinionRefusalReason | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  withdrawnAt: string | null;

  @ApiProperty({ enum: OPINION_WITHDRAWAL_REASONS, type: String, nullable: true, example: null })
  withdrawalReason: OpinionWithdrawalReason | null;

  @ApiProperty(VERSION)
  version: number;
}

export class OpinionPage {
  @ApiProperty({ type: [OpinionItem] })
  items: readonly OpinionItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

/** What became of the request on its way. */
export class OpinionDelivery {
  @ApiProperty({ example: 'delivered', description: '`refused`: dispatch denied it, `reason` says why' })
  state: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
}

export class OpinionView extends OpinionItem {
  @ApiProperty({ ...QUESTION, type: String, nullable: true })
  question: string | null;

  @ApiProperty({ type: HolderBody, nullable: true, description: 'As it was asked about' })
  applicant: Holder | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Of a refusal, in the unit’s words, as far as your roles may read them',
  })
  explanation: string | null;

  @ApiProperty({ type: [String], example: [], description: 'Fields of the answer that you do not see' })
  withheld: readonly string[];

  @ApiProperty({ type: OpinionDelivery, nullable: true })
  delivery: OpinionDelivery | null;
}
