import { PageQuery } from '@liaison/platform';
import { ApiProperty } from '@nestjs/swagger';
import { DeskItem } from '../desk/desk.dto';
import { ID, INSTANT } from '../dto';

export class TimelineQuery extends PageQuery {}

export class Ground {
  @ApiProperty({ type: String, nullable: true, example: 'police-prefecture@1' })
  convention: string | null;

  @ApiProperty({
    type: [String],
    example: ['CESEDA R425-1'],
    description: 'What the release rests on. Why something is withheld is said to nobody here',
  })
  articles: readonly string[];
}

export class TimelineEntry {
  @ApiProperty(INSTANT)
  at: string;

  @ApiProperty({ example: 'notice-received' })
  kind: string;

  @ApiProperty({ ...ID, description: 'What it is about' })
  id: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'police-75',
    description: 'Null: this agency itself',
  })
  from: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'Which version, as this agency counts',
  })
  version: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { state: 'new' },
    description: 'By kind',
  })
  detail: Record<string, unknown>;

  @ApiProperty({
    type: Ground,
    nullable: true,
    description: 'On what ground this agency knows; null: its own act',
  })
  ground: Ground | null;

  @ApiProperty({
    type: [String],
    example: ['civilStatus.declared.familyName'],
    description: 'Fields that your roles may read there',
  })
  knows: readonly string[];

  @ApiProperty({
    type: [String],
    example: ['vulnerability.health'],
    description: 'Fields that are not shown, by the sender or to your roles: one mark, whatever the reason',
  })
  withheld: readonly string[];
}

export class CaseTimeline {
  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty({ type: [DeskItem], description: 'What is open, due first' })
  open: readonly DeskItem[];

  @ApiProperty({ type: [TimelineEntry], description: 'What happened, newest first' })
  items: readonly TimelineEntry[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
