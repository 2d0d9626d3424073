import type { NoticeStanding } from '@liaison/casework';
import { BREACH_VOID_REASONS, type BreachVoidReason } from '@liaison/contracts';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, IsUUID, Max, Min, ValidateNested } from 'class-validator';
import {
  DAY,
  DESPITE,
  type DespiteView,
  HolderBody,
  ID,
  INSTANT,
  IsDay,
  IsDespite,
  NOTICE_STANDING,
  NOTICE_STANDING_REASON,
  VERSION,
} from '../dto';
import type { Holder } from '../holder';
import { LANGUAGES, type Language } from './information-texts';
import {
  END_REASONS,
  type EndReason,
  PERIOD_STATUSES,
  type PeriodStatus,
  REMOVAL_MEASURES,
  type RemovalMeasure,
} from './reflection-period';

const NUMBER = { example: '75-2026-00017', description: 'Number of the receipt in the register' };
const ARTICLE = { example: 'CESEDA R425-2', description: 'The text in force on the first day' };
const LAST_DAY = { format: 'date', example: '2026-12-18', description: 'The last day, included' };
const STATUS = {
  enum: PERIOD_STATUSES,
  description: '`elapsed`: its last day has passed',
  example: 'running',
};

export class OpenReflectionPeriodBody {
  @ApiProperty({ ...ID, description: 'The notice that signals the person' })
  @IsUUID()
  noticeId: string;

  @ApiProperty({ enum: LANGUAGES, description: 'In which the person was informed', example: 'ro' })
  @IsIn(LANGUAGES)
  language: Language;

  @ApiPropertyOptional({ ...DAY, description: 'When the receipt was handed over; default: today' })
  @IsOptional()
  @IsDay()
  handedOverOn?: string;

  @ApiPropertyOptional({ type: HolderBody, description: 'Default: who the notice says' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => HolderBody)
  holder?: HolderBody;

  @IsDespite()
  despite?: string;
}

export class EndReflectionPeriodBody {
  @ApiProperty({
    enum: END_REASONS,
    description: '`link-renewed`: with the authors, of the person’s own will; `public-order`: a grave threat',
    example: 'link-renewed',
  })
  @IsIn(END_REASONS)
  reason: EndReason;
}

export class ReportBreachBody {
  @ApiProperty({ enum: REMOVAL_MEASURES, example: 'removal-ordered' })
  @IsIn(REMOVAL_MEASURES)
  measure: RemovalMeasure;

  @ApiProperty({ ...DAY, description: 'The day of the measure: one of the period' })
  @IsDay()
  takenOn: string;
}

export class RemedyBreachBody {
  @ApiPropertyOptional({ ...DAY, description: 'When the measure was withdrawn or stopped; default: today' })
  @IsOptional()
  @IsDay()
  remediedOn?: string;
}

export class VoidBreachBody {
  @ApiProperty({ enum: BREACH_VOID_REASONS, example: 'entered-by-mistake' })
  @IsIn(BREACH_VOID_REASONS)
  reason: BreachVoidReason;
}

export class ListReflectionPeriodsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: PERIOD_STATUSES, example: 'running' })
  @IsOptional()
  @IsIn(PERIOD_STATUSES)
  status?: PeriodStatus;

  @ApiPropertyOptional({ description: 'Only those that end within a week', type: Boolean, example: true })
  @IsOptional()
  @QueryFlag()
  endingSoon?: boolean;

  @ApiPropertyOptional({
    description: 'Only those with a breach that nobody has remedied',
    type: Boolean,
    example: true,
  })
  @IsOptional()
  @QueryFlag()
  breached?: boolean;
}

export class InformationQuery {
  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Default: the one in which the person was informed' })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: Language;

  @ApiPropertyOptional({
    enum: ['json', 'html'],
    default: 'json',
    description: '`html`: a page to be printed',
  })
  @IsOptional()
  @IsIn(['json', 'html'])
  format?: 'json' | 'html';
}

export class RegisterCountsQuery {
  @ApiProperty({ type: 'integer', minimum: 2000, maximum: 2099, example: 2026 })
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2099)
  year: number;
}

export class OpenedReflectionPeriod {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(NUMBER)
  receiptNumber: string;

  @ApiProperty(DAY)
  from: string;

  @ApiProperty(LAST_DAY)
  lastDay: string;

  @ApiProperty(ARTICLE)
  article: string;

  @ApiProperty(STATUS)
  status: PeriodStatus;

  @ApiProperty(VERSION)
  version: number;
}

