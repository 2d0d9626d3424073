import { BREAK_GLASS_GROUNDS, type BreakGlassGround } from '@liaison/contracts';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { AGENT, ID, INSTANT, LINES, VERSION } from '../dto';
import { VERDICTS, type Verdict } from './break-glass';

const SHORTEST = 20;
const LONGEST = 2_000;
const GROUND = { enum: BREAK_GLASS_GROUNDS, example: 'danger-to-life' };

export class OpenBreakGlassBody {
  @ApiProperty({ ...GROUND, description: 'The vital interest; the agency that the case came from is told' })
  @IsIn(BREAK_GLASS_GROUNDS)
  ground: BreakGlassGround;

  @ApiProperty({
    minLength: SHORTEST,
    maxLength: LONGEST,
    description: 'Why it cannot wait, for whoever reviews it; it never leaves the agency',
    example: 'She called from an unknown place and says that they are at the door.',
  })
  @MinLength(SHORTEST)
  @MaxLength(LONGEST)
  @Matches(LINES, { message: '$property must be text, not blank' })
  reason: string;

  @ApiProperty({ minimum: 1, maximum: 72, example: 2, description: 'It ends by itself after so many hours' })
  @IsInt()
  @Min(1)
  @Max(72)
  hours: number;
}

export class ReviewBody {
  @ApiProperty({ enum: VERDICTS, example: 'approved', description: 'An objection ends what is still open' })
  @IsIn(VERDICTS)
  verdict: Verdict;

  @ApiProperty({
    minLength: SHORTEST,
    maxLength: LONGEST,
    example: 'The call is in the register of the desk; nothing else would have helped.',
  })
  @MinLength(SHORTEST)
  @MaxLength(LONGEST)
  @Matches(LINES, { message: '$property must be text, not blank' })
  words: string;
}

export class ListBreakGlassQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Those that wait for their review, or those that do not',
    example: true,
  })
  @QueryFlag()
  unreviewed?: boolean;
}

export class BreakGlassItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The case' })
  caseId: string;

  @ApiProperty({ ...AGENT, description: 'Pseudonym of whoever opened it' })
  by: string;

  @ApiProperty({ description: 'Whether that is you' })
  mine: boolean;

  @ApiProperty(GROUND)
  ground: BreakGlassGround;

  @ApiProperty({ type: String, nullable: true, example: 'police-75', description: 'Who is told of it' })
  recipient: string | null;

  @ApiProperty(INSTANT)
  openedAt: string;

  @ApiProperty(INSTANT)
  until: string;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null, description: 'Ended before that' })
  endedAt: string | null;

  @ApiProperty({ description: 'Whether it shows anything now' })
  open: boolean;

  @ApiProperty({ ...INSTANT, description: 'Until when a second person has to review it' })
  reviewBy: string;

  @ApiProperty({ description: 'Not reviewed by then', example: false })
  overdue: boolean;

  @ApiProperty({ enum: VERDICTS, type: String, nullable: true, example: null })
  verdict: Verdict | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  reviewedAt: string | null;

  @ApiProperty(VERSION)
  version: number;
}

export class BreakGlassPage {
  @ApiProperty({ type: [BreakGlassItem], description: 'Newest first' })
  items: readonly BreakGlassItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class BreakGlassView extends BreakGlassItem {
  @ApiProperty({ example: 'She called from an unknown place and says that they are at the door.' })
  reason: string;

  @ApiProperty({ type: [String], example: ['assessment.danger'], description: 'Fields that it opened' })
  fields: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'What the second person said' })
  words: string | null;
}

export class ToldBreakGlass {
  @ApiProperty({ example: 'prefecture-75', description: 'Where it was opened' })
  agency: string;

  @ApiProperty({ ...ID, description: 'The opening' })
  id: string;

  @ApiProperty({ ...ID, description: 'The case here' })
  caseId: string;

  @ApiProperty({ ...GROUND, type: String, nullable: true })
  ground: string | null;

  @ApiProperty({ type: [String], example: ['assessment.danger'] })
  fields: readonly string[];

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  openedAt: string | null;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  until: string | null;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ ...INSTANT, type: String, nullable: true, example: null })
  notedAt: string | null;
}

export class ToldBreakGlassPage {
  @ApiProperty({ type: [ToldBreakGlass], description: 'Newest first, 200 at most' })
  items: readonly ToldBreakGlass[];
}
