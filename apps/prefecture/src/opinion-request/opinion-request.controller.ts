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
import { DECIDERS, READERS } from '../roles';
import { AskOpinionHandler } from './ask-opinion.handler';
import {
  AskedOpinion,
  AskOpinionBody,
  ListOpinionsQuery,
  OpinionPage,
  OpinionView,
  WithdrawnOpinion,
  WithdrawOpinionBody,
} from './opinion-request.dto';
import { OpinionReader } from './opinion-request.reader';

const OPINION_ID = { name: 'id', format: 'uuid', description: 'Of the request' };
const NOT_FOUND = ['opinion-not-found'];

/** Opinions that the préfecture asks of investigating services. */
@ApiTags('opinions')
@ErrorStatus({
  'opinion-not-found': 404,
  'permit-not-found': 404,
  'notice-not-found': 404,
  'opinion-already-asked': 409,
  'opinion-answered': 409,
  'opinion-withdrawn': 409,
  'notice-voided': 410,
  'unit-unknown': 422,
  'applicant-missing': 422,
  'due-day-passed': 422,
  'due-day-too-far': 422,
})
@Controller('v1/opinion-requests')
export class OpinionRequestController {
  constructor(
    private readonly opinions: OpinionReader,
    private readonly asking: AskOpinionHandler,
  ) {}

  @Post()
  @HttpCode(202)
  @AllowRoles(...DECIDERS)
  @RequiresIdempotencyKey()
  @ApiOperation({ summary: 'Ask a unit of an investigating service for its opinion on an application' })
  @ApiAcceptedResponse({ description: 'Asked; its way to the unit has begun', type: AskedOpinion })
  @ApiProblems({
    400: KEY_PROBLEMS,
    404: ['permit-not-found', 'notice-not-found'],
    409: ['opinion-already-asked'],
    410: ['notice-voided'],
    422: ['unit-unknown', 'applicant-missing', 'due-day-passed', 'due-day-too-far', 'idempotency-key-reused'],
  })
  async ask(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { applicant, ...body }: AskOpinionBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AskedOpinion> {
    const answer = await this.asking.ask(identity, {
      ...body,
      idempotencyKey,
      ...(applicant && { applicant: { ...applicant } }),
    });
    response.setHeader('ETag', etag(answer.version));
    return answer;
  }

  @Get()
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'Opinions that your unit asked for, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: OpinionPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListOpinionsQuery): Promise<OpinionPage> {
    return this.opinions.list(identity, query);
  }

  @Get(':id')
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'One request with its answer, as far as your roles may read it; the reading is recorded',
  })
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

  @Post(':id/withdraw')
  @HttpCode(202)
  @AllowRoles(...DECIDERS)
  @RequiresIdempotencyKey()
  @ApiOperation({
    summary: 'Nobody waits for the answer any more: the unit is told, where it has the request',
  })
  @ApiParam(OPINION_ID)
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the request that you have read' })
  @ApiAcceptedResponse({ description: 'Withdrawn', type: WithdrawnOpinion })
  @ApiProblems({
    400: KEY_PROBLEMS,
    404: NOT_FOUND,
    409: ['opinion-answered', 'opinion-withdrawn'],
    412: ['precondition-failed'],
    422: ['unit-unknown', 'idempotency-key-reused'],
    428: ['precondition-required'],
  })
  async withdraw(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() { reason }: WithdrawOpinionBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WithdrawnOpinion> {
    const answer = await this.asking.withdraw(identity, { id, reason, ifMatch, idempotencyKey });
    response.setHeader('ETag', etag(answer.version));
    return answer;
  }
}
