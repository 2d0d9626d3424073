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
import { CaseId } from '../dto';
import { GiveAnswerHandler } from './give-answer.handler';
import {
  AnswerChoices,
  GiveAnswerBody,
  GivenAnswer,
  GivenAnswers,
  ListAnswersQuery,
  PartnerAnswerItem,
  PartnerAnswerPage,
  PartnerAnswerView,
} from './partner-answer.dto';
import { PartnerAnswerReader } from './partner-answer.reader';

const AnswerId = (): ParameterDecorator => UuidParam('id', 'Of the answer');
const NOT_FOUND = ['answer-not-found'];
const NOT_ANSWERED = ['case-not-received', 'case-taken-back', 'sender-unknown'];

/** What an agency answers to those who brought cases to it. */
@ApiTags('partner-answers')
@ErrorStatus({
  'case-not-found': 404,
  ...Object.fromEntries(NOT_ANSWERED.map((code) => [code, 409])),
  'choice-not-offered': 422,
})
@Controller('v1')
export class GiveAnswerController {
  constructor(
    private readonly answering: GiveAnswerHandler,
    private readonly answers: PartnerAnswerReader,
  ) {}

  @Get('answer-choices')
  @ApiOperation({ summary: 'What your agency answers with' })
  @ApiOkResponse({ description: 'Words out of a list', type: AnswerChoices })
  choices(): AnswerChoices {
    return { choices: this.answering.choices() };
  }

  @Get('cases/:id/answers')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'What your agency has answered on a case; the reading is recorded' })
  @ApiOkResponse({ description: 'Newest first', type: GivenAnswers })
  @ApiProblems({ 404: ['case-not-found'] })
  async given(@CurrentIdentity() identity: Identity, @CaseId() id: string): Promise<GivenAnswers> {
    return { items: await this.answers.given(identity, id) };
  }

  @Post('cases/:id/answers')
  @HttpCode(202)
  @ApiOperation({ summary: 'Answer whoever brought the case to you, as often as there is something to say' })
  @ApiAcceptedResponse({ description: 'Given; its way has begun', type: GivenAnswer })
  @ApiProblems({
    403: ['role-missing'],
    404: ['case-not-found'],
    409: NOT_ANSWERED,
    422: ['choice-not-offered'],
  })
  answer(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { choice, text }: GiveAnswerBody,
  ): Promise<GivenAnswer> {
    return this.answering.answer(identity, { id, choice, idempotencyKey, ...(text && { text }) });
  }
}

/** What partners answered on the unit's cases. */
@ApiTags('partner-answers')
@ErrorStatus({ 'answer-not-found': 404, 'answer-noted': 409, 'answer-voided': 410 })
@Controller('v1/partner-answers')
export class PartnerAnswerController {
  constructor(private readonly answers: PartnerAnswerReader) {}

  @Get()
  @ApiOperation({ summary: 'Answers to cases of your unit, newest first; nothing of what they say' })
  @ApiOkResponse({ description: 'A page', type: PartnerAnswerPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListAnswersQuery): Promise<PartnerAnswerPage> {
    return this.answers.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One answer, as far as your roles may read it; the reading is recorded' })
  @ApiOkResponse({ description: 'The answer', type: PartnerAnswerView })
  @ApiProblems({ 404: NOT_FOUND, 410: ['answer-voided'] })
  read(@CurrentIdentity() identity: Identity, @AnswerId() id: string): Promise<PartnerAnswerView> {
    return this.answers.read(identity, id);
  }

  @Post(':id/note')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Take note of an answer, for your unit' })
  @ApiOkResponse({ description: 'Noted', type: PartnerAnswerItem })
  @ApiProblems({ 404: NOT_FOUND, 409: ['answer-noted'], 410: ['answer-voided'] })
  note(
    @CurrentIdentity() identity: Identity,
    @AnswerId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('answer') ifMatch: string | undefined,
  ): Promise<PartnerAnswerItem> {
    return this.answers.note(identity, { id, ifMatch, idempotencyKey });
  }
}
