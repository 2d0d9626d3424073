import {
  COMPETENCE_ANSWERS,
  COMPETENCE_GROUNDS,
  COMPETENCE_LEVELS,
  type CompetenceAnswer,
  type CompetenceClaimedV1,
  type CompetenceGround,
  type CompetenceHandedOverV1,
  type CompetenceLevel,
} from '@liaison/contracts';
import { CLAIM_STATES, type ClaimState } from '@liaison/placement';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Length, Matches } from 'class-validator';
import { CONTENT, Decided, ID, INSTANT, NO_DEPARTEMENT, NO_INSTANT, OWN_CASE, VERSION } from './dto';

const LINES = /^(?=\s*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;

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
