import {
  DECLARED_LODGINGS,
  type DeclaredLodging,
  MOST_BEDS,
  PLACE_SCHOOLINGS,
  PLACE_SEXES,
  type PlaceDeclaredV1,
} from '@liaison/contracts';
import { LODGINGS, type Lodging } from '@liaison/placement';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

const LINE = /^(?=\s*\S)[^\u0000-\u001f\u007f\ud800-\udfff]*$/u;
const ONE_LINE = { message: '$property must be one line of text' };
const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const FREE = { example: 3, description: 'Beds that nobody is in and that nobody holds' };
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

/** Where a place is: told to those only who take a child there (R23). */
export class PlaceAddressBody {
  @ApiProperty({ maxLength: 200, example: '3 rue des Tilleuls' })
  @MaxLength(200)
  @Matches(LINE, ONE_LINE)
  line: string;

  @ApiProperty({ pattern: String.raw`^\d{5}$`, example: '35000' })
  @Matches(/^\d{5}$/, { message: '$property must be a postal code of five digits' })
  postalCode: string;

  @ApiProperty({ maxLength: 100, example: 'Rennes' })
  @MaxLength(100)
  @Matches(LINE, ONE_LINE)
  commune: string;
}

export class PlaceBody {
  @ApiProperty({ maxLength: 100, example: 'Maison bleue', description: 'What you call it; told to nobody' })
  @MaxLength(100)
  @Matches(LINE, ONE_LINE)
  label: string;

  @ApiProperty({
    enum: LODGINGS,
    example: 'authorised-establishment',
    description: 'A hotel is refused (CASF L221-2-3)',
  })
  @IsIn(LODGINGS)
  lodging: Lodging;

  @ApiProperty({ maxLength: 3, example: '35', description: 'INSEE code of the département' })
  @MaxLength(3)
  @Matches(/^[0-9AB]{2,3}$/, { message: '$property must be the INSEE code of a département' })
  departement: string;

  @ApiProperty({ type: () => PlaceAddressBody })
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceAddressBody)
  address: PlaceAddressBody;

  @ApiProperty({ type: () => PlaceAges, description: 'Completed years, both ends included' })
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceAges)
  ages: PlaceAges;

  @ApiProperty({ enum: PLACE_SEXES, isArray: true, example: ['female'] })
  @IsArray()
  @ArrayUnique()
  @IsIn(PLACE_SEXES, { each: true })
  sexes: PlaceDeclaredV1['sexes'];

  @ApiProperty({
    type: [String],
    maxItems: 40,
    example: ['en', 'fr'],
    description: 'ISO 639; that are spoken there',
  })
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(40)
  @Matches(/^[a-z]{2,3}$/, {
    each: true,
    message: 'each value in $property must be a language code (ISO 639)',
  })
  languages: string[];

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

  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST_BEDS, example: 3, description: 'Beds' })
  @IsInt()
  @Min(0)
  @Max(MOST_BEDS)
  capacity: number;
}

export class DeclaredPlace {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ example: true })
  open: boolean;

  @ApiProperty(FREE)
  free: number;

  @ApiProperty({ type: [String], example: ['ase-75'], description: 'Who is told, as would be decided now' })
  told: readonly string[];
}

/** Without its address. */
export class PlaceItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'Maison bleue', description: 'What you call it' })
  label: string;

  @ApiProperty({ enum: DECLARED_LODGINGS, example: 'authorised-establishment' })
  lodging: DeclaredLodging;

  @ApiProperty({ example: '35' })
  departement: string;

  @ApiProperty({ example: 3, description: 'Beds' })
  capacity: number;

  @ApiProperty(FREE)
  free: number;

  @ApiProperty({ example: true, description: 'Nobody is taken there any more where it is false' })
  open: boolean;

  @ApiProperty(VERSION)
  version: number;
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
