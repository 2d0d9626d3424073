import {
  COMPETENCE_ANSWERS,
  COMPETENCE_DECIDERS,
  COMPETENCE_GROUNDS,
  COMPETENCE_LEVELS,
  type CompetenceAnswer,
  CompetenceClaimedV1,
  type CompetenceDecider,
  type CompetenceGround,
  CompetenceHandedOverV1,
  type CompetenceLevel,
} from '@liaison/contracts';
import { CLAIM_STATES, type ClaimState, CONFLICT_STATES, type ConflictState } from '@liaison/placement';
import { CheckedElsewhere, PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';

export const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
export const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
export const OWN_CASE = { ...ID, description: 'Of your own agency' };
const DEPARTEMENT = { example: '13', description: 'INSEE code' };
const NO_DEPARTEMENT = { ...DEPARTEMENT, type: String, nullable: true };
const LINES = /^(?=\s*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;
/** Of an invented child. */
const CONTENT = {
  departement: '13',
  ground: 'residence',
  account: 'She says that she lived in Marseille for a year.',
  civilStatus: { declared: { givenNames: ['Mercy'], estimatedAge: 15 }, languages: ['en'] },
  age: { ground: 'estimated' },
};

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

/** What would be decided now; it is decided again when it leaves. */
class Decided {
  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
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

export class ListClaimsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CLAIM_STATES, example: 'received' })
  @IsOptional()
  @IsIn(CLAIM_STATES)
  state?: ClaimState;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only those whose answer is, or is not, overdue',
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

/** Nothing about the child. */
export class ClaimItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(OWN_CASE)
  caseId: string;

  @ApiProperty({ ...ID, description: 'By which you and the sender know the case' })
  reference: string;

  @ApiProperty({ ...ID, description: 'The conflict, as the sender names it' })
  conflict: string;

  @ApiProperty({ example: 'ase-75' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty(NO_INSTANT)
  answerBy: string | null;

  @ApiProperty({ example: false, description: 'Nobody has answered within the delay' })
  overdue: boolean;

  @ApiProperty({ enum: CLAIM_STATES, example: 'received' })
  state: ClaimState;

  @ApiProperty({ enum: COMPETENCE_LEVELS, type: String, nullable: true, example: null })
  level: CompetenceLevel | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  fileReceivedAt: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  takenOverAt: string | null;

  @ApiProperty(VERSION)
  version: number;
}

export class ClaimPage {
  @ApiProperty({ type: [ClaimItem] })
  items: readonly ClaimItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ClaimView extends ClaimItem {
  @ApiProperty(NO_DEPARTEMENT)
  competent: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: CONTENT,
    description: 'The claim, as far as your roles may read it',
  })
  content: Partial<CompetenceClaimedV1>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: null,
    description: 'The file, as far as your roles may read it; null as long as it has not come',
  })
  file: Partial<CompetenceHandedOverV1> | null;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'Fields that you do not see, whatever the reason',
  })
  withheld: readonly string[];
}

export class AnswerClaimBody {
  @ApiProperty({ enum: COMPETENCE_ANSWERS, example: 'refused' })
  @IsIn(COMPETENCE_ANSWERS)
  answer: CompetenceAnswer;

  @ApiPropertyOptional({
    enum: COMPETENCE_GROUNDS,
    example: 'offence',
    description: 'Of a refusal: what makes another département competent',
  })
  @IsOptional()
  @IsIn(COMPETENCE_GROUNDS)
  ground?: CompetenceGround;

  @ApiPropertyOptional({ example: 'Nobody here knows her.', maxLength: 5000 })
  @IsOptional()
  @Length(1, 5000)
  @Matches(LINES, { message: '$property must be text, not blank, without control characters' })
  account?: string;
}

export class AnsweredClaim extends Decided {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: CLAIM_STATES, example: 'refused' })
  state: ClaimState;

  @ApiProperty(VERSION)
  version: number;
}
