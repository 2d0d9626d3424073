import { FLIGHT_REPORTED, FlightReportedV1 } from '@liaison/contracts';
import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  ShowsPerson,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { requireContent } from '../reference/require-content';
import {
  AcknowledgedFlight,
  EndFlightBody,
  FlightAnswer,
  FlightPage,
  FlightView,
  FoundBody,
  FoundFlightAnswer,
  ListFlightsQuery,
  ListReceivedFlightsQuery,
  NoticeFlightBody,
  ReceivedFlightPage,
  ReceivedFlightView,
  ReportedFlight,
  ReportFlightBody,
} from './flight.dto';
import { FlightHandler } from './flight.handler';
import { FlightReader } from './flight.reader';
import { ReceivedFlightHandler } from './received-flight.handler';

const FlightId = (): ParameterDecorator => UuidParam('id', 'Of the flight');
const NOT_FOUND = ['flight-not-found'];
const NO_SUBJECT = ['case-not-found', 'offer-not-found'];
const UNFIT = ['time-in-the-future', 'names-the-place', 'adult-leaves', 'time-before-flight'];
const timeOf = (given: string | undefined): Date | undefined =>
  given === undefined ? undefined : new Date(given);

/** Children who are gone, of services that have them sheltered. Which roles may is for the service to say. */
@ApiTags('flights')
@ErrorStatus({
  ...Object.fromEntries([...NOT_FOUND, ...NO_SUBJECT].map((code) => [code, 404])),
  ...Object.fromEntries(
    ['flight-exists', 'flight-reported', 'flight-not-reported', 'flight-over', 'flight-nobody-to-tell'].map(
      (code) => [code, 409],
    ),
  ),
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/flights')
export class FlightController {
  constructor(
    private readonly flights: FlightReader,
    private readonly handler: FlightHandler,
  ) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Report that a child is gone: whoever searches and child protection are told at once',
  })
  @ApiAcceptedResponse({ description: 'Reported; its way has begun', type: ReportedFlight })
  @ApiProblems({
    404: NO_SUBJECT,
    409: ['flight-reported', 'flight-nobody-to-tell'],
    422: ['time-in-the-future', 'names-the-place', 'adult-leaves'],
  })
  report(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { subject, content }: ReportFlightBody,
  ): Promise<ReportedFlight> {
    requireContent(FLIGHT_REPORTED, FlightReportedV1, content);
    return this.handler.report(identity, { subject, idempotencyKey }, content);
  }

  @Post('notice')
  @SendsETag()
  @ApiOperation({ summary: 'Note that a child is not there: to be reported within the hour, or it is back' })
  @ApiCreatedResponse({ description: 'Noted; nobody is told yet', type: FlightAnswer })
  @ApiProblems({ 404: NO_SUBJECT, 409: ['flight-exists'], 422: ['time-in-the-future', 'adult-leaves'] })
  notice(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { subject, noticedAt }: NoticeFlightBody,
  ): Promise<FlightAnswer> {
    return this.handler.notice(identity, { subject, idempotencyKey }, timeOf(noticedAt));
  }

  @Post(':id/end')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Found, back, or no flight at all: everybody who was told learns it' })
  @ApiAcceptedResponse({ description: 'Done here; its way has begun', type: FlightAnswer })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['flight-over', 'flight-reported', 'flight-not-reported'],
    422: ['time-in-the-future', 'time-before-flight'],
  })
  end(
    @CurrentIdentity() identity: Identity,
    @FlightId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('flight') ifMatch: string | undefined,
    @Body() { outcome, at }: EndFlightBody,
  ): Promise<FlightAnswer> {
    return this.handler.end(identity, { id, ifMatch, idempotencyKey }, { outcome, at: timeOf(at) });
  }

  @Get()
  @ApiOperation({ summary: 'Flights that your unit knows of, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: FlightPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListFlightsQuery): Promise<FlightPage> {
    return this.flights.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One flight: what was reported, to whom, and whether it arrived; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The flight', type: FlightView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @FlightId() id: string): Promise<FlightView> {
    return this.flights.read(identity, id);
  }
}

/** Children of whom others say that they are gone. */
@ApiTags('flights')
@ErrorStatus({
  'role-missing': 403,
  'flight-not-found': 404,
  'flight-acknowledged': 409,
  'flight-over': 409,
  'flight-not-reported': 409,
  'found-said-already': 409,
  'sender-unknown': 409,
  'time-in-the-future': 422,
})
@Controller('v1/received-flights')
export class ReceivedFlightController {
  constructor(
    private readonly flights: FlightReader,
    private readonly handler: ReceivedFlightHandler,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Flights that were reported to your unit, newest first; nothing about the children',
  })
  @ApiOkResponse({ description: 'A page', type: ReceivedFlightPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListReceivedFlightsQuery,
  ): Promise<ReceivedFlightPage> {
    return this.flights.listReceived(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'What finding the child needs, as far as your roles may read it; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The flight', type: ReceivedFlightView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @FlightId() id: string): Promise<ReceivedFlightView> {
    return this.flights.readReceived(identity, id);
  }

  @Post(':id/acknowledge')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Take note that a child is gone, and tell whoever reported it' })
  @ApiAcceptedResponse({
    description: 'Done here; its way to the sender has begun',
    type: AcknowledgedFlight,
  })
  @ApiProblems({
    403: ['role-missing'],
    404: NOT_FOUND,
    409: ['flight-acknowledged', 'flight-over', 'flight-not-reported', 'sender-unknown'],
  })
  acknowledge(
    @CurrentIdentity() identity: Identity,
    @FlightId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('flight') ifMatch: string | undefined,
  ): Promise<AcknowledgedFlight> {
    return this.handler.acknowledge(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/found')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Say that the child is found: whoever reported it is told, and tells everybody else',
  })
  @ApiAcceptedResponse({ description: 'Said; its way to the sender has begun', type: FoundFlightAnswer })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['flight-over', 'flight-not-reported', 'found-said-already', 'sender-unknown'],
    422: ['time-in-the-future'],
  })
  found(
    @CurrentIdentity() identity: Identity,
    @FlightId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('flight') ifMatch: string | undefined,
    @Body() { at, departement }: FoundBody,
  ): Promise<FoundFlightAnswer> {
    return this.handler.found(identity, { id, ifMatch, idempotencyKey }, { at: timeOf(at), departement });
  }
}
