import {
  COMPETENCE_GROUNDS,
  COMPETENCE_LEVELS,
  COMPETENCE_OUTCOMES,
  type CompetenceGround,
  type CompetenceLevel,
  type CompetenceOutcome,
} from '@liaison/contracts';
import { ARBITRATION_STATES, type ArbitrationState } from '@liaison/placement';
import { PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
const DEPARTEMENT = { example: '13', description: 'INSEE code' };
const NO_DEPARTEMENT = { ...DEPARTEMENT, type: String, nullable: true };
const NO_GROUND = { enum: COMPETENCE_GROUNDS, type: String, nullable: true };

export class ListArbitrationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ARBITRATION_STATES, example: 'open' })
  @IsOptional()
  @IsIn(ARBITRATION_STATES)
  state?: ArbitrationState;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only those for which the delay to decide has, or has not, passed',
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

/** Nothing about the child: whoever decides is not told (R34). */
export class ArbitrationView {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ ...ID, description: 'The conflict, as whoever asks names it' })
  conflict: string;

  @ApiProperty({ example: 'ase-75' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ enum: COMPETENCE_LEVELS, example: 'departmental' })
  level: CompetenceLevel;

  @ApiProperty({ ...DEPARTEMENT, example: '75', description: 'Which shelters the child meanwhile' })
  sheltering: string;

  @ApiProperty({ ...DEPARTEMENT, description: 'Which is said to be competent' })
  claimed: string;

  @ApiProperty({ ...NO_GROUND, example: 'residence', description: 'Of the claim' })
  ground: CompetenceGround | null;

  @ApiProperty({
    ...NO_GROUND,
    example: 'offence',
    description: 'Of the refusal; null where nobody answered',
  })
  refusal: CompetenceGround | null;

  @ApiProperty(NO_INSTANT)
  openedAt: string | null;

  @ApiProperty(INSTANT)
  decideBy: string;

  @ApiProperty({ example: false })
  overdue: boolean;

  @ApiProperty({ enum: ARBITRATION_STATES, example: 'open' })
  state: ArbitrationState;

  @ApiProperty({ ...NO_DEPARTEMENT, example: null, description: 'The competent one, once it is decided' })
  competent: string | null;

  @ApiProperty({
    enum: COMPETENCE_OUTCOMES,
    type: String,
    nullable: true,
    example: null,
    description: 'How it ended without you',
  })
  outcome: CompetenceOutcome | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  answeredAt: string | null;

  @ApiProperty({ example: 'competence@1' })
  convention: string;

  @ApiProperty(VERSION)
  version: number;
}

export class ArbitrationPage {
  @ApiProperty({ type: [ArbitrationView] })
  items: readonly ArbitrationView[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class DecideArbitrationBody {
  @ApiProperty({ ...DEPARTEMENT, description: 'One of the two' })
  @Matches(/^(\d{2,3}|2[AB])$/, { message: '$property must be the INSEE code of a département' })
  departement: string;
}

export class AnsweredArbitration {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: ARBITRATION_STATES, example: 'decided' })
  state: ArbitrationState;

  @ApiProperty(VERSION)
  version: number;

  @ApiProperty({ ...NO_DEPARTEMENT, description: 'The competent one; null where it is left undecided' })
  departement: string | null;
}
