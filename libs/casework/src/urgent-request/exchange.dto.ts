import {
  BREAK_GLASS_GROUNDS,
  URGENT_NEEDS,
  URGENT_REFUSALS,
  type UrgentNeed,
  type UrgentRefusal,
} from '@liaison/contracts';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { ID, INSTANT, LINE, LINES, VERSION } from '../dto';
/** What both sides of an urgent request say and are shown. */

export const DIRECTORY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const GROUND = { enum: BREAK_GLASS_GROUNDS, example: 'danger-to-life' };
export const NEEDS = { enum: URGENT_NEEDS, isArray: true, example: ['whereabouts', 'contact'] };
export const AGENCY = { example: 'police-75' };
export const NO_ID = { ...ID, type: String, nullable: true };
export const NO_INSTANT = { ...INSTANT, type: String, nullable: true, example: null };
export const REFUSAL = { enum: URGENT_REFUSALS, example: 'enquiry-secrecy' };

export const Line = (maxLength: number): PropertyDecorator =>
  applyDecorators(MaxLength(maxLength), Matches(LINE, { message: '$property must be one line of text' }));
export const Words = (): PropertyDecorator =>
  applyDecorators(MaxLength(2_000), Matches(LINES, { message: '$property must be text, not blank' }));
export const DirectoryId = (what: string): PropertyDecorator =>
  applyDecorators(MaxLength(63), Matches(DIRECTORY_ID, { message: `$property must be the id of ${what}` }));

export class ListQuery extends PageQuery {
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

/** What both sides list: nothing about the person. */
export class RequestItem {
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

/** What became of it on its way. */
export class DeliveryView {
  @ApiProperty({ example: 'delivered', description: '`refused`: dispatch denied it, `reason` says why' })
  state: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
}

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

export const Withheld = (): PropertyDecorator =>
  ApiProperty({ type: [String], example: [], description: 'Fields that you do not see' });
