import { PLACE_SEXES } from '@liaison/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { AnyPlaceBody, AnyPlaceItem, PlaceAddressBody } from '../beds/place.dto';

const EMERGENCY = {
  example: false,
  description: 'One of the emergency places of Paris, for those who cooperate with justice (measure 8)',
};
const FROM_POLICE = {
  example: false,
  description: 'Whom the police send there is not evaluated first (S2 4.1.3)',
};

export class AdultPlaceBody extends AnyPlaceBody {
  @ApiProperty(EMERGENCY)
  @IsBoolean()
  emergency: boolean;

  @ApiProperty(FROM_POLICE)
  @IsBoolean()
  takesFromPolice: boolean;
}

/** Without its address. */
export class AdultPlaceItem extends AnyPlaceItem {
  @ApiProperty(EMERGENCY)
  emergency: boolean;

  @ApiProperty(FROM_POLICE)
  takesFromPolice: boolean;
}

export class AdultPlacePage {
  @ApiProperty({ type: [AdultPlaceItem] })
  items: readonly AdultPlaceItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class AdultPlaceView extends AdultPlaceItem {
  @ApiProperty({ enum: PLACE_SEXES, isArray: true, example: ['female'] })
  sexes: readonly string[];

  @ApiProperty({ type: [String], example: ['en', 'fr'] })
  languages: readonly string[];

  @ApiProperty({ type: () => PlaceAddressBody })
  address: PlaceAddressBody;
}
