import {
  ORDERED_LODGINGS,
  ORDERING_AUTHORITIES,
  type OrderedLodging,
  type OrderingAuthority,
  PlacementOrderedV1,
} from '@liaison/contracts';
import { CheckedElsewhere } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsObject, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const DAY = { format: 'date', example: '2026-11-18' };
const DEPARTEMENT = { example: '75', description: 'INSEE code' };
/** Of an invented child. */
const CONTENT = {
  orderedBy: 'juge-des-enfants',
  orderedOn: '2026-11-18',
  civilStatus: { declared: { familyName: 'Okafor', givenNames: ['Mercy'], estimatedAge: 15 } },
  age: { ground: 'estimated' },
  departement: '35',
};

export class OrderProtectionBody {
  @ApiProperty({ description: 'A measure hides who the child is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the child lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class OrderPlacementBody {
  @ApiProperty({ ...ID, description: 'Of your own agency: the child’s' })
  @IsUUID()
  caseId: string;

  @ApiProperty({
    ...DEPARTEMENT,
    description: 'INSEE code of the département whose child protection is to obey',
  })
  @Matches(/^(\d{2}|2[AB]|9[78]\d)$/, { message: '$property must be the INSEE code of a département' })
  childProtection: string;

  @ApiProperty({
    type: () => PlacementOrderedV1,
    example: CONTENT,
    description:
      '`departement` and `lodging` absent: child protection chooses; `sentAt` is set by the service',
  })
  @IsObject()
  @CheckedElsewhere()
  content: PlacementOrderedV1;

  @ApiPropertyOptional({
    type: () => OrderProtectionBody,
    description: 'Never shown to anybody. Absent: the author states that they know of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OrderProtectionBody)
  protection?: OrderProtectionBody;
}

/** What would be decided now; it is decided again when it leaves. */
export class SentOrder {
  @ApiProperty({ ...ID, description: 'Of the order' })
  id: string;

  @ApiProperty({ example: 'ase-75' })
  agency: string;

  @ApiProperty(INSTANT)
  sentAt: string;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
}

/** Whom it is for stands with the case. */
export class MadeOrder {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The child’s' })
  caseId: string;

  @ApiProperty({ example: 'ase-75' })
  agency: string;

  @ApiProperty(INSTANT)
  sentAt: string;

  @ApiProperty({ enum: ORDERING_AUTHORITIES, example: 'juge-des-enfants' })
  orderedBy: OrderingAuthority;

  @ApiProperty(DAY)
  orderedOn: string;

  @ApiProperty({ ...DAY, type: String, nullable: true, example: null })
  lastDay: string | null;

  @ApiProperty({ ...DEPARTEMENT, type: String, nullable: true })
  departement: string | null;

  @ApiProperty({ enum: ORDERED_LODGINGS, type: String, nullable: true, example: null })
  lodging: OrderedLodging | null;

  @ApiProperty({ type: String, nullable: true, example: 'delivered', description: 'How far it has come' })
  delivery: string | null;
}

export class MadeOrderPage {
  @ApiProperty({ type: [MadeOrder] })
  items: readonly MadeOrder[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
