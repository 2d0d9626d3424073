import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  PageQuery,
  SendsETag,
  ShowsPerson,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import { CoordinateHandler } from './coordinate.handler';
import { NetworkPlacePage } from './network-place.dto';
import {
  ChangedOrientation,
  CloseBody,
  DayBody,
  EvaluateBody,
  GiveConsentBody,
  ListOrientationsQuery,
  OrientationPage,
  OrientationView,
  PersonAcceptsBody,
  ProposeBody,
  WithdrawConsentBody,
} from './orientation.dto';
import { OrientationReader } from './orientation.reader';

const OrientationId = (): ParameterDecorator => UuidParam('id', 'Of the request for orientation');
const ProposalId = (): ParameterDecorator => UuidParam('proposal', 'Of the proposal');
const NOT_FOUND = ['orientation-not-found'];
const CLOSED = ['orientation-closed'];
const DONE = {
  description: 'Done here; whoever has to know is on the way to learn it',
  type: ChangedOrientation,
};
const DEFAULT_HOURS = 24;

/** Places of the network for adults, as their shelters have declared them. */
@ApiTags('orientation')
@AllowRoles(...CASEWORKERS)
@Controller('v1/network-places')
export class NetworkPlaceController {
  constructor(private readonly orientations: OrientationReader) {}

