import { PARTNER_CHOICES, type PartnerAnsweredV1, type PartnerChoice } from '@liaison/contracts';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { SharedStanding } from '../after-sharing/shared-standing.dto';
import { ID, INSTANT, LINES, VERSION } from '../dto';
import { ANSWER_STATES, type AnswerState } from './partner-answer';

const MAX_TEXT = 2_000;
const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
const CONTENT = {
  type: 'object',
  additionalProperties: true,
  description: 'As schema `partner-answered.v1` says, as far as your roles may read it',
  example: { choice: 'judge-seised', answeredAt: '2026-11-18T09:42:18.011Z', role: 'caseworker' },
} as const;
const WITHHELD = {
  description: 'Fields that are not shown: one mark, whether or not there is a value',
  example: ['text'],
};

export class GiveAnswerBody {
  @ApiProperty({
    enum: PARTNER_CHOICES,
    example: 'taken-up',
    description: 'One of those that `GET /v1/answer-choices` lists',
  })
  @IsIn(PARTNER_CHOICES)
  choice: PartnerChoice;

  @ApiPropertyOptional({
    maxLength: MAX_TEXT,
    example: 'A hearing is set for Thursday.',
    description: 'In your own words; conventions say whom they reach',
  })
  @IsOptional()
  @MaxLength(MAX_TEXT)
  @Matches(LINES, { message: '$property must be text, not blank' })
  text?: string;
}

export class AnswerChoices {
  @ApiProperty({ enum: PARTNER_CHOICES, isArray: true, example: ['taken-up', 'judge-seised'] })
  choices: readonly PartnerChoice[];
}

/** What would be decided now; it is decided again when it leaves. */
export class GivenAnswer {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty({ example: 'police-75', description: 'Who brought the case to you' })
  agency: string;

  @ApiProperty(INSTANT)
  answeredAt: string;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;

  @ApiProperty({ type: [String], example: ['text'], description: 'Fields that do not reach it' })
  withheld: readonly string[];
}

export class GivenAnswerView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'police-75', description: 'Who got it' })
  agency: string;

  @ApiProperty(INSTANT)
  answeredAt: string;

  @ApiProperty({ type: String, nullable: true, example: 'delivered', description: 'How far it has come' })
  delivery: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it did not leave' })
  reason: string | null;

  @ApiProperty(CONTENT)
  content: Partial<PartnerAnsweredV1>;

  @ApiProperty({ ...WITHHELD, type: [String] })
  withheld: readonly string[];
}

export class GivenAnswers {
  @ApiProperty({ type: [GivenAnswerView], description: 'Newest first, 200 at most' })
  items: readonly GivenAnswerView[];
}

export class ListAnswersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ANSWER_STATES, example: 'new' })
  @IsOptional()
  @IsIn(ANSWER_STATES)
  state?: AnswerState;
}

/** Nothing of what it says. */
export class PartnerAnswerItem extends SharedStanding {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'Your case: `/v1/cases/{id}`' })
  caseId: string;

  @ApiProperty({ example: 'parquet-75' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ ...NO_INSTANT, example: null, description: 'When somebody of your unit took note of it' })
  notedAt: string | null;

  @ApiProperty({ enum: ANSWER_STATES, example: 'new' })
  state: AnswerState;

  @ApiProperty(VERSION)
  version: number;
}

export class PartnerAnswerPage {
  @ApiProperty({ type: [PartnerAnswerItem] })
  items: readonly PartnerAnswerItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class AnswerProvenance {
  @ApiProperty({ example: 'parquet-75' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'partner-answers@1' })
  convention: string;
}

export class PartnerAnswerView extends PartnerAnswerItem {
  @ApiProperty({ ...NO_INSTANT, description: 'The end of the term of its convention: then it is purged' })
  keepUntil: string | null;

  @ApiProperty(CONTENT)
  content: Partial<PartnerAnsweredV1>;

  @ApiProperty({ ...WITHHELD, type: [String] })
  withheld: readonly string[];

  @ApiProperty({ type: AnswerProvenance })
  provenance: AnswerProvenance;
}
