import { MOST_SIBLINGS, OFFERED_SECURE, PLACE_SCHOOLINGS, type PlacementOfferedV1 } from '@liaison/contracts';
import {
  CHILD_SEXES,
  type ChildSex,
  CRITERIA,
  type Criterion,
  type Needs,
  OFFER_STATES,
  type OfferState,
  type Outcome,
  PRESUMED_MINOR,
  REQUEST_STATES,
  type RequestState,
  type Schooling,
  type SecureNeed,
} from '@liaison/placement';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { OfAgeView } from './of-age.dto';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const NO_TEXT = { type: String, nullable: true, example: null };
const OLDEST = 20;
const MOST_HOURS = 72;
const AVOIDED = ['known-to-network', 'sibling-apart'] as const;
const OUTCOMES = ['met', 'partly', 'unmet', 'unknown'] as const;

export class ChildAgesBody {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: OLDEST, example: 15 })
  @IsInt()
  @Min(0)
  @Max(OLDEST)
  from: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: OLDEST, example: 16 })
  @IsInt()
  @Min(0)
  @Max(OLDEST)
  to: number;
}

export class ChildBody {
  @ApiPropertyOptional({
    type: () => ChildAgesBody,
    description: 'Completed years that the child may have. Absent: nobody knows, and it is a minor (R15)',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ChildAgesBody)
  ages?: ChildAgesBody;

  @ApiProperty({ enum: CHILD_SEXES, example: 'female' })
  @IsIn(CHILD_SEXES)
  sex: ChildSex;

  @ApiProperty({
    type: [String],
    maxItems: 20,
    example: ['en'],
    description: 'ISO 639; empty where nobody knows',
  })
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(20)
  @Matches(/^[a-z]{2,3}$/, {
    each: true,
    message: 'each value in $property must be a language code (ISO 639)',
  })
  languages: string[];

  @ApiPropertyOptional({ enum: PLACE_SCHOOLINGS, example: 'school' })
  @IsOptional()
  @IsIn(PLACE_SCHOOLINGS)
  schooling?: Schooling;
}

export class AvoidedPlaceBody {
  @ApiProperty(ID)
  @IsUUID()
  place: string;

  @ApiProperty({ enum: AVOIDED, example: 'known-to-network' })
  @IsIn(AVOIDED)
  because: (typeof AVOIDED)[number];
}

export class NeedsBody {
  @ApiProperty({
    type: () => [ChildBody],
    minItems: 1,
    maxItems: MOST_SIBLINGS,
    description: 'One child, or siblings who stay together; those who must not have a request each',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_SIBLINGS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ChildBody)
  children: ChildBody[];

  @ApiProperty({
    type: [String],
    maxItems: 40,
    example: ['75', '93'],
    description: 'INSEE codes of every département of exploitation; empty where none is known',
  })
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(40)
  @MaxLength(3, { each: true })
  @Matches(/^[0-9AB]{2,3}$/, {
    each: true,
    message: 'each value in $property must be the INSEE code of a département',
  })
  exploitation: string[];

  @ApiProperty({
    enum: OFFERED_SECURE,
    example: 'needed',
    description: '`refused`: it would be needed, and the child does not want it',
  })
  @IsIn(OFFERED_SECURE)
  secure: SecureNeed;

  @ApiPropertyOptional({ type: () => [AvoidedPlaceBody], maxItems: 100 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => AvoidedPlaceBody)
  avoided?: AvoidedPlaceBody[];
}

export class FileRequestBody {
  @ApiProperty({ ...ID, description: 'Of the child, in your unit' })
  @IsUUID()
  caseId: string;

  @ApiProperty({ type: () => NeedsBody })
  @IsObject()
  @ValidateNested()
  @Type(() => NeedsBody)
  needs: NeedsBody;
}

/** As matching reads it. */
export const needsOf = ({ children, exploitation, secure, avoided }: NeedsBody): Needs => ({
  children: children.map(({ ages, sex, languages, schooling }) => ({
    ages: ages ? { from: ages.from, to: ages.to } : PRESUMED_MINOR,
    sex,
    languages,
    ...(schooling && { schooling }),
  })),
  exploitation,
  secure,
  avoided: (avoided ?? []).map(({ place, because }) => ({ place, because })),
});

export class OfferBody {
  @ApiProperty({ ...ID, description: 'As in the list of places' })
  @IsUUID()
  place: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_HOURS, default: 24 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_HOURS)
  answerWithinHours?: number;
}

export class RequestAnswer {
  @ApiProperty({ ...ID, description: 'Of the placement request' })
  id: string;