  @Get()
  @ApiOperation({ summary: 'Open places for adults, the newest first' })
  @ApiOkResponse({ description: 'A page', type: NetworkPlacePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: PageQuery): Promise<NetworkPlacePage> {
    return this.orientations.places(identity, query);
  }
}

/** Adults for whom the coordination looks for a place (Ac.Sé): one place at a time, nothing without their consent. */
@ApiTags('orientation')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  ...Object.fromEntries(
    ['orientation-not-found', 'place-not-found', 'proposal-not-found'].map((code) => [code, 404]),
  ),
  ...Object.fromEntries(
    [
      ...[
        'orientation-closed',
        'evaluation-done',
        'evaluation-missing',
        'proposal-pending',
        'proposal-answered',
      ],
      ...[
        'proposal-not-allowed',
        'name-not-allowed',
        'place-full',
        'emergency-places-full',
        'shelter-unknown',
        'not-accepted',
        'not-admitted',
      ],
      ...['consent-missing', 'consent-given'],
    ].map((code) => [code, 409]),
  ),
  'orientation-gone': 410,
  ...Object.fromEntries(
    ['day-in-the-future', 'emergency-place-refused', 'place-near-exploitation', 'profile-missing'].map(
      (code) => [code, 422],
    ),
  ),
})
@Controller('v1/orientations')
export class OrientationController {
  constructor(
    private readonly orientations: OrientationReader,
    private readonly coordinating: CoordinateHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Requests that came to your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: OrientationPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListOrientationsQuery,
  ): Promise<OrientationPage> {
    return this.orientations.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'What is needed, on which consents, and which places were asked; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The request', type: OrientationView })
  @ApiProblems({ 404: NOT_FOUND, 410: ['orientation-gone'] })
  read(@CurrentIdentity() identity: Identity, @OrientationId() id: string): Promise<OrientationView> {
    return this.orientations.read(identity, id);
  }

  @Post(':id/evaluate')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Say whether the scheme is for the person; whoever asked is told' })
  @ApiOkResponse(DONE)
  @ApiProblems({ 404: NOT_FOUND, 409: [...CLOSED, 'evaluation-done'] })
  evaluate(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() body: EvaluateBody,
  ): Promise<ChangedOrientation> {
    return this.coordinating.evaluate(identity, { id, ifMatch, idempotencyKey }, body);
  }

  @Post(':id/proposals')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Ask a shelter for a place: it learns needs and an age band, not who it is' })
  @ApiOkResponse(DONE)
  @ApiProblems({
    404: [...NOT_FOUND, 'place-not-found'],
    409: [
      ...CLOSED,
      ...[
        'consent-missing',
        'evaluation-missing',
        'proposal-pending',
        'proposal-not-allowed',
        'place-full',
        'emergency-places-full',
      ],
      'shelter-unknown',
    ],
    422: ['emergency-place-refused', 'place-near-exploitation', 'profile-missing'],
  })
  propose(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { place, answerWithinHours = DEFAULT_HOURS, profile }: ProposeBody,
  ): Promise<ChangedOrientation> {
    const proposal = { place, answerWithinHours, ...(profile && { profile }) };
    return this.coordinating.propose(identity, { id, ifMatch, idempotencyKey }, proposal);
  }

  @Post(':id/proposals/:proposal/person-accepts')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary: 'The person says yes to the place that has accepted: it learns who comes, on their consent',
  })
  @ApiOkResponse(DONE)
  @ApiProblems({
    404: [...NOT_FOUND, 'proposal-not-found'],
    409: [...CLOSED, 'proposal-answered', 'consent-missing', 'name-not-allowed', 'shelter-unknown'],
  })
  personAccepts(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @ProposalId() proposal: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { civilStatus }: PersonAcceptsBody,
  ): Promise<ChangedOrientation> {
    return this.coordinating.personAccepts(
      identity,
      { id, ifMatch, idempotencyKey },
      { proposal, civilStatus },
    );
  }

  @Post(':id/proposals/:proposal/person-declines')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary: 'The person says no, without a reason: the place frees its bed, and the search goes on',
  })
  @ApiOkResponse(DONE)
  @ApiProblems({ 404: [...NOT_FOUND, 'proposal-not-found'], 409: [...CLOSED, 'proposal-answered'] })
  personDeclines(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @ProposalId() proposal: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
  ): Promise<ChangedOrientation> {
    const route = 'POST /v1/orientations/:id/proposals/:proposal/person-declines';
    return this.coordinating.simply(identity, { id, ifMatch, idempotencyKey }, route, () => ({
      type: 'person-declines',
      id: proposal,
    }));
  }

  @Post(':id/consents')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Record that the person consents to one scope, as you explained it to them' })
  @ApiOkResponse({ description: 'Recorded', type: ChangedOrientation })
  @ApiProblems({ 404: NOT_FOUND, 409: ['consent-given'], 422: ['day-in-the-future'] })
  consent(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { scope, form, on, language, capacity }: GiveConsentBody,
  ): Promise<ChangedOrientation> {
    const given = { scope, form, on, language, capacity };
    return this.coordinating.consent(identity, { id, ifMatch, idempotencyKey }, given);
  }

  @Post(':id/withdraw-consent')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary: 'The person takes a consent back: what rests on it ends, and places are told to forget them',
  })
  @ApiOkResponse(DONE)
  @ApiProblems({ 404: NOT_FOUND, 409: ['consent-missing'] })
  withdrawConsent(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { scope }: WithdrawConsentBody,
  ): Promise<ChangedOrientation> {
    return this.coordinating.withdrawConsent(identity, { id, ifMatch, idempotencyKey }, scope);
  }

  @Post(':id/admit')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'The person is there; whoever asked is told that they are supported, not where' })
  @ApiOkResponse(DONE)
  @ApiProblems({ 404: NOT_FOUND, 409: [...CLOSED, 'not-accepted'], 422: ['day-in-the-future'] })
  admit(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { on }: DayBody,
  ): Promise<ChangedOrientation> {
    const route = 'POST /v1/orientations/:id/admit';
    return this.coordinating.simply(identity, { id, ifMatch, idempotencyKey }, route, (today) => ({
      type: 'admit',
      ...{ on, today },
    }));
  }

  @Post(':id/follow-up')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'The place was asked how it goes; until the request is closed' })
  @ApiOkResponse({ description: 'Recorded', type: ChangedOrientation })
  @ApiProblems({ 404: NOT_FOUND, 409: [...CLOSED, 'not-admitted'], 422: ['day-in-the-future'] })
  followUp(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { on }: DayBody,
  ): Promise<ChangedOrientation> {
    const route = 'POST /v1/orientations/:id/follow-up';
    return this.coordinating.simply(identity, { id, ifMatch, idempotencyKey }, route, (today) => ({
      type: 'follow-up',
      ...{ on, today },
    }));
  }

  @Post(':id/close')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'It ends, and with what; a return is prepared only with consent to it' })
  @ApiOkResponse(DONE)
  @ApiProblems({ 404: NOT_FOUND, 409: [...CLOSED, 'consent-missing'] })
  close(
    @CurrentIdentity() identity: Identity,
    @OrientationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('orientation') ifMatch: string | undefined,
    @Body() { outcome }: CloseBody,
  ): Promise<ChangedOrientation> {
    const route = 'POST /v1/orientations/:id/close';
    return this.coordinating.simply(identity, { id, ifMatch, idempotencyKey }, route, (today, consents) => ({
      type: 'close',
      ...{ outcome, today, consents },
    }));
  }
}
