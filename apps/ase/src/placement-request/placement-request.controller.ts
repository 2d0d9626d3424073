import {
  AllowRoles,
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
import { CASEWORKERS } from '../roles';
import { HearAdultBody } from './of-age.dto';
import {
  FileRequestBody,
  ListRequestsQuery,
  MadeOffer,
  needsOf,
  OfferBody,
  RankedPlaces,
  RankedPlacesQuery,
  RequestAnswer,
  RequestPage,
  RequestView,
} from './placement-request.dto';
import { PlacementRequestHandler } from './placement-request.handler';
import { PlacementRequestReader } from './placement-request.reader';

const RequestId = (): ParameterDecorator => UuidParam('id', 'Of the placement request');
const NOT_FOUND = ['placement-request-not-found'];
const UNFIT = ['place-does-not-fit', 'ages-reversed', 'placement-of-adult'];
const HOURS = 24;

/** Searches for a place, and the shelters that are asked: one at a time. */
@ApiTags('placement')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  ...Object.fromEntries(
    ['case-not-found', 'place-not-found', 'offer-not-found', ...NOT_FOUND].map((code) => [code, 404]),
  ),
  'placement-request-closed': 409,
  'offer-pending': 409,
  'offer-answered': 409,
  'child-is-there': 409,
  'offer-not-allowed': 409,
  'shelter-unknown': 409,
  'placement-of-minor': 409,
  'adult-heard': 409,
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/placement-requests')
export class PlacementRequestController {
  constructor(
    private readonly requests: PlacementRequestReader,
    private readonly handler: PlacementRequestHandler,
  ) {}

  @Post()
  @SendsETag()
  @ApiOperation({ summary: 'Look for a place for a child of your unit, or for siblings who stay together' })
  @ApiCreatedResponse({ description: 'Filed', type: RequestAnswer })
  @ApiProblems({ 404: ['case-not-found'], 422: ['ages-reversed', 'placement-of-adult'] })
  file(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { caseId, needs }: FileRequestBody,
  ): Promise<RequestAnswer> {
    return this.handler.file(identity, { caseId, needs: needsOf(needs), idempotencyKey });
  }

  @Get()
  @ApiOperation({ summary: 'Placement requests of your unit, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: RequestPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListRequestsQuery): Promise<RequestPage> {
    return this.requests.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'What is needed, who was asked, and where the child goes; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The request', type: RequestView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @RequestId() id: string): Promise<RequestView> {
    return this.requests.read(identity, id);
  }

  @Get(':id/places')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Every open place, the best first, each with why it fits or not' })
  @ApiOkResponse({ description: 'Ranked', type: RankedPlaces })
  @ApiProblems({ 400: ['invalid-request'], 404: NOT_FOUND })
  rank(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @Query() query: RankedPlacesQuery,
  ): Promise<RankedPlaces> {
    return this.requests.rank(identity, id, query);
  }

  @Post(':id/offers')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Ask a shelter: it learns what is needed, not for whom' })
  @ApiAcceptedResponse({ description: 'Asked; its way has begun', type: MadeOffer })
  @ApiProblems({
    404: [...NOT_FOUND, 'place-not-found'],
    409: ['placement-request-closed', 'offer-pending', 'offer-not-allowed', 'shelter-unknown'],
    422: ['place-does-not-fit', 'placement-of-adult'],
  })
  offer(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('placement request') ifMatch: string | undefined,
    @Body() { place, answerWithinHours = HOURS }: OfferBody,
  ): Promise<MadeOffer> {
    return this.handler.offer(identity, { id, ifMatch, idempotencyKey }, { place, answerWithinHours });
  }

  @Post(':id/offers/:offer/withdraw')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Take an offer back: the shelter frees its beds' })
  @ApiAcceptedResponse({ description: 'Done here; its way has begun', type: RequestAnswer })
  @ApiProblems({
    404: [...NOT_FOUND, 'offer-not-found'],
    409: ['offer-answered', 'child-is-there', 'shelter-unknown'],
  })
  withdrawOffer(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @UuidParam('offer', 'Of the offer') offer: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('placement request') ifMatch: string | undefined,
  ): Promise<RequestAnswer> {
    return this.handler.withdrawOffer(identity, { id, ifMatch, idempotencyKey }, offer);
  }

  @Post(':id/withdraw')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Look no further; whoever was asked is told' })
  @ApiAcceptedResponse({ description: 'Done here', type: RequestAnswer })
  @ApiProblems({ 404: NOT_FOUND, 409: ['placement-request-closed', 'child-is-there', 'shelter-unknown'] })
  withdraw(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('placement request') ifMatch: string | undefined,
  ): Promise<RequestAnswer> {
    return this.handler.withdraw(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/hear-adult')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary:
      'What whoever turned 18 says to help that goes on (R17); with their agreement, POST /v1/orientation-requests asks for a place for adults',
  })
  @ApiOkResponse({ description: 'Recorded: no longer on the desk', type: RequestAnswer })
  @ApiProblems({ 404: NOT_FOUND, 409: ['placement-of-minor', 'adult-heard'] })
  hearAdult(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('placement request') ifMatch: string | undefined,
    @Body() { agrees }: HearAdultBody,
  ): Promise<RequestAnswer> {
    return this.handler.hearAdult(identity, { id, ifMatch, idempotencyKey }, agrees);
  }
}
