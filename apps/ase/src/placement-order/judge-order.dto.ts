import {
  ORDER_OBSTACLES,
  ORDERED_LODGINGS,
  type OrderObstacle,
  type PlacementOrderedV1,
} from '@liaison/contracts';
import {
  CRITERIA,
  type Criterion,
  JUDGE_ORDER_STATES,
  type JudgeOrderState,
  type Lodging,
} from '@liaison/placement';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const CONTRADICTS = {
  enum: CRITERIA,
  isArray: true,
  example: ['departement', 'distance'],
  description: 'Criteria of rules that it contradicts (R24, R25): obeyed all the same. Tell the judge',
};
const MOST_HOURS = 72;

export class ListJudgeOrdersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: JUDGE_ORDER_STATES, example: 'received' })
  @IsOptional()
  @IsIn(JUDGE_ORDER_STATES)
  state?: JudgeOrderState;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only those that nobody has obeyed, or answered, for a day; or only the others',
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

export class ObeyJudgeOrderBody {
  @ApiProperty({ ...ID, description: 'The placement request of the child whom the order names' })
  @IsUUID()
  request: string;

  @ApiPropertyOptional({
    ...ID,
    description:
      'A declared place that the order allows: its shelter is asked. Absent: the child goes where no shelter of the network declares a place',
  })
  @IsOptional()
  @IsUUID()
  place?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_HOURS, example: 24 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_HOURS)
  answerWithinHours?: number;
}

export class CannotExecuteBody {
  @ApiProperty({ enum: ORDER_OBSTACLES, example: 'child-gone', description: 'Why, as the judge is told' })
  @IsIn(ORDER_OBSTACLES)
  obstacle: OrderObstacle;
}

/** Whether the judge may be told, as would be decided now. */
export class JudgeTold {
  @ApiProperty({ example: 'parquet-75' })
  agency: string;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
}

export class NotExecutedOrder {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: JUDGE_ORDER_STATES, example: 'not-executed' })
  state: JudgeOrderState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ enum: ORDER_OBSTACLES, example: 'child-gone' })
  obstacle: OrderObstacle;

  @ApiProperty({ type: JudgeTold })
  told: JudgeTold;
}

export class ObeyedOrder {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: JUDGE_ORDER_STATES, example: 'obeyed' })
  state: JudgeOrderState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty(CONTRADICTS)
  contradicts: readonly Criterion[];

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'To the shelter that is asked' })
  offer: string | null;

  @ApiProperty({ type: JudgeTold })
  told: JudgeTold;
}

/** Nothing about the child. */
export class JudgeOrderItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: 'parquet-75' })
  sender: string;

  @ApiProperty({ ...ID, description: 'By which you and the sender know the order' })
  reference: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ type: String, nullable: true, example: '35', description: 'Where the child is to live' })
  departement: string | null;

  @ApiProperty({ enum: ORDERED_LODGINGS, type: String, nullable: true, example: null })
  lodging: Lodging | null;

  @ApiProperty({ enum: JUDGE_ORDER_STATES, example: 'received' })
  state: JudgeOrderState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty(CONTRADICTS)
  contradicts: readonly Criterion[];

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'The placement request that obeys it' })
  request: string | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  obeyedAt: string | null;

  @ApiProperty({
    enum: ORDER_OBSTACLES,
    type: String,
    nullable: true,
    example: null,
    description: 'Why it cannot be executed, as the judge was told',
  })
  obstacle: OrderObstacle | null;

  @ApiProperty({
    ...INSTANT,
    type: String,
    nullable: true,
    description: 'When the judge was told last what followed',
  })
  answeredAt: string | null;

  @ApiProperty({
    format: 'date',
    type: String,
    nullable: true,
    example: null,
    description: 'Since then it no longer stands: nobody is moved by that',
  })
  liftedOn: string | null;
}

export class JudgeOrderPage {
  @ApiProperty({ type: [JudgeOrderItem] })
  items: readonly JudgeOrderItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class JudgeOrderProvenance {
  @ApiProperty({ example: 'parquet-75' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'placement-order@1' })
  convention: string;
}

export class JudgeOrderView extends JudgeOrderItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      orderedBy: 'juge-des-enfants',
      orderedOn: '2026-11-18',
      civilStatus: { declared: { givenNames: ['Mercy'] } },
    },
    description: 'The order, as far as your roles may read it',
  })
  content: Partial<PlacementOrderedV1>;

  @ApiProperty({ type: [String], example: [] })
  withheld: readonly string[];

  @ApiProperty({ type: JudgeOrderProvenance })
  provenance: JudgeOrderProvenance;
}
