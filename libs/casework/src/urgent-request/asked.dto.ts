import {
  BREAK_GLASS_GROUNDS,
  type BreakGlassGround,
  URGENT_NEEDS,
  type UrgentNeed,
} from '@liaison/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Max,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ID, INSTANT } from '../dto';
import {
  AGENCY,
  DeliveryView,
  DirectoryId,
  GROUND,
  ListQuery,
  NEEDS,
  NO_INSTANT,
  RequestItem,
  SoughtPersonBody,
  UrgentAnswer,
  UrgentQuestion,
  Withheld,
  Words,
} from './exchange.dto';
import { ASKED_STATES, type AskedState } from './urgent-request';

/** Nobody waits longer in an emergency; what can wait is an ordinary request. */
const MOST_HOURS = 72;

export class AskUrgentlyBody {
  @ApiProperty({ ...AGENCY, description: 'Who is asked' })
  @DirectoryId('an agency')
  agency: string;

  @ApiPropertyOptional({ example: 'brp', description: 'Its unit. Default: the one that has the case' })
  @IsOptional()
  @DirectoryId('a unit')
  unit?: string;

  @ApiPropertyOptional({ ...ID, description: 'The case of your unit that it is about' })
  @IsOptional()
  @IsUUID()
  caseId?: string;

  @ApiPropertyOptional({
    type: SoughtPersonBody,
    description:
      'Who it is about, as you know them yourself. Needed where you and that agency share no case of theirs; nothing out ' +
      'of what others told you',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SoughtPersonBody)
  person?: SoughtPersonBody;

  @ApiProperty({ ...GROUND, description: 'The vital interest that the answer rests on' })
  @IsIn(BREAK_GLASS_GROUNDS)
  ground: BreakGlassGround;

  @ApiProperty({ ...NEEDS, minItems: 1, maxItems: 4, description: 'No more than the emergency needs' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(URGENT_NEEDS.length)
  @ArrayUnique()
  @IsIn(URGENT_NEEDS, { each: true })
  needs: UrgentNeed[];

  @ApiProperty({
    minLength: 20,
    maxLength: 2_000,
    description: 'Why it cannot wait: read by whoever answers',
    example: 'She called from an unknown place and says that they are at the door.',
  })
  @MinLength(20)
  @Words()
  reason: string;

  @ApiProperty({ minimum: 1, maximum: MOST_HOURS, example: 2, description: 'By when you need it' })
  @IsInt()
  @Min(1)
  @Max(MOST_HOURS)
  hours: number;
}

export class ListAskedQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ASKED_STATES, example: 'asked' })
  @IsOptional()
  @IsIn(ASKED_STATES)
  state?: AskedState;
}

export class AskedItem extends RequestItem {
  @ApiProperty({ ...AGENCY, description: 'Who was asked' })
  agency: string;

  @ApiProperty(GROUND)
  ground: BreakGlassGround;

  @ApiProperty(INSTANT)
  askedAt: string;

  @ApiProperty({
    enum: ASKED_STATES,
    example: 'asked',
    description: '`withdrawn`: nobody here waits for an answer any more',
  })
  state: AskedState;

  @ApiProperty({ ...NO_INSTANT, description: 'Also where an answer crossed the withdrawal' })
  withdrawnAt: string | null;
}

export class AskedPage {
  @ApiProperty({ type: [AskedItem] })
  items: readonly AskedItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class AskedView extends AskedItem {
  @ApiProperty({ type: UrgentQuestion, description: 'As it was asked, as far as your roles may read it' })
  question: UrgentQuestion;

  @ApiProperty({
    type: UrgentAnswer,
    nullable: true,
    description: 'As far as your roles may read it; null without one, or where it is no longer kept',
  })
  answer: UrgentAnswer | null;

  @Withheld()
  withheld: readonly string[];

  @ApiProperty({ type: DeliveryView, nullable: true, description: 'Of the question' })
  delivery: DeliveryView | null;
}
