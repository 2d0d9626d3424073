import { type Danger, DANGERS, ReferralMadeV1 } from '@liaison/contracts';
import { CheckedElsewhere, PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { ID, INSTANT, VERSION } from '../dto';
import { RECEIVED_STATES, type ReceivedState } from './received-referral';
import { REFERRAL_DUTIES, REFERRAL_STATES, type ReferralDuty, type ReferralState } from './referral';

const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
const DEPARTEMENT = { example: '75', description: 'Where the child was found' };
const OVERDUE_ONLY = {
  type: Boolean,
  example: true,
  description: 'Only those whose acknowledgement is, or is not, overdue',
};
/** Of an invented child. */
const CONTENT = {
  civilStatus: {
    declared: { givenNames: ['Mercy'], estimatedAge: 15, estimatedAgeBasis: ['appearance'] },
    languages: ['en'],
  },
  age: { ground: 'estimated' },
  observation: { signs: ['controlled-by-others', 'debt'], by: 'own-team', on: '2026-11-18' },
  danger: { level: 'serious' },
  found: { departement: '75', stillThere: true },
  parents: 'not-found',
};

export class ReferralProtectionBody {
  @ApiProperty({ description: 'A measure hides who the child is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the child lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class MakeReferralBody {
  @ApiProperty({
    type: () => ReferralMadeV1,
    example: CONTENT,
    description:
      '`prosecutor` absent: told where the danger is immediate, and always by investigating services; `madeAt` is set by the service',
  })
  @IsObject()
  @CheckedElsewhere()
  content: ReferralMadeV1;

  @ApiPropertyOptional({
    type: () => ReferralProtectionBody,
    description: 'Never shown to anybody. Absent: the author states that they know of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ReferralProtectionBody)
  protection?: ReferralProtectionBody;
}

/** What would be decided now; it is decided again when it leaves. */
export class ToldDecision {
  @ApiProperty({ example: 'ase-75' })
  agency: string;

  @ApiProperty({ enum: REFERRAL_DUTIES, example: 'child-protection' })
  duty: ReferralDuty;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'referral@1' })
  convention: string | null;
}

export class MadeReferral {
  @ApiProperty({ ...ID, description: 'Of the referral and of its case' })
  id: string;

  @ApiProperty({ enum: REFERRAL_STATES, example: 'sent' })
  state: ReferralState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({
    example: false,
    description: 'The procureur was to be told and the directory names none: tell the parquet by telephone',
  })
  prosecutorMissing: boolean;

  @ApiProperty({ type: [ToldDecision] })
  told: readonly ToldDecision[];
}

export class ListReferralsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REFERRAL_STATES, example: 'sent' })
  @IsOptional()
  @IsIn(REFERRAL_STATES)
  state?: ReferralState;

  @ApiPropertyOptional(OVERDUE_ONLY)
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

/** Nothing about the child. */
export class ReferralItem {
  @ApiProperty({ ...ID, description: 'Of the referral and of its case' })
  id: string;

  @ApiProperty(INSTANT)
  madeAt: string;

  @ApiProperty(DEPARTEMENT)
  departement: string;

  @ApiProperty({ enum: DANGERS, example: 'serious' })
  danger: Danger;

  @ApiProperty({ example: false, description: 'The procureur was to be told and the directory names none' })
  prosecutorMissing: boolean;

  @ApiProperty({ type: [String], example: ['ase-75'], description: 'Agencies that have not taken note' })
  waitingFor: readonly string[];

  @ApiProperty({ example: false, description: 'Somebody has not taken note within the delay' })
  overdue: boolean;

  @ApiProperty({ enum: REFERRAL_STATES, example: 'sent' })
  state: ReferralState;

  @ApiProperty(VERSION)
  version: number;
}

export class ReferralPage {
  @ApiProperty({ type: [ReferralItem] })
  items: readonly ReferralItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ToldView {
  @ApiProperty({ example: 'ase-75' })
  agency: string;

  @ApiProperty({ enum: REFERRAL_DUTIES, example: 'child-protection' })
  duty: ReferralDuty;

  @ApiProperty({ ...NO_INSTANT, description: 'By its convention; null where that names no delay' })
  acknowledgeBy: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  acknowledgedAt: string | null;

  @ApiProperty({ example: false })
  overdue: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'delivered', description: 'How far it has come' })
  delivery: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it has come no further' })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'referral@1' })
  convention: string | null;
}

export class ReferralView extends ReferralItem {
  @ApiProperty({ type: [ToldView] })
  told: readonly ToldView[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: CONTENT,
    description: 'As far as your roles may read it',
  })
  content: Partial<ReferralMadeV1>;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that you do not see, whatever the reason',
  })
  withheld: readonly string[];
}

export class ListReceivedQuery extends PageQuery {
  @ApiPropertyOptional({ enum: RECEIVED_STATES, example: 'new' })
  @IsOptional()
  @IsIn(RECEIVED_STATES)
  state?: ReceivedState;

  @ApiPropertyOptional(OVERDUE_ONLY)
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

/** Nothing about the child. */
export class ReceivedReferralItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'Of your own agency' })
  caseId: string;

  @ApiProperty({ ...ID, description: 'By which you and the sender know the case' })
  reference: string;

  @ApiProperty({ example: 'asso-refuge' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ ...DEPARTEMENT, type: String, nullable: true })
  departement: string | null;

  @ApiProperty({
    enum: DANGERS,
    type: String,
    nullable: true,
    example: 'serious',
    description: 'Where your roles may read it',
  })
  danger: Danger | null;

  @ApiProperty({ ...NO_INSTANT, description: 'By its convention; null where that names no delay' })
  acknowledgeBy: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  acknowledgedAt: string | null;

  @ApiProperty({ example: false, description: 'Nobody has taken note within the delay' })
  overdue: boolean;

  @ApiProperty({ enum: RECEIVED_STATES, example: 'new' })
  state: ReceivedState;

  @ApiProperty(VERSION)
  version: number;
}

export class ReceivedReferralPage {
  @ApiProperty({ type: [ReceivedReferralItem] })
  items: readonly ReceivedReferralItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ReferralProvenance {
  @ApiProperty({ example: 'asso-refuge' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'referral@1' })
  convention: string;
}

export class ReceivedReferralView extends ReceivedReferralItem {
  @ApiProperty({ ...NO_INSTANT, description: 'Until when its convention lets you keep it' })
  keepUntil: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: CONTENT,
    description: 'As far as your roles may read it',
  })
  content: Partial<ReferralMadeV1>;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that you do not see, whatever the reason',
  })
  withheld: readonly string[];

  @ApiProperty({ type: ReferralProvenance })
  provenance: ReferralProvenance;
}

export class AcknowledgedReferral {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: RECEIVED_STATES, example: 'acknowledged' })
  state: ReceivedState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty(INSTANT)
  acknowledgedAt: string;

  @ApiProperty({ example: true, description: 'Whether its sender may be told, as would be decided now' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  denial: string | null;
}
