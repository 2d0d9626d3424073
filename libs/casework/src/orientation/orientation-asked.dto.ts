import {
  CONSENT_FORMS,
  type ConsentForm,
  EXPLAINING,
  type Explaining,
  ORIENTATION_ENDS,
  ORIENTATION_STEPS,
  type OrientationEnd,
  type OrientationRequestedV1,
  type OrientationStep,
} from '@liaison/contracts';
import { CONSENT_SCOPES, type ConsentScope, type GivenConsent } from '@liaison/placement';
import { CheckedElsewhere, PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { AGENT, DAY, ID, INSTANT, IsDay, VERSION } from '../dto';
import type { OrientationSaid } from './orientation';
import { ASKED_ORIENTATION_STATES, type AskedOrientationState } from './orientation-asked.entity';

const SAID = {
  needs: {
    sex: 'female',
    languages: ['en', 'bin'],
    needs: ['psychological-care', 'women-only'],
    children: 0,
  },
  nationality: 'NG',
  exploitation: { departements: ['75', '77'] },
  endangered: true,
  needsDistance: true,
  procedureOpen: true,
  consent: { form: 'oral-witnessed', on: '2026-11-18', language: 'en', explainedBy: 'interpreter' },
  commune: '75110',
};

export class OrientationProtectionBody {
  @ApiProperty({ description: 'A measure hides who the person is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the person lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class AskOrientationBody {
  @ApiPropertyOptional({
    ...DAY,
    example: '2004-05-17',
    description:
      'Stays here: an age band goes out. Where the case relies on one, that one counts. Absent and unknown there: nobody is oriented (R15)',
  })
  @IsOptional()
  @IsDay()
  birthDate?: string;

  @ApiProperty({ example: '75', description: 'INSEE code of the département where the person is' })
  @Matches(/^[0-9AB]{2,3}$/, { message: '$property must be the INSEE code of a département' })
  departement: string;

  @ApiPropertyOptional({
    ...ID,
    description: 'A case of your unit that it follows from, of a child who has come of age, say (R17)',
  })
  @IsOptional()
  @IsUUID()
  caseId?: string;

  @ApiPropertyOptional({
    type: () => OrientationProtectionBody,
    description: 'Never shown to anybody. Absent: you state that you know of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OrientationProtectionBody)
  protection?: OrientationProtectionBody;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: SAID,
    description:
      'As schema `orientation-requested.v1` says, without `needs.ageBand` and `requestedAt`, which follow from the rest. No name, in any field (R30)',
  })
  @IsObject()
  @CheckedElsewhere()
  content: OrientationSaid;
}

export class ChangedOrientationRequest {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: ASKED_ORIENTATION_STATES, example: 'withdrawn' })
  state: AskedOrientationState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;
}

/** What would be decided now; it is decided again when it leaves. */
export class AskedOrientation extends ChangedOrientationRequest {
  @ApiProperty({ example: 'ac-se' })
  coordination: string;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
}

export class ListAskedQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ASKED_ORIENTATION_STATES, example: 'sent' })
  @IsOptional()
  @IsIn(ASKED_ORIENTATION_STATES)
  state?: AskedOrientationState;
}

/** Nothing about the person. */
export class AskedOrientationItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'The case that it follows from' })
  caseId: string | null;

  @ApiProperty({ example: 'ac-se' })
  coordination: string;

  @ApiProperty(INSTANT)
  askedAt: string;

  @ApiProperty({ type: String, enum: ORIENTATION_STEPS, nullable: true, example: 'evaluated' })
  step: OrientationStep | null;

  @ApiProperty({ type: String, enum: ORIENTATION_ENDS, nullable: true, example: null })
  outcome: OrientationEnd | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  answeredAt: string | null;

  @ApiProperty({ enum: ASKED_ORIENTATION_STATES, example: 'answered' })
  state: AskedOrientationState;

  @ApiProperty(VERSION)
  version: number;
}

export class AskedOrientationPage {
  @ApiProperty({ type: [AskedOrientationItem] })
  items: readonly AskedOrientationItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

/** One consent to one scope, as it was given; what was withdrawn stays, as what was once given. */
export class ConsentView implements GivenConsent {
  @ApiProperty({ enum: CONSENT_SCOPES, example: 'orientation' })
  scope: ConsentScope;

  @ApiProperty({ enum: CONSENT_FORMS, example: 'oral-witnessed' })
  form: ConsentForm;

  @ApiProperty(DAY)
  on: string;

  @ApiProperty({ example: 'en', description: 'ISO 639, in which it was explained' })
  language: string;

  @ApiProperty(AGENT)
  explainedBy: string;

  @ApiProperty({ enum: EXPLAINING, example: 'interpreter' })
  capacity: Explaining;

  @ApiPropertyOptional(DAY)
  withdrawnOn?: string;
}

export class AskedOrientationView extends AskedOrientationItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As schema `orientation-requested.v1` says, as far as your roles may read it',
    example: SAID,
  })
  content: Partial<OrientationRequestedV1>;

  @ApiProperty({ type: [String], description: 'Fields that are not shown', example: [] })
  withheld: readonly string[];

  @ApiProperty({ type: [ConsentView] })
  consents: readonly ConsentView[];
}
