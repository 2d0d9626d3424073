import {
  AllowRoles,
  ApiProblems,
  AsksBy,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  UuidParam,
  IfMatch,
  SendsETag,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AUTHORS, READERS } from '../roles';
import {
  ListOpinionsQuery,
  OpinionPage,
  OpinionView,
  RefusedOpinion,
  RefuseOpinionBody,
} from './opinion-request.dto';
import { ASKED_BY, OpinionReader } from './opinion-request.reader';
import { RefuseOpinionHandler } from './refuse-opinion.handler';

const OpinionId = (): ParameterDecorator => UuidParam('id');
const NOT_FOUND = ['opinion-not-found'];

/** Opinions that préfectures ask of the caller's unit. The answer is a notice that names the request, or a refusal. */
@ApiTags('opinions')
@ErrorStatus({
  'opinion-not-found': 404,
  'opinion-answered': 409,
  'opinion-withdrawn': 409,
  'sender-unknown': 409,
})
@Controller('v1/opinion-requests')
export class OpinionRequestController {
  constructor(
    private readonly opinions: OpinionReader,
    private readonly refusing: RefuseOpinionHandler,
  ) {}

  @Get()
  @AllowRoles(...READERS)
  @AsksBy(ASKED_BY)
  @ApiOperation({ summary: 'Opinions that your unit is asked for, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: OpinionPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListOpinionsQuery): Promise<OpinionPage> {
    return this.opinions.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One request, as far as your roles may read it; the reading is recorded' })
  @ApiOkResponse({ description: 'The request', type: OpinionView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @OpinionId() id: string): Promise<OpinionView> {
    return this.opinions.read(identity, id);
  }

  @Post(':id/refuse')
  @HttpCode(202)
  @AllowRoles(...AUTHORS)
  @SendsETag()
  @ApiOperation({
    summary: 'Give no opinion, and say why. To give one, issue or amend a notice that names the request',
  })
  @ApiAcceptedResponse({ description: 'Refused; the answer is on its way', type: RefusedOpinion })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['opinion-answered', 'opinion-withdrawn', 'sender-unknown'],
  })
  refuse(
    @CurrentIdentity() identity: Identity,
    @OpinionId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('request') ifMatch: string | undefined,
    @Body() { reason, explanation }: RefuseOpinionBody,
  ): Promise<RefusedOpinion> {
    return this.refusing.refuse(identity, {
      id,
      reason,
      ifMatch,
      idempotencyKey,
      ...(explanation !== undefined && { explanation }),
    });
  }
}
