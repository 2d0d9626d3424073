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
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import { AnswerOfferHandler } from './answer-offer.handler';
import {
  AcceptBody,
  AnsweredOffer,
  DeclineBody,
  ListOffersQuery,
  OfferPage,
  OfferView,
} from './placement-offer.dto';
import { OfferReader } from './placement-offer.reader';

const OfferId = (): ParameterDecorator => UuidParam('id', 'Of the offer');
const NOT_FOUND = ['offer-not-found'];

/** What child protection asks of this shelter's places. */
@ApiTags('places')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  'offer-not-found': 404,
  'offer-answered': 409,
  'hold-lapsed': 409,
  'sender-unknown': 409,
  'offer-over': 410,
})
@Controller('v1/placement-offers')
export class OfferController {
  constructor(
    private readonly offers: OfferReader,
    private readonly answering: AnswerOfferHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Offers for places of your unit, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: OfferPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListOffersQuery): Promise<OfferPage> {
    return this.offers.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'What the children need, without their names; the reading is recorded' })
  @ApiOkResponse({ description: 'The offer', type: OfferView })
  @ApiProblems({ 404: NOT_FOUND, 410: ['offer-over'] })
  read(@CurrentIdentity() identity: Identity, @OfferId() id: string): Promise<OfferView> {
    return this.offers.read(identity, id);
  }

  @Post(':id/accept')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Accept: whoever asked takes the child there, and is told where that is' })
  @ApiAcceptedResponse({ description: 'Done here; its way has begun', type: AnsweredOffer })
  @ApiProblems({ 404: NOT_FOUND, 409: ['offer-answered', 'hold-lapsed', 'sender-unknown'] })
  accept(
    @CurrentIdentity() identity: Identity,
    @OfferId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('offer') ifMatch: string | undefined,
    @Body() { protection }: AcceptBody,
  ): Promise<AnsweredOffer> {
    return this.answering.accept(
      identity,
      { id, ifMatch, idempotencyKey },
      { identity: protection?.identity ?? false, address: protection?.address ?? false },
    );
  }

  @Post(':id/decline')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Decline, or take back what was accepted; what the children need is forgotten' })
  @ApiAcceptedResponse({ description: 'Done here; its way has begun', type: AnsweredOffer })
  @ApiProblems({ 404: NOT_FOUND, 409: ['offer-answered', 'sender-unknown'] })
  decline(
    @CurrentIdentity() identity: Identity,
    @OfferId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('offer') ifMatch: string | undefined,
    @Body() { reason }: DeclineBody,
  ): Promise<AnsweredOffer> {
    return this.answering.decline(identity, { id, ifMatch, idempotencyKey }, reason);
  }
}
