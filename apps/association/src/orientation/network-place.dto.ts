import { PLACE_SEXES } from '@liaison/contracts';
import { ApiProperty } from '@nestjs/swagger';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };

export class NetworkPlaceItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'asso-refuge' })
  shelter: string;

  @ApiProperty({ example: '35', description: 'INSEE code; where exactly is known to the shelter alone' })
  departement: string;

  @ApiProperty({ example: 2 })
  free: number;

  @ApiProperty({ enum: PLACE_SEXES, isArray: true, example: ['female'] })
  sexes: readonly string[];

  @ApiProperty({ type: [String], example: ['en', 'bin'] })
  languages: readonly string[];

  @ApiProperty({ example: false, description: 'An emergency place of Paris (measure 8)' })
  emergency: boolean;

  @ApiProperty({ example: false, description: 'Whom the police send there is not evaluated (AFJ)' })
  takesFromPolice: boolean;
}

export class NetworkPlacePage {
  @ApiProperty({ type: [NetworkPlaceItem] })
  items: readonly NetworkPlaceItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
