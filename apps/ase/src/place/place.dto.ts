import { DECLARED_LODGINGS, type DeclaredLodging, PLACE_SCHOOLINGS, PLACE_SEXES } from '@liaison/contracts';
import { ApiProperty } from '@nestjs/swagger';

export class PlaceAges {
  @ApiProperty({ example: 12 })
  from: number;

  @ApiProperty({ example: 17 })
  to: number;
}

/** A place that somebody may be placed in. Where it is, nobody here knows before a child is taken there (R23). */
export class PlaceItem {
  @ApiProperty({ format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' })
  id: string;

  @ApiProperty({ example: 'asso-refuge', description: 'The shelter' })
  agency: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-18T09:42:18.011Z' })
  declaredAt: string;

  @ApiProperty({ enum: DECLARED_LODGINGS, example: 'authorised-establishment' })
  lodging: DeclaredLodging;

  @ApiProperty({ example: '35' })
  departement: string;

  @ApiProperty({ example: 3, description: 'Beds that were free when the shelter said so last' })
  free: number;

  @ApiProperty({ type: () => PlaceAges })
  ages: PlaceAges;

  @ApiProperty({ enum: PLACE_SEXES, isArray: true, example: ['female'] })
  sexes: readonly string[];

  @ApiProperty({ type: [String], example: ['en', 'fr'], description: 'ISO 639; that are spoken there' })
  languages: readonly string[];

  @ApiProperty({ example: true })
  trainedStaff: boolean;

  @ApiProperty({ example: true })
  secure: boolean;

  @ApiProperty({ enum: PLACE_SCHOOLINGS, isArray: true, example: ['school'] })
  schooling: readonly string[];
}

export class PlacePage {
  @ApiProperty({ type: [PlaceItem] })
  items: readonly PlaceItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
