import {
  OPINION_REFUSAL_REASONS,
  OPINION_SUBJECTS,
  OPINION_WITHDRAWAL_REASONS,
  type OpinionRefusalReason,
  type OpinionSubject,
  type OpinionWithdrawalReason,
} from '@liaison/contracts';
import { SharedStanding } from '@liaison/casework';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { OPINION_STATES, type OpinionState } from './opinion-request';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NO_INSTANT = { ...INSTANT, type: String, nullable: true, example: null };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const STATE = {
  enum: OPINION_STATES,
  description: '`answered`: with a notice; `taken-back`: whoever asked has taken it back',
  example: 'open',
};
const REASON = { enum: OPINION_REFUSAL_REASONS, example: 'person-unknown' };
const TEXT = /^(?=\s*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;

export class RefuseOpinionBody {
  @ApiProperty(REASON)
  @IsIn(OPINION_REFUSAL_REASONS)
  reason: OpinionRefusalReason;

  @ApiPropertyOptional({
    maxLength: 2000,
    example: 'Nobody of that name, and no facts at that place and time.',
    description: 'For those who decide on the application; what the enquiry has found goes into a notice',
  })
  @IsOptional()
  @MaxLength(2000)
  @Matches(TEXT, { message: '$property must be text that is not blank' })
  explanation?: string;
}

export class ListOpinionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: OPINION_STATES, example: 'open' })
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
}

export class RefusedOpinion {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...STATE, example: 'refused' })
  state: OpinionState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'The event' })
  eventId: string | null;
}

/** Nothing about the person. */
export class OpinionItem extends SharedStanding {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'prefecture-75', description: 'Who asks' })
  agency: string;

  @ApiProperty({ ...ID, description: 'What a notice names in `procedure.opinionRequest` to answer it' })
  request: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2026-12-04' })
  dueOn: string | null;

  @ApiProperty(STATE)
  state: OpinionState;

  @ApiProperty({ description: 'Its last day is over and nobody has answered', example: false })
  overdue: boolean;

  @ApiProperty(NO_INSTANT)
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

  @ApiProperty({ ...REASON, type: String, nullable: true, example: null })
  reason: OpinionRefusalReason | null;

  @ApiProperty(NO_INSTANT)
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

export class ApplicantView {
  @ApiProperty({ example: 'Osagie' })
  familyName?: string;

  @ApiPropertyOptional({ example: 'Blessing' })
  givenNames?: string;

  @ApiPropertyOptional({ example: '2001-06-14' })
  birthDate?: string;

  @ApiPropertyOptional({ example: 'Benin City' })
  birthPlace?: string;

  @ApiPropertyOptional({ example: 'NG' })
  nationality?: string;
}

/** As far as your roles may read it. */
export class OpinionContent {
  @ApiPropertyOptional({ enum: OPINION_SUBJECTS, example: 'permit-application' })
  subject?: OpinionSubject;

  @ApiPropertyOptional({ example: 'exceptional', description: 'What the application rests on' })
  ground?: string;

  @ApiPropertyOptional({ example: 'Do you know of the facts, and are they real in your view?' })
  question?: string;

  @ApiPropertyOptional({ example: '75' })
  departement?: string;

  @ApiPropertyOptional({ type: ApplicantView, description: 'Absent where your unit signalled the person' })
  applicant?: ApplicantView;
}

export class OpinionView extends OpinionItem {
  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Your notice that it is about, where there is one',
  })
  about: string | null;

  @ApiProperty({ type: OpinionContent })
  content: OpinionContent;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that you do not see, whatever the reason',
  })
  withheld: readonly string[];
}
