import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import {
  AnsweredArbitration,
  ArbitrationPage,
  ArbitrationView,
  DecideArbitrationBody,
  ListArbitrationsQuery,
} from './arbitration.dto';
import { ArbitrationReader } from './arbitration.reader';
import { DecideArbitrationHandler } from './decide-arbitration.handler';

const ArbitrationId = (): ParameterDecorator => UuidParam('id', 'Of what is to be decided');
const NOT_FOUND = ['arbitration-not-found'];
const OVER = ['arbitration-over', 'sender-unknown'];

/** Conflicts of competence between départements, at whoever decides them: a parquet, the national coordination. */
@ApiTags('competence')
@ErrorStatus({
  'arbitration-not-found': 404,
  'arbitration-over': 409,
  'sender-unknown': 409,
  'competence-third': 422,
})
@AllowRoles(...CASEWORKERS)
@Controller('v1/competence-arbitrations')
export class ArbitrationController {
  constructor(
    private readonly reader: ArbitrationReader,
    private readonly deciding: DecideArbitrationHandler,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Conflicts of competence that your unit is asked to decide, newest first; nothing about children',
  })
  @ApiOkResponse({ description: 'A page', type: ArbitrationPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListArbitrationsQuery,
  ): Promise<ArbitrationPage> {
    return this.reader.list(identity, query);
  }

  @Get(':id')
  @SendsETag()
  @ApiOperation({ summary: 'One of them: which départements, on what grounds, since when, until when' })
  @ApiOkResponse({ description: 'What is to be decided', type: ArbitrationView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @ArbitrationId() id: string): Promise<ArbitrationView> {
    return this.reader.read(identity, id);
  }

  @Post(':id/decide')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Say which of the two départements is competent: both obey' })
  @ApiAcceptedResponse({ description: 'Decided; its way to both has begun', type: AnsweredArbitration })
  @ApiProblems({ 404: NOT_FOUND, 409: OVER, 422: ['competence-third'] })
  decide(
    @CurrentIdentity() identity: Identity,
    @ArbitrationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('arbitration') ifMatch: string | undefined,
    @Body() { departement }: DecideArbitrationBody,
  ): Promise<AnsweredArbitration> {
    return this.deciding.decide(identity, { id, ifMatch, idempotencyKey, departement });
  }

  @Post(':id/leave-undecided')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Say that you do not decide: the next level may be asked without waiting' })
  @ApiAcceptedResponse({ description: 'Answered; its way has begun', type: AnsweredArbitration })
  @ApiProblems({ 404: NOT_FOUND, 409: OVER })
  leaveUndecided(
    @CurrentIdentity() identity: Identity,
    @ArbitrationId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('arbitration') ifMatch: string | undefined,
  ): Promise<AnsweredArbitration> {
    return this.deciding.leaveUndecided(identity, { id, ifMatch, idempotencyKey });
  }
}