export class EndedReflectionPeriod {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...STATUS, example: 'ended-early' })
  status: PeriodStatus;

  @ApiProperty(DAY)
  endedOn: string;

  @ApiProperty({ enum: END_REASONS, example: 'link-renewed' })
  reason: EndReason;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;
}

export class ToldBreach {
  @ApiProperty({ ...ID, description: 'The reflection period' })
  id: string;

  @ApiProperty(ID)
  breach: string;

  @ApiProperty({ description: 'Whether a breach is left that nobody has remedied', example: true })
  breached: boolean;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ example: 'police-75', description: 'The investigating service that is told at once' })
  recipient: string;

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'The event' })
  eventId: string | null;

  @ApiProperty({ description: 'Whether it would leave now; decided again when it is sent', example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'reflection-period@1' })
  convention: string | null;
}

/** A line of the register: nothing about the person. */
export class ReflectionPeriodItem extends OpenedReflectionPeriod {
  @ApiProperty({ ...ID, description: 'The notice that signalled the person' })
  noticeId: string;

  @ApiProperty({ type: Boolean, description: 'Running, and over within a week', example: false })
  endingSoon: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Days left, its last day included', example: 26 })
  daysLeft: number | null;

  @ApiProperty({ ...DAY, type: String, nullable: true, example: null })
  endedOn: string | null;

  @ApiProperty({ enum: END_REASONS, type: String, nullable: true, example: null })
  endReason: EndReason | null;

  @ApiProperty({ description: 'A breach is left that nobody has remedied', example: false })
  breached: boolean;
}

export class ReflectionPeriodPage {
  @ApiProperty({ type: [ReflectionPeriodItem] })
  items: readonly ReflectionPeriodItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class BreachView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: REMOVAL_MEASURES, example: 'removal-ordered' })
  measure: RemovalMeasure;

  @ApiProperty(DAY)
  takenOn: string;

  @ApiProperty(INSTANT)
  reportedAt: string;

  @ApiProperty({ ...DAY, type: String, nullable: true, example: null })
  remediedOn: string | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null, description: 'Entered by mistake' })
  voidedAt: string | null;

  @ApiProperty({ enum: BREACH_VOID_REASONS, type: String, nullable: true, example: null })
  voidReason: BreachVoidReason | null;
}

export class ReflectionPeriodView extends ReflectionPeriodItem {
  @ApiProperty({ type: HolderBody, nullable: true, description: 'Null where your roles may not read it' })
  holder: Holder | null;

  @ApiProperty({ type: [String], example: [], description: 'Fields that your roles may not read' })
  withheld: readonly string[];

  @ApiProperty({ enum: LANGUAGES, example: 'ro' })
  language: Language;

  @ApiProperty({ type: [BreachView] })
  breaches: readonly BreachView[];

  @ApiProperty(NOTICE_STANDING)
  noticeStanding: NoticeStanding | null;

  @ApiProperty(NOTICE_STANDING_REASON)
  noticeStandingReason: string | null;

  @ApiProperty(DESPITE)
  despite: DespiteView | null;
}

export class InformationView {
  @ApiProperty({ enum: LANGUAGES, example: 'en' })
  language: Language;

  @ApiProperty({ enum: ['ltr', 'rtl'], example: 'ltr' })
  direction: 'ltr' | 'rtl';

  @ApiProperty({ example: 'Your rights during the reflection period' })
  title: string;

  @ApiProperty({
    type: [String],
    example: ['You have the right to stay in France from 18 November 2026 to 18 December 2026.'],
  })
  paragraphs: readonly string[];
}

export class RegisterMonth {
  @ApiProperty({ example: '2026-11' })
  month: string;

  @ApiProperty({ description: 'Receipts handed over', example: 4 })
  receipts: number;

  @ApiProperty({ description: 'Of them ended early', example: 1 })
  endedEarly: number;

  @ApiProperty({ description: 'Of them breached, remedied or not', example: 0 })
  breached: number;
}

/** Exact: it stays inside the préfecture. */
export class RegisterCounts {
  @ApiProperty({ example: 2026 })
  year: number;

  @ApiProperty({ example: 31 })
  receipts: number;

  @ApiProperty({ example: 3 })
  endedEarly: number;

  @ApiProperty({ description: 'Running today', example: 5 })
  running: number;

  @ApiProperty({ example: 1 })
  breached: number;

  @ApiProperty({ description: 'Breaches that nobody has remedied', example: 0 })
  unremedied: number;

  @ApiProperty({ type: [RegisterMonth] })
  months: readonly RegisterMonth[];
}
