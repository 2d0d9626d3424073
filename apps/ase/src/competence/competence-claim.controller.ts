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
import { AnswerClaimHandler } from './answer-claim.handler';
import {
  AnswerClaimBody,
  AnsweredClaim,
  ClaimPage,
  ClaimView,
  ListClaimsQuery,
} from './competence-claim.dto';
import { CompetenceReader } from './competence.reader';

const ClaimId = (): ParameterDecorator => UuidParam('id', 'Of the claim');
const NOT_FOUND = ['claim-not-found'];

/** Claims of competence, at the département that is said to be competent. */
@ApiTags('competence')
@ErrorStatus({
  'claim-not-found': 404,
  'claim-answered': 409,
  'claim-over': 409,
  'claim-taken-over': 409,
  'file-missing': 409,
  'sender-unknown': 409,
  'claim-purged': 410,
  'ground-missing': 422,
})
@AllowRoles(...CASEWORKERS)
@Controller('v1/competence-claims')
export class CompetenceClaimController {
  constructor(
    private readonly reader: CompetenceReader,
    private readonly answering: AnswerClaimHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Claims that your unit received, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: ClaimPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListClaimsQuery): Promise<ClaimPage> {
    return this.reader.listClaims(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One claim with its file, as far as your roles may read it; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The claim', type: ClaimView })
  @ApiProblems({ 404: NOT_FOUND, 410: ['claim-purged'] })
  read(@CurrentIdentity() identity: Identity, @ClaimId() id: string): Promise<ClaimView> {
    return this.reader.readClaim(identity, id);
  }

  @Post(':id/answer')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Accept, or refuse with the reason; a refusal may still become an acceptance' })
  @ApiAcceptedResponse({ description: 'Answered; its way to the sender has begun', type: AnsweredClaim })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['claim-answered', 'claim-over', 'sender-unknown'],
    422: ['ground-missing'],
  })
  answer(
    @CurrentIdentity() identity: Identity,
    @ClaimId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('claim') ifMatch: string | undefined,
    @Body() body: AnswerClaimBody,
  ): Promise<AnsweredClaim> {
    return this.answering.answer(identity, { id, ifMatch, idempotencyKey, ...body });
  }

  @Post(':id/take-over')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Take the child over, now that the file has come; whoever sheltered it learns so',
  })
  @ApiAcceptedResponse({ description: 'Taken over; its way to the sender has begun', type: AnsweredClaim })
  @ApiProblems({ 404: NOT_FOUND, 409: ['file-missing', 'claim-taken-over', 'sender-unknown'] })
  takeOver(
    @CurrentIdentity() identity: Identity,
    @ClaimId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('claim') ifMatch: string | undefined,
  ): Promise<AnsweredClaim> {
    return this.answering.takeOver(identity, { id, ifMatch, idempotencyKey });
  }
}
