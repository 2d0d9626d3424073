import {
  COMPETENCE_DECIDERS,
  COMPETENCE_GROUNDS,
  COMPETENCE_LEVELS,
  CompetenceClaimedV1,
  type CompetenceDecider,
  type CompetenceGround,
  type CompetenceLevel,
} from '@liaison/contracts';
import { CONFLICT_STATES, type ConflictState } from '@liaison/placement';
import { CheckedElsewhere, PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import {
  CONTENT,
  Decided,
  DEPARTEMENT,
  ID,
  INSTANT,
  NO_DEPARTEMENT,
  NO_INSTANT,
  OWN_CASE,
  VERSION,
} from './dto';

export class ClaimProtectionBody {
  @ApiProperty({ description: 'A measure hides who the child is (CPP 706-62-2)', example: false })
  @IsBoolean()
  identity: boolean;

  @ApiProperty({ description: 'A measure hides where the child lives (CPP 706-57)', example: false })
  @IsBoolean()
  address: boolean;
}

export class ClaimCompetenceBody {
  @ApiProperty(OWN_CASE)
  @IsUUID()
  caseId: string;

  @ApiProperty({
    type: () => CompetenceClaimedV1,
    example: CONTENT,
    description: '`found`, `shelteredSince`, `conflict`, `claimedAt` and `answerBy` are set by the service',
  })
  @IsObject()
  @CheckedElsewhere()
  content: CompetenceClaimedV1;

  @ApiPropertyOptional({
    type: () => ClaimProtectionBody,
    description: 'Never shown to anybody. Absent: the author states that they know of no measure',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ClaimProtectionBody)
  protection?: ClaimProtectionBody;
}

export class ClaimedCompetence extends Decided {
  @ApiProperty({ ...ID, description: 'Of the conflict' })
  id: string;

  @ApiProperty({ enum: CONFLICT_STATES, example: 'claimed' })
  state: ConflictState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ example: 'ase-13' })
  agency: string;

  @ApiProperty(INSTANT)
  answerBy: string;

  @ApiProperty({ type: String, nullable: true, example: 'competence@1' })
  convention: string | null;
}

export class EscalatedCompetence {
  @ApiProperty({ ...ID, description: 'Of the conflict' })
  id: string;

  @ApiProperty({ enum: CONFLICT_STATES, example: 'in-conflict' })
  state: ConflictState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ enum: COMPETENCE_LEVELS, example: 'departmental' })
  level: CompetenceLevel;

  @ApiProperty(INSTANT)
  decideBy: string;

  @ApiProperty({
    type: [String],
    example: ['parquet-75'],
    description: 'Who is asked to decide; empty: the directory names nobody, ask by telephone',
  })
  told: readonly string[];
}

export class ObeyOrderBody {
  @ApiProperty({ ...DEPARTEMENT, description: 'One of the two, as the judge ordered' })
  @Matches(/^(\d{2,3}|2[AB])$/, { message: '$property must be the INSEE code of a département' })
  departement: string;
}

export class SettledConflict {
  @ApiProperty({ ...ID, description: 'Of the conflict' })
  id: string;

  @ApiProperty({ enum: CONFLICT_STATES, example: 'decided' })
  state: ConflictState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ ...NO_DEPARTEMENT, description: 'The competent one' })
  departement: string | null;
}

export class HandedOverFile extends Decided {
  @ApiProperty({ ...ID, description: 'Of the conflict' })
  id: string;

  @ApiProperty({ enum: CONFLICT_STATES, example: 'handed-over' })
  state: ConflictState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ example: 'ase-13' })
  agency: string;

  @ApiProperty({ example: 1, description: 'Of others, that go along' })
  documents: number;

  @ApiProperty({
    example: 0,
    description: 'Of others, that no convention lets go along: the other asks their authors for them',
  })
  keptBack: number;
}

export class ListConflictsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CONFLICT_STATES, example: 'in-conflict' })
  @IsOptional()
  @IsIn(CONFLICT_STATES)
  state?: ConflictState;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only those for which a delay has, or has not, passed',
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

/** Nothing about the child. */
export class ConflictItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(OWN_CASE)
  caseId: string;

  @ApiProperty({ example: 'ase-13' })
  agency: string;

  @ApiProperty({ ...DEPARTEMENT, description: 'The one that is said to be competent' })
  departement: string;

  @ApiProperty({ enum: COMPETENCE_GROUNDS, example: 'residence' })
  ground: CompetenceGround;

  @ApiProperty(INSTANT)
  claimedAt: string;

  @ApiProperty({ enum: CONFLICT_STATES, example: 'in-conflict' })
  state: ConflictState;

  @ApiProperty({ enum: COMPETENCE_LEVELS, type: String, nullable: true, example: 'departmental' })
  level: CompetenceLevel | null;

  @ApiProperty({ ...NO_INSTANT, description: 'By when somebody is to answer, decide or take over' })
  dueAt: string | null;

  @ApiProperty({ example: false })
  overdue: boolean;

  @ApiProperty({ enum: COMPETENCE_GROUNDS, type: String, nullable: true, example: 'offence' })
  refusal: CompetenceGround | null;

  @ApiProperty({ enum: COMPETENCE_DECIDERS, type: String, nullable: true, example: null })
  decidedBy: CompetenceDecider | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  handedOverAt: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  takenOverAt: string | null;

  @ApiProperty(VERSION)
  version: number;
}

export class ConflictPage {
  @ApiProperty({ type: [ConflictItem] })
  items: readonly ConflictItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ConflictView extends ConflictItem {
  @ApiProperty(NO_DEPARTEMENT)
  competent: string | null;

  @ApiProperty({ type: [String], example: ['parquet-75'], description: 'Who was asked to decide' })
  told: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: CONTENT,
    description: 'The claim, as far as your roles may read it',
  })
  content: Partial<CompetenceClaimedV1>;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Of the refusal, as far as your roles may read it',
  })
  account: string | null;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that you do not see, whatever the reason',
  })
  withheld: readonly string[];
}
