import {
  DECLARED_LODGINGS,
  type DeclaredLodging,
  PLACE_SCHOOLINGS,
  PLACE_SEXES,
  type PlaceDeclaredV1,
} from '@liaison/contracts';
import { LODGINGS, type Lodging } from '@liaison/placement';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { AnyPlaceBody, AnyPlaceItem, PlaceAddressBody } from '../beds/place.dto';

const OLDEST = 20;

export class PlaceAges {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: OLDEST, example: 12 })
  @IsInt()
  @Min(0)
  @Max(OLDEST)
  from: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: OLDEST, example: 17 })
  @IsInt()
  @Min(0)
  @Max(OLDEST)
  to: number;
}

export class PlaceBody extends AnyPlaceBody {
  @ApiProperty({
    enum: LODGINGS,
    example: 'authorised-establishment',
    description: 'A hotel is refused (CASF L221-2-3)',
  })
  @IsIn(LODGINGS)
  lodging: Lodging;

  @ApiProperty({ type: () => PlaceAges, description: 'Completed years, both ends included' })
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceAges)
  ages: PlaceAges;

  @ApiProperty({ example: true, description: 'Its staff is trained on trafficking' })
  @IsBoolean()
  trainedStaff: boolean;

  @ApiProperty({ example: true, description: 'For those of the most structured networks' })
  @IsBoolean()
  secure: boolean;

  @ApiProperty({ enum: PLACE_SCHOOLINGS, isArray: true, example: ['school'] })
  @IsArray()
  @ArrayUnique()
  @IsIn(PLACE_SCHOOLINGS, { each: true })
  schooling: PlaceDeclaredV1['schooling'];
}

/** Without its address. */
export class PlaceItem extends AnyPlaceItem {
  @ApiProperty({ enum: DECLARED_LODGINGS, example: 'authorised-establishment' })
  lodging: DeclaredLodging;
}

export class PlacePage {
  @ApiProperty({ type: [PlaceItem] })
  items: readonly PlaceItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class PlaceView extends PlaceItem {
  @ApiProperty({ type: () => PlaceAges })
  ages: PlaceAges;

  @ApiProperty({ enum: PLACE_SEXES, isArray: true, example: ['female'] })
  sexes: readonly string[];

  @ApiProperty({ type: [String], example: ['en', 'fr'] })
  languages: readonly string[];

  @ApiProperty({ example: true })
  trainedStaff: boolean;

  @ApiProperty({ example: true })
  secure: boolean;

  @ApiProperty({ enum: PLACE_SCHOOLINGS, isArray: true, example: ['school'] })
  schooling: readonly string[];

  @ApiProperty({ type: () => PlaceAddressBody })
  address: PlaceAddressBody;
}
