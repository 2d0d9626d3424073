import {
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
import { AnswerUrgentHandler } from './answer-urgent.handler';
import { AskUrgentlyHandler } from './ask-urgently.handler';
import { AskedItem, AskedPage, AskedView, AskUrgentlyBody, ListAskedQuery } from './asked.dto';
import {
  AnswerUrgentBody,
  ListReceivedQuery,
  ReceivedItem,
  ReceivedPage,
  ReceivedView,
  RefuseUrgentBody,
  UrgentPreview,
} from './received.dto';
import { UrgentRequestReader } from './urgent-request.reader';
import { WithdrawUrgentHandler } from './withdraw-urgent.handler';

const RequestId = (): ParameterDecorator => UuidParam('id', 'The request');
const NOT_FOUND = ['urgent-request-not-found'];
const ANSWERED = ['urgent-request-answered', 'urgent-request-taken-back', 'sender-unknown'];

/** Asks another agency in an emergency, and says when nobody waits any longer. */
@ApiTags('urgent-requests')
@ErrorStatus({
  'case-not-found': 404,
  'urgent-request-not-found': 404,
  'urgent-not-allowed': 409,
  'urgent-request-answered': 409,
  'urgent-request-withdrawn': 409,
  'agency-unknown': 422,
  'unit-unknown': 422,
  'person-missing': 422,
})
@Controller('v1/urgent-requests')
export class AskUrgentlyController {
  constructor(
    private readonly asking: AskUrgentlyHandler,
    private readonly withdrawing: WithdrawUrgentHandler,
  ) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary:
      'Ask another agency, in an emergency, for what yours does not hold: recorded, answered by a person there',
  })
  @ApiAcceptedResponse({ description: 'Asked; its way has begun', type: AskedItem })
  @ApiProblems({
    404: ['case-not-found'],
    409: ['urgent-not-allowed'],
    422: ['agency-unknown', 'unit-unknown', 'person-missing'],
  })
  ask(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: AskUrgentlyBody,
  ): Promise<AskedItem> {
    return this.asking.ask(identity, body, idempotencyKey);
  }

  @Post(':id/withdraw')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary:
      'Withdraw it: it does not leave any more, or its words are taken back there. An answer that is on its way stays one',
  })
  @ApiAcceptedResponse({ description: 'Withdrawn; the other side is told where it has it', type: AskedItem })
  @ApiProblems({ 404: NOT_FOUND, 409: ['urgent-request-answered', 'urgent-request-withdrawn'] })
  withdraw(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('request') ifMatch: string | undefined,
  ): Promise<AskedItem> {
    return this.withdrawing.withdraw(identity, { id, ifMatch, idempotencyKey });
  }
}

/** What the caller's unit asked in emergencies. */
@ApiTags('urgent-requests')
@ErrorStatus({ 'urgent-request-not-found': 404 })
@Controller('v1/urgent-requests')
export class UrgentRequestController {
  constructor(private readonly requests: UrgentRequestReader) {}

  @Get()
  @ApiOperation({ summary: 'What your unit asked in emergencies, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: AskedPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListAskedQuery): Promise<AskedPage> {
    return this.requests.listAsked(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One of them with its answer, as far as your roles may read it; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The request', type: AskedView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @RequestId() id: string): Promise<AskedView> {
    return this.requests.readAsked(identity, id);
  }
}

/** Answers other agencies in an emergency. */
@ApiTags('urgent-requests')
@ErrorStatus({
  'urgent-request-not-found': 404,
  'urgent-request-answered': 409,
  'urgent-request-taken-back': 409,
  'urgent-answer-denied': 409,
  'nothing-released': 409,
  'sender-unknown': 409,
})
@Controller('v1/urgent-received')
export class AnswerUrgentController {
  constructor(private readonly answering: AnswerUrgentHandler) {}

  @Post(':id/preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What of an answer would reach whoever asked: names of fields, nothing is kept' })
  @ApiOkResponse({ description: 'Decided as it would be now', type: UrgentPreview })
  @ApiProblems({ 404: NOT_FOUND, 409: ['sender-unknown'] })
  preview(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @Body() body: AnswerUrgentBody,
  ): Promise<UrgentPreview> {
    return this.answering.preview(identity, id, body);
  }

  @Post(':id/answer')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Answer it, as far as the conventions let the answer leave' })
  @ApiAcceptedResponse({ description: 'Answered; the answer is on its way', type: ReceivedItem })
  @ApiProblems({ 404: NOT_FOUND, 409: [...ANSWERED, 'urgent-answer-denied', 'nothing-released'] })
  answer(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('request') ifMatch: string | undefined,
    @Body() body: AnswerUrgentBody,
  ): Promise<ReceivedItem> {
    return this.answering.answer(identity, { id, ifMatch, idempotencyKey }, body);
  }

  @Post(':id/refuse')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary:
      'Give no answer: whoever asked learns that there is none; why, only where the convention says so',
  })
  @ApiAcceptedResponse({ description: 'Refused; that is on its way', type: ReceivedItem })
  @ApiProblems({ 404: NOT_FOUND, 409: ANSWERED })
  refuse(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('request') ifMatch: string | undefined,
    @Body() body: RefuseUrgentBody,
  ): Promise<ReceivedItem> {
    return this.answering.refuse(identity, { id, ifMatch, idempotencyKey }, body);
  }
}

/** What other agencies ask the caller's unit in emergencies. */
@ApiTags('urgent-requests')
@ErrorStatus({ 'urgent-request-not-found': 404 })
@Controller('v1/urgent-received')
export class UrgentReceivedController {
  constructor(private readonly requests: UrgentRequestReader) {}

  @Get()
  @ApiOperation({
    summary: 'What your unit is asked in emergencies, newest first; nothing about the persons',
  })
  @ApiOkResponse({ description: 'A page', type: ReceivedPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListReceivedQuery): Promise<ReceivedPage> {
    return this.requests.listReceived(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary:
      'One of them with what your unit answered, as far as your roles may read it; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The request', type: ReceivedView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @RequestId() id: string): Promise<ReceivedView> {
    return this.requests.readReceived(identity, id);
  }
}
