import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { PersonSummary } from '../cases/person';
import { AGENT, ID, INSTANT, LINE } from '../dto';

/** `new`: nobody has taken note; `due-soon`: within its warning; `mine`, `unassigned`: by who has the case. */
export const SECTIONS = ['new', 'overdue', 'due-soon', 'mine', 'unassigned'] as const;
export type Section = (typeof SECTIONS)[number];

const SECTION = { enum: SECTIONS, description: 'Default: everything that is open', example: 'overdue' };
const KIND = { example: 'notice', maxLength: 40, description: 'Kind of work, as items name it' };

export class DeskFilter {
  @ApiPropertyOptional(SECTION)
  @IsOptional()
  @IsIn(SECTIONS)
  section?: Section;

  @ApiPropertyOptional(KIND)
  @IsOptional()
  @MaxLength(40)
  @Matches(/^[a-z]+(-[a-z]+)*$/, { message: '$property must be a kind of work, such as notice' })
  kind?: string;
}

export class DeskQuery extends PageQuery {
  @ApiPropertyOptional(SECTION)
  @IsOptional()
  @IsIn(SECTIONS)
  section?: Section;

  @ApiPropertyOptional(KIND)
  @IsOptional()
  @MaxLength(40)
  @Matches(/^[a-z]+(-[a-z]+)*$/, { message: '$property must be a kind of work, such as notice' })
  kind?: string;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'With who each case is about, as far as your roles may read; each is recorded as a reading',
  })
  @IsOptional()
  @QueryFlag()
  person?: boolean;
}

export class FilterPath {
  @ApiProperty({ maxLength: 60, example: 'Late renewals', description: 'Your own name for it' })
  @MaxLength(60)
  @Matches(LINE, { message: '$property must be one line of text' })
  name: string;
}

export class SavedFilter extends FilterPath {
  @ApiProperty({ type: DeskFilter, example: { section: 'overdue', kind: 'permit' } })
  filter: DeskFilter;
}

export class SavedFilters {
  @ApiProperty({ type: [SavedFilter], description: 'Yours, by name' })
  items: readonly SavedFilter[];
}

export class DeskCounts {
  @ApiProperty({ example: 3 })
  new: number;

  @ApiProperty({ example: 1 })
  overdue: number;

  @ApiProperty({ example: 4 })
  dueSoon: number;

  @ApiProperty({ example: 12 })
  mine: number;

  @ApiProperty({ example: 5 })
  unassigned: number;

  @ApiProperty({ example: 40, description: 'Everything that is open' })
  open: number;
}

export class DeskItem {
  @ApiProperty(KIND)
  kind: string;

  @ApiProperty({ ...ID, description: 'What it is about: the notice, the permit, the period, the delivery' })
  id: string;

  @ApiProperty({ ...ID, type: String, nullable: true, description: 'Null where there is no case yet' })
  caseId: string | null;

  @ApiProperty(INSTANT)
  since: string;

  @ApiProperty({ example: true, description: 'Nobody of this agency has taken note of it' })
  isNew: boolean;

  @ApiProperty({ ...INSTANT, type: String, nullable: true })
  dueAt: string | null;

  @ApiProperty({ example: false })
  overdue: boolean;

  @ApiProperty({ example: true, description: 'Not overdue, and within its warning' })
  dueSoon: boolean;

  @ApiProperty({ ...AGENT, type: String, nullable: true, description: 'Who has the case; null: nobody' })
  assignee: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'police-75',
    description: 'Which agency it came from',
  })
  sender: string | null;

  @ApiProperty({ type: PersonSummary, nullable: true, description: 'Null where it was not asked for' })
  person: PersonSummary | null;
}

export class DeskPage {
  @ApiProperty({ ...AGENT, description: 'Your pseudonym, by which colleagues hand cases over to you' })
  you: string;

  @ApiProperty({ type: DeskCounts })
  counts: DeskCounts;

  @ApiProperty({ type: [DeskItem], description: 'What is due first comes first, then what came last' })
  items: readonly DeskItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}
