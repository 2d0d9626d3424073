import { OPINION_REQUESTED } from '@liaison/contracts';
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
import { PURPOSE } from '../own-records';
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

const OpinionId = (): ParameterDecorator => UuidParam('id', 'Of the request');
const NOT_FOUND = ['opinion-not-found'];

/** Opinions that the préfecture asks of investigating services. */
@ApiTags('opinions')
@ErrorStatus({
  'record-withheld': 403,
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
  @SendsETag()
  @ApiOperation({ summary: 'Ask a unit of an investigating service for its opinion on an application' })
  @ApiAcceptedResponse({ description: 'Asked; its way to the unit has begun', type: AskedOpinion })
  @ApiProblems({
    403: ['role-missing', 'record-withheld'],
    404: ['permit-not-found', 'notice-not-found'],
    409: ['opinion-already-asked'],
    410: ['notice-voided'],
    422: ['unit-unknown', 'applicant-missing', 'due-day-passed', 'due-day-too-far'],
  })
  ask(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { applicant, ...body }: AskOpinionBody,
  ): Promise<AskedOpinion> {
    return this.asking.ask(identity, {
      ...body,
      idempotencyKey,
      ...(applicant && { applicant: { ...applicant } }),
    });
  }

  @Get()
  @AllowRoles(...READERS)
  @AsksBy({
    of: OPINION_REQUESTED,
    purpose: PURPOSE,
    filters: { overdue: ['dueOn'], subjectId: ['subject'] },
    lists: ['subject', 'dueOn', 'requestedAt'],
  })
  @ApiOperation({ summary: 'Opinions that your unit asked for, newest first; nothing about the persons' })
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
  @ApiOperation({
    summary: 'One request with its answer, as far as your roles may read it; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The request', type: OpinionView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @OpinionId() id: string): Promise<OpinionView> {
    return this.opinions.read(identity, id);
  }

  @Post(':id/withdraw')
  @HttpCode(202)
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({
    summary: 'Nobody waits for the answer any more: the unit is told, where it has the request',
  })
  @ApiAcceptedResponse({ description: 'Withdrawn', type: WithdrawnOpinion })
  @ApiProblems({
    403: ['role-missing', 'record-withheld'],
    404: NOT_FOUND,
    409: ['opinion-answered', 'opinion-withdrawn'],
    422: ['unit-unknown'],
  })
  withdraw(
    @CurrentIdentity() identity: Identity,
    @OpinionId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('request') ifMatch: string | undefined,
    @Body() { reason }: WithdrawOpinionBody,
  ): Promise<WithdrawnOpinion> {
    return this.asking.withdraw(identity, { id, reason, ifMatch, idempotencyKey });
  }
}
