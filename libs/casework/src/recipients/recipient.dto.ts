import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';

const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z', nullable: true, type: String };

export class RecipientPath {
  @ApiProperty({ example: 'prefecture-75', maxLength: 100, description: 'Agency id' })
  @IsString()
  @MaxLength(100)
  @Matches(/^[a-z0-9]+([-.][a-z0-9]+)*$/, { message: '$property must be an id of the directory' })
  recipient: string;
}

/** What waits for one recipient, and whether its inbox can be reached. */
export class RecipientItem {
  @ApiProperty({ example: 'prefecture-75', description: 'Agency id; a topic where it is no agency’s inbox' })
  recipient: string;

  @ApiProperty({
    enum: ['closed', 'open', 'half-open'],
    description:
      '`closed`: it is sent to. `open`: its inbox cannot be reached, and nothing is frozen or sent',
  })
  breaker: string;

  @ApiProperty({ ...INSTANT, description: 'Since when it is closed, or has not been; null: it always was' })
  since: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'topic-unknown' })
  reason: string | null;

  @ApiProperty({ example: 4, description: 'Tries that failed since it opened' })
  attempts: number;

  @ApiProperty(INSTANT)
  nextTryAt: string | null;

  @ApiProperty({ example: 12, description: 'Intents not yet dispatched, of every kind' })
  waiting: number;

  @ApiProperty({ type: Number, nullable: true, example: 341.2, description: 'Age of the oldest of them' })
  oldestSeconds: number | null;

  @ApiProperty({ example: 1, description: 'Frozen, and not known to be at the broker' })
  frozen: number;
}

export class RecipientList {
  @ApiProperty({ type: [RecipientItem], description: 'Those that cannot be reached first, then by age' })
  items: readonly RecipientItem[];
}

export class RecipientRetry {
  @ApiProperty({ description: 'False: its breaker is not open, or it is being tried already' })
  triesNow: boolean;
}
