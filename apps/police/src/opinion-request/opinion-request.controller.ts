import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  etag,
  IdempotencyKey,
  type Identity,
  KEY_PROBLEMS,
  RequiresIdempotencyKey,
} from '@liaison/platform';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { AUTHORS, READERS } from '../roles';
import {
  ListOpinionsQuery,
  OpinionPage,
  OpinionView,
  RefusedOpinion,
  RefuseOpinionBody,
} from './opinion-request.dto';
import { OpinionReader } from './opinion-request.reader';
import { RefuseOpinionHandler } from './refuse-opinion.handler';

const OPINION_ID = { name: 'id', format: 'uuid' };
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
  @ApiOperation({ summary: 'Opinions that your unit is asked for, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: OpinionPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListOpinionsQuery): Promise<OpinionPage> {
    return this.opinions.list(identity, query);
  }

  @Get(':id')
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'One request, as far as your roles may read it; the reading is recorded' })
  @ApiParam(OPINION_ID)
  @ApiOkResponse({ description: 'The request', type: OpinionView })
  @ApiProblems({ 404: NOT_FOUND })
  async read(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OpinionView> {
    const opinion = await this.opinions.read(identity, id);
    response.setHeader('ETag', etag(opinion.version));
    return opinion;
  }

  @Post(':id/refuse')
  @HttpCode(202)
  @AllowRoles(...AUTHORS)
  @RequiresIdempotencyKey()
  @ApiOperation({
    summary: 'Give no opinion, and say why. To give one, issue or amend a notice that names the request',
  })
  @ApiParam(OPINION_ID)
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the request that you have read' })
  @ApiAcceptedResponse({ description: 'Refused; the answer is on its way', type: RefusedOpinion })
  @ApiProblems({
    400: KEY_PROBLEMS,
    404: NOT_FOUND,
    409: ['opinion-answered', 'opinion-withdrawn', 'sender-unknown'],
    412: ['precondition-failed'],
    422: ['idempotency-key-reused'],
    428: ['precondition-required'],
  })
  async refuse(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() { reason, explanation }: RefuseOpinionBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RefusedOpinion> {
    const answer = await this.refusing.refuse(identity, {
      id,
      reason,
      ifMatch,
      idempotencyKey,
      ...(explanation !== undefined && { explanation }),
    });
    response.setHeader('ETag', etag(answer.version));
    return answer;
  }
}
