import { IsDay } from '@liaison/casework';
import {
  ORDER_CONTRADICTIONS,
  ORDER_OBSTACLES,
  ORDERED_LODGINGS,
  ORDERING_AUTHORITIES,
  type OrderContradiction,
  type OrderedLodging,
  type OrderObstacle,
  type OrderingAuthority,
  PlacementOrderedV1,
} from '@liaison/contracts';
import { MADE_ORDER_STATES, type MadeOrderState } from '@liaison/placement';
import { CheckedElsewhere, PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const DAY = { format: 'date', example: '2026-11-18' };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const DEPARTEMENT = { example: '75', description: 'INSEE code' };
/** Of an invented child. */
const CONTENT = {
  orderedBy: 'juge-des-enfants',
  orderedOn: '2026-11-18',
  civilStatus: { declared: { familyName: 'Okafor', givenNames: ['Mercy'], estimatedAge: 15 } },
  age: { ground: 'estimated' },
  departement: '35',
};

export class ListMadeOrdersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: MADE_ORDER_STATES, example: 'sent' })
  @IsOptional()
  @IsIn(MADE_ORDER_STATES)
  state?: MadeOrderState;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only those to which child protection has answered nothing for a day; or only the others',
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

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

export class LiftOrderBody {
  @ApiProperty({ enum: ORDERING_AUTHORITIES, example: 'juge-des-enfants' })
  @IsIn(ORDERING_AUTHORITIES)
  liftedBy: OrderingAuthority;

  @ApiProperty({ ...DAY, description: 'Since then it no longer stands' })
  @IsDay()
  liftedOn: string;
}

/** What would be decided now; it is decided again when it leaves. */
export class LiftedOrder {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: MADE_ORDER_STATES, example: 'lifted' })
  state: MadeOrderState;

  @ApiProperty({ ...VERSION, example: 3 })
  version: number;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
}

/** What would be decided now; it is decided again when it leaves. */
export class SentOrder {
  @ApiProperty({ ...ID, description: 'Of the order' })
  id: string;

  @ApiProperty({ enum: MADE_ORDER_STATES, example: 'sent' })
  state: MadeOrderState;

  @ApiProperty(VERSION)
  version: number;

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

  @ApiProperty({
    enum: MADE_ORDER_STATES,
    example: 'obeyed',
    description: '`not-executed`: child protection says that it cannot be',
  })
  state: MadeOrderState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({
    enum: ORDER_CONTRADICTIONS,
    isArray: true,
    example: ['departement', 'distance'],
    description: 'What child protection says that it contradicts (R24, R25): it is obeyed all the same',
  })
  contradicts: readonly OrderContradiction[];

  @ApiProperty({ enum: ORDER_OBSTACLES, type: String, nullable: true, example: null })
  obstacle: OrderObstacle | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, description: 'When child protection said so' })
  answeredAt: string | null;

  @ApiProperty({ enum: ORDERING_AUTHORITIES, type: String, nullable: true, example: null })
  liftedBy: OrderingAuthority | null;

  @ApiProperty({ ...DAY, type: String, nullable: true, example: null })
  liftedOn: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'delivered', description: 'How far it has come' })
  delivery: string | null;
}

export class MadeOrderPage {
  @ApiProperty({ type: [MadeOrder] })
  items: readonly MadeOrder[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
