import { DAY, IsDay } from '@liaison/casework';
import type { OrientationProposedV1, SupportedPerson } from '@liaison/contracts';
import type { Day } from '@liaison/kernel';
import { PageQuery } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { BED_STATES, type BedState } from '../beds/beds.entity';

const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NO_INSTANT = { ...INSTANT, type: String, nullable: true, example: null };
const NO_DAY = { type: String, format: 'date', nullable: true, example: null };
const VERSION = { description: 'Number of the state, as in ETag', example: 1 };

export class StayDayBody {
  @ApiProperty(DAY)
  @IsDay()
  on: string;
}

export class ChangedProposal {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: BED_STATES, example: 'admitted' })
  state: BedState;

  @ApiProperty({ ...VERSION, example: 4 })
  version: number;
}

export class AnsweredProposal {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: BED_STATES, example: 'accepted' })
  state: BedState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ example: true, description: 'Whether whoever asked may be told, as would be decided now' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  denial: string | null;

  @ApiProperty({
    example: false,
    description: 'Never: where the place is, the coordination does not learn (R23)',
  })
  addressTold: boolean;
}

export class ListProposalsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: BED_STATES, example: 'held' })
  @IsOptional()
  @IsIn(BED_STATES)
  state?: BedState;
}

/** Nothing about the person but how many beds are needed. */
export class AdultProposalItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(ID)
  caseId: string;

  @ApiProperty(ID)
  placeId: string;

  @ApiProperty({ ...ID, description: 'By which you and the sender know the case' })
  reference: string;

  @ApiProperty({ example: 'ac-se' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ example: 1, description: 'For the person and the children who come along' })
  beds: number;

  @ApiProperty({ ...INSTANT, description: 'From then on a bed that is only held is free again' })
  answerBy: string;

  @ApiProperty(NO_INSTANT)
  answeredAt: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'When what it said was destroyed, if it was' })
  purgedAt: string | null;

  @ApiProperty({ enum: BED_STATES, example: 'held' })
  state: BedState;

  @ApiProperty(VERSION)
  version: number;
}

export class AdultProposalPage {
  @ApiProperty({ type: [AdultProposalItem] })
  items: readonly AdultProposalItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ProposalProvenance {
  @ApiProperty({ example: 'ac-se' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'orientation@1' })
  convention: string;
}

export class NamedPersonView {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { declared: { familyName: 'Osagie', givenNames: ['Blessing'], birthDate: '2004-05-17' } },
    description: 'As far as your roles may read it',
  })
  civilStatus: Partial<SupportedPerson>;

  @ApiProperty({ type: [String], example: [] })
  withheld: readonly string[];
}

export class AdultProposalView extends AdultProposalItem {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      needs: { ageBand: '21-24', sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
    },
    description: 'What is needed, as far as your roles may read it; no name',
  })
  content: Partial<OrientationProposedV1>;

  @ApiProperty({ type: [String], example: [] })
  withheld: readonly string[];

  @ApiProperty({
    type: NamedPersonView,
    nullable: true,
    description: 'Who comes: told once you have accepted and the person has said yes',
  })
  person: NamedPersonView | null;

  @ApiProperty(NO_DAY)
  admittedOn: Day | null;

  @ApiProperty(NO_DAY)
  leftOn: Day | null;

  @ApiProperty({ type: ProposalProvenance })
  provenance: ProposalProvenance;
}
