import { MOST_BEDS, PLACE_SEXES } from '@liaison/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
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

/** Where a place is: told to those only who take somebody there (R23). */
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

/** What is said of every place, whoever it is for. */
export abstract class AnyPlaceBody {
  @ApiProperty({ maxLength: 100, example: 'Maison bleue', description: 'What you call it; told to nobody' })
  @MaxLength(100)
  @Matches(LINE, ONE_LINE)
  label: string;

  @ApiProperty({ maxLength: 3, example: '35', description: 'INSEE code of the département' })
  @MaxLength(3)
  @Matches(/^[0-9AB]{2,3}$/, { message: '$property must be the INSEE code of a département' })
  departement: string;

  @ApiProperty({ type: () => PlaceAddressBody })
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceAddressBody)
  address: PlaceAddressBody;

  @ApiProperty({ enum: PLACE_SEXES, isArray: true, example: ['female'] })
  @IsArray()
  @ArrayUnique()
  @IsIn(PLACE_SEXES, { each: true })
  sexes: (typeof PLACE_SEXES)[number][];

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
export abstract class AnyPlaceItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'Maison bleue', description: 'What you call it' })
  label: string;

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
