import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, MaxLength } from 'class-validator';
import { AGENT, AGENT_PATTERN, ID, INSTANT, LINE, VERSION } from '../dto';
import type { AssignmentEvent } from './assignment';

const REASON = {
  example: 'On leave until Monday',
  maxLength: 200,
  description: 'For colleagues; it never leaves',
};
const NULLABLE_AGENT = { ...AGENT, type: String, nullable: true } as const;

export class HandOverBody {
  @ApiProperty({ ...AGENT, description: 'Pseudonym of a colleague of your unit' })
  @Matches(AGENT_PATTERN, { message: '$property must be a pseudonym, as GET /v1/colleagues lists them' })
  to: string;

  @ApiPropertyOptional(REASON)
  @IsOptional()
  @MaxLength(200)
  @Matches(LINE, { message: '$property must be one line of text' })
  reason?: string;
}

export class ColleaguePath {
  @ApiProperty({ ...AGENT, description: 'Pseudonym of a colleague of your unit' })
  @Matches(AGENT_PATTERN, { message: '$property must be a pseudonym, as GET /v1/colleagues lists them' })
  agent: string;
}

export class ListChangesQuery extends PageQuery {}

export class AssignmentView {
  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty({ ...NULLABLE_AGENT, description: 'Who has it; null: nobody' })
  assignee: string | null;

  @ApiProperty({ description: 'Whether that is you' })
  mine: boolean;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, description: 'Null where nobody ever had it' })
  since: string | null;

  @ApiProperty({ ...VERSION, description: 'Number of the state, as in ETag; 0 before the first change' })
  version: number;
}

export class AssignmentChange {
  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ enum: ['taken', 'handed-over', 'released'], example: 'handed-over' })
  kind: AssignmentEvent['type'];

  @ApiProperty({ ...NULLABLE_AGENT, description: 'Who has had it since; null: nobody' })
  assignee: string | null;

  @ApiProperty({ ...AGENT, description: 'Who did it' })
  by: string;

  @ApiProperty({ type: String, nullable: true, example: REASON.example })
  reason: string | null;

  @ApiProperty(INSTANT)
  at: string;
}

export class AssignmentHistory {
  @ApiProperty({ type: [AssignmentChange], description: 'Newest first' })
  items: readonly AssignmentChange[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ColleagueView {
  @ApiProperty(AGENT)
  agent: string;

  @ApiProperty({ description: 'Whether that is you' })
  you: boolean;

  @ApiProperty({ type: [String], example: ['caseworker'] })
  roles: readonly string[];

  @ApiProperty({ ...INSTANT, description: 'When they last worked here, to the hour' })
  seenAt: string;

  @ApiProperty({ example: 12, description: 'Cases that they have' })
  cases: number;
}

export class ColleagueList {
  @ApiProperty({ type: [ColleagueView], description: 'Those seen last first' })
  items: readonly ColleagueView[];
}

export class HandedOver {
  @ApiProperty({ example: 12, description: 'Cases that have changed hands' })
  handedOver: number;

  @ApiProperty({ example: 0, description: 'Cases that they still have: repeat with a new Idempotency-Key' })
  remaining: number;
}