  @ApiProperty({ enum: REQUEST_STATES, example: 'open' })
  state: RequestState;

  @ApiProperty(VERSION)
  version: number;
}

export class MadeOffer extends RequestAnswer {
  @ApiProperty({ ...ID, description: 'Of the offer' })
  offer: string;

  @ApiProperty({ ...INSTANT, description: 'From then on the shelter holds no bed for it' })
  answerBy: string;
}

export class ListRequestsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REQUEST_STATES, example: 'open' })
  @IsOptional()
  @IsIn(REQUEST_STATES)
  state?: RequestState;
}

/** Nothing about the children. */
export class RequestItem extends RequestAnswer {
  @ApiProperty({ ...ID, description: 'Of the child' })
  caseId: string;

  @ApiProperty(INSTANT)
  filedAt: string;
}

export class RequestPage {
  @ApiProperty({ type: [RequestItem] })
  items: readonly RequestItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export type RequestContent = Partial<Pick<PlacementOfferedV1, 'children' | 'secure' | 'exploitation'>>;

export class AddressView {
  @ApiProperty({ example: '3 rue des Tilleuls' })
  line: string;

  @ApiProperty({ example: '35000' })
  postalCode: string;

  @ApiProperty({ example: 'Rennes' })
  commune: string;
}

export class OfferView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'As in the list of places' })
  place: string;

  @ApiProperty({ example: 'asso-refuge', description: 'The shelter' })
  agency: string;

  @ApiProperty(INSTANT)
  madeAt: string;

  @ApiProperty(INSTANT)
  answerBy: string;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  answeredAt: string | null;

  @ApiProperty({ enum: OFFER_STATES, example: 'held' })
  state: OfferState;

  @ApiProperty({
    ...NO_TEXT,
    description: 'Why it was declined; `refused`: no bed was free, `lapsed`: nobody answered',
  })
  reason: string | null;

  @ApiProperty({ example: false, description: 'A judge ordered it' })
  ordered: boolean;

  @ApiProperty({ enum: CRITERIA, isArray: true, example: [], description: 'What an order contradicts' })
  contradicts: readonly Criterion[];

  @ApiProperty({
    type: () => AddressView,
    nullable: true,
    description:
      'Once the shelter has accepted, for whoever takes the child there (R23); null before and after',
  })
  address: AddressView | null;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that you do not see, whatever the reason',
  })
  withheld: readonly string[];
}

export class RequestView extends RequestItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'] }],
      secure: 'needed',
    },
    description: 'What is needed, as far as your roles may read it',
  })
  content: RequestContent;

  @ApiProperty({ type: [String], example: [] })
  withheld: readonly string[];

  @ApiProperty({ type: [OfferView] })
  offers: readonly OfferView[];

  @ApiProperty({ type: OfAgeView, nullable: true, example: null })
  ofAge: OfAgeView | null;
}

export class RankedPlacesQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;
}

export class ReasonView {
  @ApiProperty({ enum: CRITERIA, example: 'distance' })
  criterion: Criterion;

  @ApiProperty({ example: true, description: 'A place that does not meet it does not fit' })
  required: boolean;

  @ApiProperty({ enum: OUTCOMES, example: 'met' })
  outcome: Outcome;

  @ApiProperty({ ...NO_TEXT, example: 'R25', description: 'Rule or source that it rests on' })
  rule: string | null;

  @ApiProperty({ example: 'Far from every département of exploitation.' })
  says: string;
}

export class RankedPlaceView {
  @ApiProperty({ ...ID, description: 'As in the list of places' })
  place: string;

  @ApiProperty({ example: 'asso-refuge', description: 'The shelter' })
  agency: string;

  @ApiProperty({ example: '35' })
  departement: string;

  @ApiProperty({ example: 3, description: 'Beds that were free when the shelter said so last' })
  free: number;

  @ApiProperty({ example: true })
  fits: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 308,
    description: 'Between chief towns, to the nearest département of exploitation',
  })
  distanceKm: number | null;

  @ApiProperty({ type: [ReasonView] })
  reasons: readonly ReasonView[];
}

export class RankedPlaces {
  @ApiProperty({ example: 12, description: 'That were looked at' })
  places: number;

  @ApiProperty({ example: 3 })
  fitting: number;

  @ApiProperty({ type: [RankedPlaceView], description: 'The best first' })
  items: readonly RankedPlaceView[];
}
