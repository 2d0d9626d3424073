import { type BreakGlassGround, URGENT_REFUSALS, type UrgentRefusal } from '@liaison/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { ID, INSTANT } from '../dto';
import {
  DeliveryView,
  GROUND,
  ListQuery,
  NO_INSTANT,
  REFUSAL,
  RequestItem,
  UrgentAddressBody,
  UrgentAnswer,
  UrgentContactBody,
  UrgentQuestion,
  Withheld,
  Words,
} from './exchange.dto';
import { RECEIVED_STATES, type ReceivedState } from './urgent-request';

/** Of the person: what nobody says counts as protected. */
export class UrgentProtectionBody {
  @ApiProperty({ example: false, description: 'A measure hides who the person is (CPP 706-62-2)' })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ example: false, description: 'A measure hides where the person lives (CPP 706-57)' })
  @IsBoolean()
  address: boolean;
}

export class AnswerUrgentBody {
  @ApiPropertyOptional({ type: UrgentAddressBody, description: 'Where the person was last known to be' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UrgentAddressBody)
  address?: UrgentAddressBody;

  @ApiPropertyOptional({ type: UrgentContactBody })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UrgentContactBody)
  contact?: UrgentContactBody;

  @ApiPropertyOptional({
    maxLength: 2_000,
    example: 'Two men who held her in 2025 know the address.',
    description: 'What threatens the person',
  })
  @IsOptional()
  @Words()
  danger?: string;

  @ApiPropertyOptional({
    maxLength: 2_000,
    example: 'Pregnant, seventh month.',
    description: 'What whoever helps has to know',
  })
  @IsOptional()
  @Words()
  health?: string;

  @ApiPropertyOptional({ maxLength: 2_000, example: 'She trusts the woman at the night desk.' })
  @IsOptional()
  @Words()
  words?: string;

  @ApiPropertyOptional({
    type: UrgentProtectionBody,
    description:
      'Whether a measure protects the person. What your case says of it comes first; what nobody says counts as protected, ' +
      'and no address leaves',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UrgentProtectionBody)
  protection?: UrgentProtectionBody;
}

export class RefuseUrgentBody {
  @ApiProperty({ ...REFUSAL, description: 'Kept here; leaves only where the convention says so' })
  @IsIn(URGENT_REFUSALS)
  reason: UrgentRefusal;

  @ApiPropertyOptional({ maxLength: 2_000, example: 'Call the night desk of the prosecutor.' })
  @IsOptional()
  @Words()
  words?: string;
}

export class ListReceivedQuery extends ListQuery {
  @ApiPropertyOptional({ enum: RECEIVED_STATES, example: 'open' })
  @IsOptional()
  @IsIn(RECEIVED_STATES)
  state?: ReceivedState;
}

export class ReceivedItem extends RequestItem {
  @ApiProperty({ example: 'prefecture-75', description: 'Who asks' })
  agency: string;

  @ApiProperty({ ...ID, description: 'Id of the request at whoever asks' })
  request: string;

  @ApiProperty({ ...GROUND, type: String, nullable: true })
  ground: BreakGlassGround | null;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({
    enum: RECEIVED_STATES,
    example: 'open',
    description: '`taken-back`: whoever asked has taken it back',
  })
  state: ReceivedState;

  @ApiProperty(NO_INSTANT)
  takenBackAt: string | null;

  @ApiProperty({ ...REFUSAL, type: String, nullable: true, example: null })
  reason: UrgentRefusal | null;
}

export class ReceivedPage {
  @ApiProperty({ type: [ReceivedItem] })
  items: readonly ReceivedItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ReceivedView extends ReceivedItem {
  @ApiProperty({ type: UrgentQuestion, description: 'As far as your roles may read it' })
  question: UrgentQuestion;

  @ApiProperty({ type: UrgentAnswer, nullable: true, description: 'What your unit answered' })
  answer: UrgentAnswer | null;

  @Withheld()
  withheld: readonly string[];

  @ApiProperty({ type: DeliveryView, nullable: true, description: 'Of the answer' })
  delivery: DeliveryView | null;
}

/** What would become of an answer: names of fields only. */
export class UrgentPreview {
  @ApiProperty({ example: true, description: 'Whether an answer would leave; decided again when it is sent' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why not: a stable word' })
  denial: string | null;

  @ApiProperty({ type: [String], example: ['address.line'], description: 'Fields that reach whoever asked' })
  released: readonly string[];

  @ApiProperty({ type: [String], example: ['words'], description: 'Fields of yours that do not' })
  kept: readonly string[];
}
