import {
  BREAK_GLASS_GROUNDS,
  type BreakGlassGround,
  URGENT_NEEDS,
  URGENT_REFUSALS,
  type UrgentNeed,
  type UrgentRefusal,
} from '@liaison/contracts';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ID, INSTANT, LINE, LINES, VERSION } from '../dto';
import { ASKED_STATES, type AskedState, RECEIVED_STATES, type ReceivedState } from './urgent-request';

/** Nobody waits longer in an emergency; what can wait is an ordinary request. */
const MOST_HOURS = 72;
const DIRECTORY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const GROUND = { enum: BREAK_GLASS_GROUNDS, example: 'danger-to-life' };
const NEEDS = { enum: URGENT_NEEDS, isArray: true, example: ['whereabouts', 'contact'] };
const AGENCY = { example: 'police-75' };
const NO_ID = { ...ID, type: String, nullable: true };
const NO_INSTANT = { ...INSTANT, type: String, nullable: true, example: null };
const REFUSAL = { enum: URGENT_REFUSALS, example: 'enquiry-secrecy' };

const Line = (maxLength: number): PropertyDecorator =>
  applyDecorators(MaxLength(maxLength), Matches(LINE, { message: '$property must be one line of text' }));
const Words = (): PropertyDecorator =>
  applyDecorators(MaxLength(2_000), Matches(LINES, { message: '$property must be text, not blank' }));
const DirectoryId = (what: string): PropertyDecorator =>
  applyDecorators(MaxLength(63), Matches(DIRECTORY_ID, { message: `$property must be the id of ${what}` }));

export class SoughtPersonBody {
  @ApiProperty({ example: 'Osagie', maxLength: 100 })
  @Line(100)
  familyName: string;

  @ApiPropertyOptional({ example: 'Blessing', maxLength: 100 })
  @IsOptional()
  @Line(100)
  givenNames?: string;

  @ApiPropertyOptional({ example: '2001-06-14', description: '`YYYY-MM-DD`, or as much of it as is known' })
  @IsOptional()
  @Matches(/^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, {
    message: '$property must be YYYY-MM-DD, YYYY-MM or YYYY',
  })
  birthDate?: string;

  @ApiPropertyOptional({ example: 'NG', description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: '$property must be a country code of two capital letters' })
  nationality?: string;
}

export class AskUrgentlyBody {
  @ApiProperty({ ...AGENCY, description: 'Who is asked' })
  @DirectoryId('an agency')
  agency: string;

  @ApiPropertyOptional({ example: 'brp', description: 'Its unit. Default: the one that has the case' })
  @IsOptional()
  @DirectoryId('a unit')
  unit?: string;

  @ApiPropertyOptional({ ...ID, description: 'The case of your unit that it is about' })
  @IsOptional()
  @IsUUID()
  caseId?: string;

