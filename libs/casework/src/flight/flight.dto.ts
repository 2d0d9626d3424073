import { FlightReportedV1 } from '@liaison/contracts';
import { FLIGHT_STATES, type FlightState } from '@liaison/placement';
import { CheckedElsewhere, PageQuery, QueryFlag } from '@liaison/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsObject, IsOptional, IsUUID, Matches } from 'class-validator';
import { ID, INSTANT, VERSION } from '../dto';
import { FLIGHT_DUTIES, type FlightDuty, RECEIVED_FLIGHT_STATES, type ReceivedFlightState } from './flight';

const NO_INSTANT = { ...INSTANT, type: String, nullable: true, example: null };
const SOME_INSTANT = { ...INSTANT, type: String, nullable: true };
const SUBJECT = {
  ...ID,
  description: 'At a shelter the accepted offer, in child protection the case of the child',
};
const DEPARTEMENT = {
  type: String,
  nullable: true,
  example: '75',
  description: 'Where the child was seen last',
};
/** Of an invented child. */
const CONTENT = {
  civilStatus: { declared: { givenNames: ['Mercy'], estimatedAge: 15, estimatedAgeBasis: ['appearance'] } },
  noticedAt: '2026-11-18T02:40:00.000Z',
  lastSeen: { departement: '75', at: '2026-11-18T01:15:00.000Z', place: 'Gare du Nord' },
  appearance: '1,60 m, braided hair',
  clothing: 'Grey hooded coat, white trainers',
  risks: ['network-in-contact', 'debt'],
  placeKnown: true,
};
/** A time with its zone: a flight at three in the morning is not one at five. */
const ZONED = /(?:Z|[+-]\d{2}:\d{2})$/;
const ZONED_MESSAGE = { message: 'must have a time zone, as 2026-11-18T02:40:00Z' };

export class ReportFlightBody {
  @ApiProperty(SUBJECT)
  @IsUUID()
  subject: string;

  @ApiProperty({
    type: () => FlightReportedV1,
    example: CONTENT,
    description:
      'What finding the child needs. No word of it may say where it was sheltered. `flight` and `reportedAt` are set by the service',
  })
  @IsObject()
  @CheckedElsewhere()
  content: FlightReportedV1;
}

export class NoticeFlightBody {
  @ApiProperty(SUBJECT)
  @IsUUID()
  subject: string;

  @ApiPropertyOptional({ ...INSTANT, description: 'Absent: now' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(ZONED, ZONED_MESSAGE)
  noticedAt?: string;
}

export const FLIGHT_ENDS = ['found', 'back', 'voided'] as const;

export class EndFlightBody {
  @ApiProperty({
    enum: FLIGHT_ENDS,
    example: 'found',
    description: '`back`: before anybody was told. `voided`: it was no flight',
  })
  @IsIn(FLIGHT_ENDS)
  outcome: (typeof FLIGHT_ENDS)[number];

  @ApiPropertyOptional({ ...INSTANT, description: 'Absent: now' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(ZONED, ZONED_MESSAGE)
  at?: string;
}

export class FoundBody {
  @ApiPropertyOptional({ ...INSTANT, description: 'Absent: now' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(ZONED, ZONED_MESSAGE)
  at?: string;

  @ApiPropertyOptional({ example: '93', description: 'Where, never the place (INSEE code)' })
  @IsOptional()
  @Matches(/^(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8]|98[678])$/)
  departement?: string;
}

/** What would be decided now; it is decided again when it leaves. */
export class ToldFlightDecision {
  @ApiProperty({ example: 'police-75' })
  agency: string;

  @ApiProperty({ enum: FLIGHT_DUTIES, example: 'search' })
  duty: FlightDuty;

  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
}

export class FlightAnswer {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: FLIGHT_STATES, example: 'noticed' })
  state: FlightState;

  @ApiProperty(VERSION)
  version: number;
}

export class ReportedFlight extends FlightAnswer {
  @ApiProperty({
    example: false,
    description: 'The directory names nobody who searches there: call 17',
  })
  policeMissing: boolean;

  @ApiProperty({ type: [ToldFlightDecision] })
  told: readonly ToldFlightDecision[];
}

export class ListFlightsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: FLIGHT_STATES, example: 'reported' })
  @IsOptional()
  @IsIn(FLIGHT_STATES)
  state?: FlightState;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description:
      'Only those that are, or are not, overdue: not reported within the hour, or reported to somebody who has not taken note in time',
  })
  @IsOptional()
  @QueryFlag()
  overdue?: boolean;
}

