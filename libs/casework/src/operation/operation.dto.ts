import {
  MAX_PREPARATION_NOTE,
  OPERATION_PROFILES,
  OperationAnnouncedV1,
  PREPARATIONS,
} from '@liaison/contracts';
import { CheckedElsewhere, PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { ID, INSTANT, VERSION } from '../dto';
import { OPERATION_STATES, type OperationState } from './operation';
import { RECEIVED_OPERATION_STATES, type ReceivedOperationState } from './received-operation';

const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
const DAY = { format: 'date', example: '2026-12-04' };
const CONTENT = {
  departement: '75',
  from: '2026-12-01',
  until: '2026-12-04',
  expectedPeople: 12,
  profiles: ['adults'],
  languages: ['en', 'ro'],
  preparations: ['shelter', 'interpreters'],
  preparationNote: 'Prévoir des couchages séparés et une permanence de nuit.',
};
const AGENCY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_AGENCIES = 50;

export class AnnounceOperationBody {
  @ApiProperty({
    type: () => OperationAnnouncedV1,
    example: CONTENT,
    description: 'No name, no address, no case, in any field (R31)',
  })
  @IsObject()
  @CheckedElsewhere()
  content: OperationAnnouncedV1;

  @ApiPropertyOptional({
    type: [String],
    example: ['asso-refuge'],
    maxItems: MAX_AGENCIES,
    description: 'Only these agencies. Absent: all with a named contact point for operations there',
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_AGENCIES)
  @IsString({ each: true })
  @Matches(AGENCY_ID, { each: true })
  agencies?: string[];
}

/** What would be decided now; it is decided again when it leaves. */
export class ToldContactDecision {
  @ApiProperty({ example: 'asso-refuge' })
  agency: string;

  @ApiProperty({ example: 'foyer', description: 'The contact point, and the unit whose people read it' })
  contact: string;

  @ApiProperty({
    example: 'Astreinte de l’hébergement',
    description: 'Of the contact point, as the directory has it',
  })
  name: string;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'operation-pre-notice@1' })
  convention: string | null;
}

export class ChangedOperation {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: OPERATION_STATES, example: 'called-off' })
  state: OperationState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;
}

export class AnnouncedOperation extends ChangedOperation {
  @ApiProperty({ type: [ToldContactDecision] })
  told: readonly ToldContactDecision[];
}

export class ListOperationsQuery extends PageQuery {
  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: 'Only those that have, or have not, expired',
  })
  @IsOptional()
  @QueryFlag()
  expired?: boolean;
}

class OperationDays {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ example: '75' })
  departement: string;

  @ApiProperty({ ...DAY, example: '2026-12-01', description: 'First day on which it may take place' })
  from: string;

  @ApiProperty({ ...DAY, description: 'Last day' })
  until: string;

  @ApiProperty({
    example: false,
    description: 'Its last day is over, or it was called off: nothing is held for it',
  })
  expired: boolean;

  @ApiProperty({ example: 12 })
  expectedPeople: number;

  @ApiProperty({ example: 8, description: 'Places that are held for it now' })
  placesHeld: number;

  @ApiProperty({ ...VERSION })
  version: number;
}

export class OperationItem extends OperationDays {
  @ApiProperty(INSTANT)
  announcedAt: string;

  @ApiProperty({ enum: OPERATION_STATES, example: 'announced' })
  state: OperationState;

  @ApiProperty({ type: [String], example: ['asso-refuge'], description: 'Agencies that have not taken note' })
  waitingFor: readonly string[];
}

export class OperationPage {
  @ApiProperty({ type: [OperationItem] })
  items: readonly OperationItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ToldContactView {
  @ApiProperty({ example: 'asso-refuge' })
  agency: string;

  @ApiProperty({ example: 'foyer' })
  contact: string;

  @ApiProperty({ ...NO_INSTANT, description: 'By its convention; null where that names no delay' })
  acknowledgeBy: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  acknowledgedAt: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'Places held; null: nobody has said',
  })
  placesHeld: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'delivered', description: 'How far it has come' })
  delivery: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it has come no further' })
  reason: string | null;
}

/** What is to be ready. */
class OperationNeeds {
  @ApiProperty({ enum: OPERATION_PROFILES, isArray: true, example: ['adults'] })
  profiles: readonly string[];

  @ApiProperty({ type: [String], example: ['en', 'ro'] })
  languages: readonly string[];

  @ApiProperty({ enum: PREPARATIONS, isArray: true, example: ['shelter'] })
  preparations: readonly string[];

  @ApiProperty({ type: String, nullable: true, maxLength: MAX_PREPARATION_NOTE, example: null })
  preparationNote: string | null;
}

export class OperationView extends OperationItem {
  @ApiProperty({ type: OperationNeeds })
  needs: OperationNeeds;

  @ApiProperty({ type: [ToldContactView] })
  told: readonly ToldContactView[];
}

export class ReceivedOperationItem extends OperationDays {
  @ApiProperty({ example: 'police-75' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ ...NO_INSTANT, description: 'By its convention; null where that names no delay' })
  acknowledgeBy: string | null;

  @ApiProperty({ ...NO_INSTANT, example: null })
  acknowledgedAt: string | null;

  @ApiProperty({ enum: RECEIVED_OPERATION_STATES, example: 'new' })
  state: ReceivedOperationState;
}

export class ReceivedOperationPage {
  @ApiProperty({ type: [ReceivedOperationItem] })
  items: readonly ReceivedOperationItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ReceivedOperationView extends ReceivedOperationItem {
  @ApiProperty({ type: OperationNeeds })
  needs: OperationNeeds;

  @ApiProperty({ example: 'operation-pre-notice@1' })
  convention: string;
}

export class AcknowledgeOperationBody {
  @ApiProperty({
    example: 8,
    minimum: 0,
    maximum: 500,
    description:
      'Places held until its last day is over, as many as people are expected at most; 0: you have none',
  })
  @IsInt()
  @Min(0)
  @Max(500)
  placesHeld: number;
}

export class AcknowledgedOperation {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: RECEIVED_OPERATION_STATES, example: 'acknowledged' })
  state: ReceivedOperationState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ example: 8 })
  placesHeld: number;

  @ApiProperty(INSTANT)
  acknowledgedAt: string;
}