  @ApiPropertyOptional({
    type: SoughtPersonBody,
    description:
      'Who it is about, as you know them yourself. Needed where you and that agency share no case of theirs; nothing out ' +
      'of what others told you',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SoughtPersonBody)
  person?: SoughtPersonBody;

  @ApiProperty({ ...GROUND, description: 'The vital interest that the answer rests on' })
  @IsIn(BREAK_GLASS_GROUNDS)
  ground: BreakGlassGround;

  @ApiProperty({ ...NEEDS, minItems: 1, maxItems: 4, description: 'No more than the emergency needs' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(URGENT_NEEDS.length)
  @ArrayUnique()
  @IsIn(URGENT_NEEDS, { each: true })
  needs: UrgentNeed[];

  @ApiProperty({
    minLength: 20,
    maxLength: 2_000,
    description: 'Why it cannot wait: read by whoever answers',
    example: 'She called from an unknown place and says that they are at the door.',
  })
  @MinLength(20)
  @Words()
  reason: string;

  @ApiProperty({ minimum: 1, maximum: MOST_HOURS, example: 2, description: 'By when you need it' })
  @IsInt()
  @Min(1)
  @Max(MOST_HOURS)
  hours: number;
}

export class UrgentAddressBody {
  @ApiPropertyOptional({ example: '12 rue des Inventés', maxLength: 200 })
  @IsOptional()
  @Line(200)
  line?: string;

  @ApiPropertyOptional({ example: '75018' })
  @IsOptional()
  @Matches(/^\d{5}$/, { message: '$property must be a postal code of five digits' })
  postalCode?: string;

  @ApiPropertyOptional({ example: 'Paris', maxLength: 100 })
  @IsOptional()
  @Line(100)
  commune?: string;

  @ApiPropertyOptional({ example: '75056', description: 'INSEE code' })
  @IsOptional()
  @Matches(/^(\d{5}|2[AB]\d{3})$/, { message: '$property must be the INSEE code of a commune' })
  communeCode?: string;

  @ApiPropertyOptional({ example: '75', description: 'INSEE code' })
  @IsOptional()
  @Matches(/^(0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[678])$/, {
    message: '$property must be the INSEE code of a département',
  })
  departement?: string;
}

export class UrgentContactBody {
  @ApiPropertyOptional({ example: '+33 1 99 00 12 34', maxLength: 30 })
  @IsOptional()
  @MaxLength(30)
  @Matches(/^\+?[0-9]([0-9 ().-]*[0-9])?$/, { message: '$property must be a telephone number' })
  phone?: string;

  @ApiPropertyOptional({ example: 'joy@example.org', maxLength: 254 })
  @IsOptional()
  @MaxLength(254)
  @Matches(/^[^\s@]+@[A-Za-z0-9.-]+$/, { message: '$property must be an e-mail address' })
  email?: string;
}

/** Of the person: what nobody says counts as protected. */
export class UrgentProtectionBody {
  @ApiProperty({ example: false, description: 'A measure hides who the person is (CPP 706-62-2)' })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ example: false, description: 'A measure hides where the person lives (CPP 706-57)' })
  @IsBoolean()
  address: boolean;
}

export class AnswerUrgentBody {
  @ApiPropertyOptional({ type: UrgentAddressBody, description: 'Where the person was last known to be' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UrgentAddressBody)
  address?: UrgentAddressBody;

  @ApiPropertyOptional({ type: UrgentContactBody })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UrgentContactBody)
  contact?: UrgentContactBody;

  @ApiPropertyOptional({
    maxLength: 2_000,
    example: 'Two men who held her in 2025 know the address.',
    description: 'What threatens the person',
  })
  @IsOptional()
  @Words()
  danger?: string;

  @ApiPropertyOptional({
    maxLength: 2_000,
    example: 'Pregnant, seventh month.',
    description: 'What whoever helps has to know',
  })
  @IsOptional()
  @Words()
  health?: string;

  @ApiPropertyOptional({ maxLength: 2_000, example: 'She trusts the woman at the night desk.' })
  @IsOptional()
  @Words()
  words?: string;

  @ApiPropertyOptional({
    type: UrgentProtectionBody,
    description:
      'Whether a measure protects the person. What your case says of it comes first; what nobody says counts as protected, ' +
      'and no address leaves',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UrgentProtectionBody)
  protection?: UrgentProtectionBody;
}

export class RefuseUrgentBody {
  @ApiProperty({ ...REFUSAL, description: 'Kept here; leaves only where the convention says so' })
  @IsIn(URGENT_REFUSALS)
  reason: UrgentRefusal;

  @ApiPropertyOptional({ maxLength: 2_000, example: 'Call the night desk of the prosecutor.' })
  @IsOptional()
  @Words()
  words?: string;
}

class ListQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Only those that are, or are not, overdue',
    type: Boolean,
    example: true,
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;

  @ApiPropertyOptional({ ...ID, description: 'Only those about this case of yours' })
  @IsOptional()
  @IsUUID()
  caseId?: string;
}

export class ListAskedQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ASKED_STATES, example: 'asked' })
  @IsOptional()
  @IsIn(ASKED_STATES)
  state?: AskedState;
}

export class ListReceivedQuery extends ListQuery {
  @ApiPropertyOptional({ enum: RECEIVED_STATES, example: 'open' })
  @IsOptional()
  @IsIn(RECEIVED_STATES)
  state?: ReceivedState;
}

/** What both sides list: nothing about the person. */
class RequestItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...NO_ID, description: 'The case of your unit that it is about, where there is one' })
  caseId: string | null;

  @ApiProperty({ ...NO_INSTANT, example: '2026-11-18T11:42:18.011Z', description: 'By when it is needed' })
  dueAt: string | null;

  @ApiProperty({ description: 'The time is over and nobody has answered', example: false })
  overdue: boolean;

  @ApiProperty(NO_INSTANT)
  answeredAt: string | null;

  @ApiProperty({ description: 'It was answered after that', example: false })
  late: boolean;

  @ApiProperty(VERSION)
  version: number;
}

