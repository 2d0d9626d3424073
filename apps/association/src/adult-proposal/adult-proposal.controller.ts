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
import { DeclineBody } from '../placement-offer/placement-offer.dto';
import { CASEWORKERS } from '../roles';
import {
  AdultProposalPage,
  AdultProposalView,
  AnsweredProposal,
  ChangedProposal,
  ListProposalsQuery,
  StayDayBody,
} from './adult-proposal.dto';
import { ProposalReader } from './adult-proposal.reader';
import { AnswerProposalHandler } from './answer-proposal.handler';

const ProposalId = (): ParameterDecorator => UuidParam('id', 'Of the proposal');
const NOT_FOUND = ['proposal-not-found'];
const DAYS = ['day-in-the-future', 'day-before-admission'];

/** What the coordination asks of this shelter's places for adults. */
@ApiTags('adult-places')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  'proposal-not-found': 404,
  'offer-answered': 409,
  'hold-lapsed': 409,
  'sender-unknown': 409,
  'person-not-named': 409,
  'offer-not-accepted': 409,
  'nobody-admitted': 409,
  'offer-over': 410,
  ...Object.fromEntries(DAYS.map((code) => [code, 422])),
})
@Controller('v1/adult-proposals')
export class AdultProposalController {
  constructor(
    private readonly proposals: ProposalReader,
    private readonly answering: AnswerProposalHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Proposals for places of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: AdultProposalPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListProposalsQuery,
  ): Promise<AdultProposalPage> {
    return this.proposals.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary:
      'What is needed, and who comes once you have accepted and the person has said yes; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The proposal', type: AdultProposalView })
  @ApiProblems({ 404: NOT_FOUND, 410: ['offer-over'] })
  read(@CurrentIdentity() identity: Identity, @ProposalId() id: string): Promise<AdultProposalView> {
    return this.proposals.read(identity, id);
  }

  @Post(':id/accept')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Accept: the coordination learns that there is a bed, and not where' })
  @ApiAcceptedResponse({ description: 'Done here; its way has begun', type: AnsweredProposal })
  @ApiProblems({ 404: NOT_FOUND, 409: ['offer-answered', 'hold-lapsed', 'sender-unknown'] })
  accept(
    @CurrentIdentity() identity: Identity,
    @ProposalId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('proposal') ifMatch: string | undefined,
  ): Promise<AnsweredProposal> {
    return this.answering.accept(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/decline')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Decline, or take back what was accepted; what is known of the person is forgotten',
  })
  @ApiAcceptedResponse({ description: 'Done here; its way has begun', type: AnsweredProposal })
  @ApiProblems({ 404: NOT_FOUND, 409: ['offer-answered', 'sender-unknown'] })
  decline(
    @CurrentIdentity() identity: Identity,
    @ProposalId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('proposal') ifMatch: string | undefined,
    @Body() { reason }: DeclineBody,
  ): Promise<AnsweredProposal> {
    return this.answering.decline(identity, { id, ifMatch, idempotencyKey }, reason);
  }

  @Post(':id/admit')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'The person is there: no withdrawal puts them out' })
  @ApiOkResponse({ description: 'Recorded', type: ChangedProposal })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['offer-answered', 'offer-not-accepted', 'person-not-named'],
    422: ['day-in-the-future'],
  })
  admit(
    @CurrentIdentity() identity: Identity,
    @ProposalId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('proposal') ifMatch: string | undefined,
    @Body() { on }: StayDayBody,
  ): Promise<ChangedProposal> {
    return this.answering.admit(identity, { id, ifMatch, idempotencyKey }, on);
  }

  @Post(':id/leave')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'The person has left: the bed is free' })
  @ApiOkResponse({ description: 'Recorded', type: ChangedProposal })
  @ApiProblems({ 404: NOT_FOUND, 409: ['offer-answered', 'nobody-admitted'], 422: DAYS })
  leave(
    @CurrentIdentity() identity: Identity,
    @ProposalId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('proposal') ifMatch: string | undefined,
    @Body() { on }: StayDayBody,
  ): Promise<ChangedProposal> {
    return this.answering.leave(identity, { id, ifMatch, idempotencyKey }, on);
  }
}