/** Nothing about the child but where it was seen. */
export class FlightItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty(SUBJECT)
  subject: string;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Your own case, where you have one of the child',
  })
  caseId: string | null;

  @ApiProperty(DEPARTEMENT)
  departement: string | null;

  @ApiProperty(INSTANT)
  noticedAt: string;

  @ApiProperty(SOME_INSTANT)
  reportedAt: string | null;

  @ApiProperty(NO_INSTANT)
  endedAt: string | null;

  @ApiProperty({ example: false, description: 'Not reported within the hour' })
  late: boolean;

  @ApiProperty({
    example: false,
    description: 'A shelter reported it, and it is passed on to whoever follows the child',
  })
  passedOn: boolean;

  @ApiProperty({ example: false, description: 'The directory names nobody who searches there' })
  policeMissing: boolean;

  @ApiProperty({ example: true, description: 'The network knows the place' })
  placeKnown: boolean;

  @ApiProperty({ enum: FLIGHT_STATES, example: 'reported' })
  state: FlightState;

  @ApiProperty(VERSION)
  version: number;
}

export class FlightPage {
  @ApiProperty({ type: [FlightItem] })
  items: readonly FlightItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class ToldFlightView {
  @ApiProperty({ example: 'police-75' })
  agency: string;

  @ApiProperty({ enum: FLIGHT_DUTIES, example: 'search' })
  duty: FlightDuty;

  @ApiProperty({ type: String, nullable: true, example: 'delivered' })
  delivery: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;

  @ApiProperty({ ...SOME_INSTANT, description: 'By when its convention has it say that somebody took note' })
  acknowledgeBy: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'When it says that somebody took note' })
  acknowledgedAt: string | null;

  @ApiProperty({ example: false, description: 'Nobody there has taken note in time: call' })
  overdue: boolean;
}

const REPORT = {
  type: 'object',
  additionalProperties: true,
  example: CONTENT,
  description: 'What was reported, as far as your roles may read it',
} as const;

export class FlightView extends FlightItem {
  @ApiProperty({ type: [ToldFlightView] })
  told: readonly ToldFlightView[];

  @ApiProperty({ ...REPORT, nullable: true })
  content: Partial<FlightReportedV1> | null;

  @ApiProperty({ type: [String], example: [] })
  withheld: readonly string[];
}

export class ListReceivedFlightsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: RECEIVED_FLIGHT_STATES, example: 'gone' })
  @IsOptional()
  @IsIn(RECEIVED_FLIGHT_STATES)
  state?: ReceivedFlightState;
}

/** Nothing about the child but where it was seen. */
export class ReceivedFlightItem {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Your own case, where you have one of the child',
  })
  caseId: string | null;

  @ApiProperty({ ...ID, description: 'By which you and the sender know the case' })
  reference: string;

  @ApiProperty({ example: 'asso-refuge' })
  sender: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty(DEPARTEMENT)
  departement: string | null;

  @ApiProperty(SOME_INSTANT)
  noticedAt: string | null;

  @ApiProperty(SOME_INSTANT)
  reportedAt: string | null;

  @ApiProperty(NO_INSTANT)
  endedAt: string | null;

  @ApiProperty({ ...SOME_INSTANT, description: 'By when its convention has somebody take note of it' })
  acknowledgeBy: string | null;

  @ApiProperty(NO_INSTANT)
  acknowledgedAt: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'When its sender was told from here that the child is found' })
  foundSaidAt: string | null;

  @ApiProperty({
    enum: RECEIVED_FLIGHT_STATES,
    example: 'gone',
    description: '`overdue`: noticed over an hour ago, and nobody has reported it',
  })
  state: ReceivedFlightState;

  @ApiProperty(VERSION)
  version: number;
}

export class ReceivedFlightPage {
  @ApiProperty({ type: [ReceivedFlightItem] })
  items: readonly ReceivedFlightItem[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page', example: null })
  next: string | null;
}

export class FlightProvenance {
  @ApiProperty({ example: 'asso-refuge' })
  agency: string;

  @ApiProperty(ID)
  event: string;

  @ApiProperty({ example: 'flight@1' })
  convention: string;
}

export class ReceivedFlightView extends ReceivedFlightItem {
  @ApiProperty({ ...SOME_INSTANT, description: 'The end of its convention’s term' })
  keepUntil: string | null;

  @ApiProperty(REPORT)
  content: Partial<FlightReportedV1>;

  @ApiProperty({ type: [String], example: [] })
  withheld: readonly string[];

  @ApiProperty({ type: FlightProvenance })
  provenance: FlightProvenance;
}

export class AcknowledgedFlight {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: RECEIVED_FLIGHT_STATES, example: 'gone' })
  state: ReceivedFlightState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty(INSTANT)
  acknowledgedAt: string;

  @ApiProperty({ example: true, description: 'Whether its sender may be told, as would be decided now' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  denial: string | null;
}

export class FoundFlightAnswer {
  @ApiProperty(ID)
  id: string;

  @ApiProperty({ enum: RECEIVED_FLIGHT_STATES, example: 'gone' })
  state: ReceivedFlightState;

  @ApiProperty({ ...VERSION, example: 2 })
  version: number;

  @ApiProperty({ example: true, description: 'Whether its sender may be told, as would be decided now' })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  denial: string | null;
}