export class AskedItem extends RequestItem {
  @ApiProperty({ ...AGENCY, description: 'Who was asked' })
  agency: string;

  @ApiProperty(GROUND)
  ground: BreakGlassGround;

  @ApiProperty(INSTANT)
  askedAt: string;

  @ApiProperty({ enum: ASKED_STATES, example: 'asked' })
  state: AskedState;
}

export class AskedPage {
  @ApiProperty({ type: [AskedItem] })
  items: readonly AskedItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

/** What became of it on its way. */
export class DeliveryView {
  @ApiProperty({ example: 'delivered', description: '`refused`: dispatch denied it, `reason` says why' })
  state: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
}

export class UrgentAnswer {
  @ApiPropertyOptional({ type: UrgentAddressBody })
  address?: UrgentAddressBody;

  @ApiPropertyOptional({ type: UrgentContactBody })
  contact?: UrgentContactBody;

  @ApiPropertyOptional({ example: 'Two men who held her in 2025 know the address.' })
  danger?: string;

  @ApiPropertyOptional({ example: 'Pregnant, seventh month.' })
  health?: string;

  @ApiPropertyOptional({ example: 'She trusts the woman at the night desk.' })
  words?: string;

  @ApiPropertyOptional(REFUSAL)
  reason?: UrgentRefusal;
}

export class UrgentQuestion {
  @ApiPropertyOptional({ example: 'She called from an unknown place and says that they are at the door.' })
  reason?: string;

  @ApiPropertyOptional(NEEDS)
  needs?: UrgentNeed[];

  @ApiPropertyOptional({ type: SoughtPersonBody })
  person?: SoughtPersonBody;
}

const Withheld = (): PropertyDecorator =>
  ApiProperty({ type: [String], example: [], description: 'Fields that you do not see' });

export class AskedView extends AskedItem {
  @ApiProperty({ type: UrgentQuestion, description: 'As it was asked, as far as your roles may read it' })
  question: UrgentQuestion;

  @ApiProperty({
    type: UrgentAnswer,
    nullable: true,
    description: 'As far as your roles may read it; null without one, or where it is no longer kept',
  })
  answer: UrgentAnswer | null;

  @Withheld()
  withheld: readonly string[];

  @ApiProperty({ type: DeliveryView, nullable: true, description: 'Of the question' })
  delivery: DeliveryView | null;
}

export class ReceivedItem extends RequestItem {
  @ApiProperty({ example: 'prefecture-75', description: 'Who asks' })
  agency: string;

  @ApiProperty({ ...ID, description: 'Id of the request at whoever asks' })
  request: string;

  @ApiProperty({ ...GROUND, type: String, nullable: true })
  ground: BreakGlassGround | null;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({
    enum: RECEIVED_STATES,
    example: 'open',
    description: '`taken-back`: whoever asked has taken it back',
  })
  state: ReceivedState;

  @ApiProperty({ ...REFUSAL, type: String, nullable: true, example: null })
  reason: UrgentRefusal | null;
}

export class ReceivedPage {
  @ApiProperty({ type: [ReceivedItem] })
  items: readonly ReceivedItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ReceivedView extends ReceivedItem {
  @ApiProperty({ type: UrgentQuestion, description: 'As far as your roles may read it' })
  question: UrgentQuestion;

  @ApiProperty({ type: UrgentAnswer, nullable: true, description: 'What your unit answered' })
  answer: UrgentAnswer | null;

  @Withheld()
  withheld: readonly string[];

  @ApiProperty({ type: DeliveryView, nullable: true, description: 'Of the answer' })
  delivery: DeliveryView | null;
}

/** What would become of an answer: names of fields only. */
export class UrgentPreview {
  @ApiProperty({ example: true, description: 'Whether an answer would leave; decided again when it is sent' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why not: a stable word' })
  denial: string | null;

  @ApiProperty({ type: [String], example: ['address.line'], description: 'Fields that reach whoever asked' })
  released: readonly string[];

  @ApiProperty({ type: [String], example: ['words'], description: 'Fields of yours that do not' })
  kept: readonly string[];
}
