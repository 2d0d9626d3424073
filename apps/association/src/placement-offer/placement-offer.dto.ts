import { DECLINE_REASONS, type DeclineReason, type PlacementOfferedV1 } from '@liaison/contracts';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { BED_STATES, type BedState } from '../beds/beds.entity';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };

export class OfferProtectionBody {
  @ApiProperty({ description: 'A measure hides who the child is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the child lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class AcceptBody {
  @ApiPropertyOptional({
    type: () => OfferProtectionBody,
    description: 'Never shown to anybody. Absent: the shelter states that it knows of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OfferProtectionBody)
  protection?: OfferProtectionBody;
}

export class DeclineBody {
  @ApiProperty({ enum: DECLINE_REASONS, example: 'no-staff' })
  @IsIn(DECLINE_REASONS)
  reason: DeclineReason;
}

export class AnsweredOffer {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: BED_STATES, example: 'accepted' })
  state: BedState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ example: true, description: 'Whether whoever asked may be told, as would be decided now' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  denial: string | null;

  @ApiProperty({ example: true, description: 'Whether they are told where the place is' })
  addressTold: boolean;
}

export class ListOffersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: BED_STATES, example: 'held' })
  @IsOptional()
  @IsIn(BED_STATES)
  state?: BedState;
}

/** Nothing about the children but how many beds they need. */
export class OfferItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(ID)
  placeId: string;

  @ApiProperty({ ...ID, description: 'By which you and the sender know the case' })
  reference: string;

  @ApiProperty({ example: 'ase-75' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ example: 2 })
  beds: number;

  @ApiProperty({ ...INSTANT, description: 'From then on a bed that is only held is free again' })
  answerBy: string;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  answeredAt: string | null;

  @ApiProperty({ enum: BED_STATES, example: 'held' })
  state: BedState;

  @ApiProperty({
    format: 'date',
    type: String,
    nullable: true,
    example: null,
    description: 'Since when the children are there, as child protection says',
  })
  admittedOn: string | null;

  @ApiProperty(VERSION)
  version: number;
}

export class OfferPage {
  @ApiProperty({ type: [OfferItem] })
  items: readonly OfferItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class OfferProvenance {
  @ApiProperty({ example: 'ase-75' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'placement@2' })
  convention: string;
}

export class OfferView extends OfferItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
      secure: 'needed',
    },
    description: 'What is needed, as far as your roles may read it; no name before you accept',
  })
  content: Partial<PlacementOfferedV1>;

  @ApiProperty({ type: [String], example: ['exploitation.departements'] })
  withheld: readonly string[];

  @ApiProperty({ type: OfferProvenance })
  provenance: OfferProvenance;
}
