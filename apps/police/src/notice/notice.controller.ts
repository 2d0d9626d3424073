import {
  AllowRoles,
  ApiProblems,
  checkIdempotencyKey,
  CurrentIdentity,
  ErrorStatus,
  etag,
  IdempotencyKey,
  type Identity,
  invalidRequest,
  KEY_PROBLEMS,
  RequiresIdempotencyKey,
} from '@liaison/platform';
import {
  applyDecorators,
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { AmendNoticeHandler } from './amend-notice.handler';
import { ContentPipe, DraftContentPipe } from './content.pipe';
import { DeliveryReader } from './delivery.reader';
import { DiscardNoticeHandler } from './discard-notice.handler';
import { EditNoticeHandler } from './edit-notice.handler';
import { IssueNoticeHandler } from './issue-notice.handler';
import { MoveNoticeHandler } from './move-notice.handler';
import type { Draft } from './notice';
import {
  ChangedNotice,
  EndedNotice,
  NoticeDeliveries,
  NoticeHistory,
  NoticePage,
  NoticePreview,
  NoticeView,
  WrittenNotice,
} from './notice.answers';
import {
  AmendNoticeBody,
  DraftBody,
  ListNoticesQuery,
  MoveNoticeBody,
  RecallNoticeBody,
  RecipientsBody,
  WithdrawNoticeBody,
  WriteNoticeBody,
} from './notice.requests';
import { NoticeReader } from './notice.reader';
import { RecallNoticeHandler } from './recall-notice.handler';
import { WithdrawNoticeHandler } from './withdraw-notice.handler';
import { WriteNoticeHandler } from './write-notice.handler';

const NOTICE_ID = { name: 'id', format: 'uuid' };
const ETAG = { ETag: { description: 'Version of its state', schema: { type: 'string' as const } } };
const LOCATION = { Location: { description: 'The notice', schema: { type: 'string' as const } } };
const RECIPIENTS = { type: RecipientsBody, required: false };
const NOT_FOUND = ['notice-not-found'];
const RECIPIENT_CODES = [
  'no-competent-prefecture',
  'recipient-unknown',
  'recipient-is-own-agency',
  'recipient-repeated',
];
const IF_MATCH = { name: 'If-Match', required: true, description: 'ETag of the version that you have read' };

const CHANGE_PROBLEMS = {
  400: KEY_PROBLEMS,
  404: NOT_FOUND,
  409: ['notice-not-issued', 'notice-ended'],
  412: ['precondition-failed'],
  428: ['precondition-required'],
};

/** What the operations on an issued notice have in common. */
const ChangesIssued = (summary: string): MethodDecorator =>
  applyDecorators(
    HttpCode(202),
    AllowRoles('officer', 'supervisor'),
    RequiresIdempotencyKey(),
    ApiOperation({ summary }),
    ApiParam(NOTICE_ID),
    ApiHeader(IF_MATCH),
  );

/** Notices de renseignements of the caller's unit. */
@ApiTags('notices')
@ErrorStatus({
  'notice-not-found': 404,
  'notice-not-draft': 409,
  'notice-not-issued': 409,
  'notice-ended': 409,
  'notice-not-moved': 422,
  'notice-incomplete': 422,
  'departement-changed': 422,
  'recall-from-nobody': 422,
  'no-competent-prefecture': 422,
  'recipient-unknown': 422,
  'recipient-is-own-agency': 422,
  'recipient-repeated': 422,
})
@Controller('v1/notices')
export class NoticeController {
  constructor(
    private readonly writing: WriteNoticeHandler,
    private readonly editing: EditNoticeHandler,
    private readonly discarding: DiscardNoticeHandler,
    private readonly issuing: IssueNoticeHandler,
    private readonly amending: AmendNoticeHandler,
    private readonly moving: MoveNoticeHandler,
    private readonly withdrawing: WithdrawNoticeHandler,
    private readonly recalling: RecallNoticeHandler,
    private readonly notices: NoticeReader,
    private readonly sent: DeliveryReader,
  ) {}

  @Post()
  @AllowRoles('officer', 'supervisor')
  @ApiOperation({ summary: 'Write a notice: a draft, or with `state: issued` one that is sent at once' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Needed with `state: issued`' })
  @ApiCreatedResponse({ type: WrittenNotice, headers: { ...ETAG, ...LOCATION }, description: 'A draft' })
  @ApiAcceptedResponse({ type: WrittenNotice, headers: { ...ETAG, ...LOCATION }, description: 'Issued' })
  @ApiProblems({
    400: KEY_PROBLEMS,
    422: [...RECIPIENT_CODES, 'idempotency-key-reused'],
  })
  async write(
    @CurrentIdentity() identity: Identity,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Body(DraftContentPipe) { state, recipients, ...draft }: WriteNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WrittenNotice> {
    if (state === 'issued') {
      const notice = await this.writing.writeAndIssue(identity, {
        draft: { ...draftOf(draft), content: draft.content },
        recipients,
        idempotencyKey: checkIdempotencyKey(idempotencyKey),
      });
      response.status(202).location(`/v1/notices/${notice.id}`).setHeader('ETag', etag(notice.version));
      return notice;
    }
    if (recipients?.length) {
      throw invalidRequest([{ pointer: '/recipients', detail: 'belongs to a notice that is issued' }]);
    }
    const notice = await this.writing.write(identity, draftOf(draft));
    response.location(`/v1/notices/${notice.id}`).setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Put(':id')
  @AllowRoles('officer', 'supervisor')
  @ApiOperation({ summary: 'Replace a draft' })
  @ApiParam(NOTICE_ID)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: WrittenNotice, headers: ETAG })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['notice-not-draft'],
    412: ['precondition-failed'],
    428: ['precondition-required'],
  })
  async edit(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(DraftContentPipe) body: DraftBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WrittenNotice> {
    const notice = await this.editing.edit(identity, { id, ifMatch, draft: draftOf(body) });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/preview')
  @HttpCode(200)
  @AllowRoles('officer', 'supervisor')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'What each recipient would see, field by field, and why; sends nothing' })
  @ApiParam(NOTICE_ID)
  @ApiBody(RECIPIENTS)
  @ApiOkResponse({ type: NoticePreview })
  @ApiProblems({ 404: NOT_FOUND, 422: RECIPIENT_CODES })
  preview(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Body() body?: RecipientsBody,
  ): Promise<NoticePreview> {
    return this.notices.preview(identity, id, body?.recipients);
  }

  @Post(':id/issue')
  @HttpCode(202)
  @AllowRoles('officer', 'supervisor')
  @RequiresIdempotencyKey()
  @ApiOperation({ summary: 'Issue a draft: it is final, and on its way to its recipients' })
  @ApiParam(NOTICE_ID)
  @ApiHeader(IF_MATCH)
  @ApiBody(RECIPIENTS)
  @ApiAcceptedResponse({ type: WrittenNotice, headers: ETAG })
  @ApiProblems({
    400: KEY_PROBLEMS,
    404: NOT_FOUND,
    409: ['notice-not-draft'],
    412: ['precondition-failed'],
    422: ['notice-incomplete', ...RECIPIENT_CODES, 'idempotency-key-reused'],
    428: ['precondition-required'],
  })
  async issue(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
    @Body() body?: RecipientsBody,
  ): Promise<WrittenNotice> {
    const command = { id, ifMatch, idempotencyKey, recipients: body?.recipients };
    const notice = await this.issuing.issue(identity, command);
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('officer', 'supervisor')
  @ApiOperation({ summary: 'Give a draft up: that there was one stays, what was in it goes' })
  @ApiParam(NOTICE_ID)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse()
  @ApiProblems({
    404: NOT_FOUND,
    409: ['notice-not-draft'],
    412: ['precondition-failed'],
    428: ['precondition-required'],
  })
  discard(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.discarding.discard(identity, { id, ifMatch });
  }

  @Post(':id/amend')
  @ChangesIssued('A new version, whole, that says why; everybody who gets the notice gets it')
  @ApiAcceptedResponse({ type: ChangedNotice, headers: ETAG })
  @ApiProblems({ ...CHANGE_PROBLEMS, 422: ['departement-changed', 'idempotency-key-reused'] })
  async amend(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(ContentPipe) { content, protection, reason, explanation }: AmendNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChangedNotice> {
    const notice = await this.amending.amend(identity, {
      id,
      ifMatch,
      idempotencyKey,
      content,
      reason,
      ...(protection && { protection }),
      ...(explanation && { explanation }),
    });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/move')
  @ChangesIssued(
    'The person is in another département: who is competent there gets the notice, who is not any more learns that ' +
      'its version no longer stands',
  )
  @ApiAcceptedResponse({ type: ChangedNotice, headers: ETAG })
  @ApiProblems({
    ...CHANGE_PROBLEMS,
    422: ['notice-not-moved', ...RECIPIENT_CODES, 'idempotency-key-reused'],
  })
  async move(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(ContentPipe) { departement, content, protection, recipients }: MoveNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChangedNotice> {
    const notice = await this.moving.move(identity, {
      id,
      ifMatch,
      idempotencyKey,
      departement,
      ...(content && { content }),
      ...(protection && { protection }),
      ...(recipients && { recipients }),
    });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/withdraw')
  @ChangesIssued('No version stands any more: what has not left stays here, who has one is told')
  @ApiAcceptedResponse({ type: EndedNotice, headers: ETAG })
  @ApiProblems({ ...CHANGE_PROBLEMS, 422: ['idempotency-key-reused'] })
  async withdraw(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() { reason }: WithdrawNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EndedNotice> {
    const notice = await this.withdrawing.withdraw(identity, { id, ifMatch, idempotencyKey, reason });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/recall')
  @ChangesIssued('It was sent by mistake: its content is destroyed wherever it has arrived')
  @ApiAcceptedResponse({ type: EndedNotice, headers: ETAG })
  @ApiProblems({ ...CHANGE_PROBLEMS, 422: ['recall-from-nobody', 'idempotency-key-reused'] })
  async recall(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() { reason, recipients }: RecallNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EndedNotice> {
    const notice = await this.recalling.recall(identity, {
      id,
      ifMatch,
      idempotencyKey,
      reason,
      ...(recipients && { recipients }),
    });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Get(':id/history')
  @AllowRoles('officer', 'supervisor', 'caseworker')
  @ApiOperation({ summary: 'What became of it since it was written; nothing about the person' })
  @ApiParam(NOTICE_ID)
  @ApiOkResponse({ type: NoticeHistory })
  @ApiProblems({ 404: NOT_FOUND })
  async history(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
  ): Promise<NoticeHistory> {
    return { items: await this.notices.history(identity, id) };
  }

  @Get()
  @AllowRoles('officer', 'supervisor', 'caseworker')
  @ApiOperation({ summary: 'Notices of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ type: NoticePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListNoticesQuery): Promise<NoticePage> {
    return this.notices.list(identity, query);
  }

  @Get(':id')
  @AllowRoles('officer', 'supervisor', 'caseworker')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'One notice, as far as your roles may read it; the reading is recorded' })
  @ApiParam(NOTICE_ID)
  @ApiOkResponse({ type: NoticeView, headers: ETAG })
  @ApiProblems({ 404: NOT_FOUND })
  async read(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<NoticeView> {
    const notice = await this.notices.read(identity, id);
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Get(':id/deliveries')
  @AllowRoles('officer', 'supervisor', 'caseworker')
  @ApiOperation({ summary: 'What became of it at each recipient, and why anything was withheld' })
  @ApiParam(NOTICE_ID)
  @ApiOkResponse({ type: NoticeDeliveries })
  @ApiProblems({ 404: NOT_FOUND })
  async deliveries(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
  ): Promise<NoticeDeliveries> {
    return { items: await this.sent.deliveries(identity, id) };
  }
}

/** Who states no measure states that they know of none: what they leave out is false, not unknown. */
function draftOf({ content, protection }: DraftBody): Draft {
  const { identity = false, address = false } = protection ?? {};
  return { content, protection: { identity, address } };
}
