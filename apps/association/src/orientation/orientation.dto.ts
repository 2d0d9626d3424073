import { ConsentView, DAY, IsDay } from '@liaison/casework';
import {
  CONSENT_FORMS,
  type ConsentForm,
  EXPLAINING,
  type Explaining,
  type OrientationRequestedV1,
  SupportedPerson,
} from '@liaison/contracts';
import type { Day } from '@liaison/kernel';
import {
  CONSENT_SCOPES,
  type ConsentScope,
  type Decline,
  ORIENTATION_OUTCOMES,
  ORIENTATION_STATES,
  type OrientationOutcome,
  type OrientationState,
  PLACE_DECLINES,
  PROPOSAL_STATES,
  type ProposalState,
} from '@liaison/placement';
import { CheckedElsewhere, PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
const NO_DAY = { ...DAY, type: String, nullable: true };
const VERSION = { description: 'Number of the state, as in ETag', example: 2 };
const LONGEST_HOURS = 72;
const CLOSINGS = ORIENTATION_OUTCOMES.filter(
  (outcome) => outcome !== 'not-eligible' && outcome !== 'consent-withdrawn',
);
type Closing = Exclude<OrientationOutcome, 'not-eligible' | 'consent-withdrawn'>;

/** For the counts. */
export class ProfileBody {
  @ApiProperty({
    example: 22,
    minimum: 18,
    maximum: 120,
    description: 'Completed years on the day of the request',
  })
  @IsInt()
  @Min(18)
  @Max(120)
  age: number;

  @ApiProperty({ example: 'NG', description: 'ISO 3166-1 alpha-2' })
  @Matches(/^[A-Z]{2}$/, { message: '$property must be a country code of two capital letters (ISO 3166-1)' })
  nationality: string;
}

export class EvaluateBody extends ProfileBody {
  @ApiProperty({
    example: true,
    description: 'Whether the scheme is for them; if not, the request is closed',
  })
  @IsBoolean()
  eligible: boolean;
}

export class ProposeBody {
  @ApiProperty({ ...ID, description: 'The place: `/v1/network-places`' })
  @IsUUID()
  place: string;

  @ApiPropertyOptional({ example: 24, minimum: 1, maximum: LONGEST_HOURS, default: 24 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_HOURS)
  answerWithinHours?: number;

  @ApiPropertyOptional({
    type: () => ProfileBody,
    description: 'Of somebody whom nobody has evaluated, because the police send them to the AFJ',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProfileBody)
  profile?: ProfileBody;
}

export class PersonAcceptsBody {
  @ApiProperty({
    type: () => SupportedPerson,
    example: { declared: { familyName: 'Osagie', givenNames: ['Blessing'], birthDate: '2004-05-17' } },
    description: 'To the place that has accepted, and to nobody else',
  })
  @IsObject()
  @CheckedElsewhere()
  civilStatus: SupportedPerson;
}

export class GiveConsentBody {
  @ApiProperty({ enum: CONSENT_SCOPES, example: 'shelter' })
  @IsIn(CONSENT_SCOPES)
  scope: ConsentScope;

  @ApiProperty({ enum: CONSENT_FORMS, example: 'written' })
  @IsIn(CONSENT_FORMS)
  form: ConsentForm;

  @ApiProperty(DAY)
  @IsDay()
  on: string;

  @ApiProperty({ example: 'en', description: 'ISO 639, in which it was explained' })
  @Matches(/^[a-z]{2,3}$/, { message: '$property must be a language code (ISO 639)' })
  language: string;

  @ApiProperty({ enum: EXPLAINING, example: 'caseworker', description: 'In what capacity you explained it' })
  @IsIn(EXPLAINING)
  capacity: Explaining;
}

export class WithdrawConsentBody {
  @ApiProperty({ enum: CONSENT_SCOPES, example: 'shelter' })
  @IsIn(CONSENT_SCOPES)
  scope: ConsentScope;
}

export class DayBody {
  @ApiProperty(DAY)
  @IsDay()
  on: string;
}

export class CloseBody {
  @ApiProperty({ enum: CLOSINGS, example: 'assisted-return' })
  @IsIn(CLOSINGS)
  outcome: Closing;
}

export class ChangedOrientation {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: ORIENTATION_STATES, example: 'evaluated' })
  state: OrientationState;

  @ApiProperty(VERSION)
  version: number;
}

export class ListOrientationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ORIENTATION_STATES, example: 'asked' })
  @IsOptional()
  @IsIn(ORIENTATION_STATES)
  state?: OrientationState;
}

/** Nothing about the person. */
export class OrientationItem extends ChangedOrientation {
  @ApiProperty(ID)
  caseId: string;

  @ApiProperty({ example: 'asso-refuge' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ ...NO_INSTANT, description: 'By when it is to be evaluated or proposed' })
  acknowledgeBy: string | null;

  @ApiProperty({ type: String, enum: ORIENTATION_OUTCOMES, nullable: true, example: null })
  outcome: OrientationOutcome | null;

  @ApiProperty({ ...NO_INSTANT, description: 'When what it says was destroyed, and why, if it was' })
  purgedAt: string | null;
}

export class OrientationPage {
  @ApiProperty({ type: [OrientationItem] })
  items: readonly OrientationItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ProposalView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The place' })
  place: string;

  @ApiProperty({ example: 'asso-refuge' })
  shelter: string;

  @ApiProperty(INSTANT)
  madeAt: string;

  @ApiProperty(INSTANT)
  answerBy: string;

  @ApiProperty({ enum: PROPOSAL_STATES, example: 'place-accepted' })
  state: ProposalState;

  @ApiProperty({ type: String, enum: [...PLACE_DECLINES, 'person'], nullable: true, example: null })
  declined: Decline | null;
}

export class OrientationView extends OrientationItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As schema `orientation-requested.v1` says, as far as your roles may read it',
    example: { needs: { ageBand: '21-24', sex: 'female', languages: ['en'], needs: [], children: 0 } },
  })
  content: Partial<OrientationRequestedV1>;

  @ApiProperty({ type: [String], description: 'Fields that are not shown', example: [] })
  withheld: readonly string[];

  @ApiProperty(NO_DAY)
  admittedOn: Day | null;

  @ApiProperty({ ...NO_DAY, description: 'Of the last word from the place' })
  followedUpOn: Day | null;

  @ApiProperty(NO_DAY)
  closedOn: Day | null;

  @ApiProperty({ type: Number, nullable: true, example: 22, description: 'As the coordination found' })
  age: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'NG' })
  nationality: string | null;

  @ApiProperty({ type: [ConsentView] })
  consents: readonly ConsentView[];

  @ApiProperty({ type: [ProposalView], description: 'In the order in which they were made' })
  proposals: readonly ProposalView[];
}
