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
  Put,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { ContentPipe } from './content.pipe';
import { DeliveryReader } from './delivery.reader';
import { EditNoticeHandler } from './edit-notice.handler';
import { IssueNoticeHandler } from './issue-notice.handler';
import type { Draft } from './notice';
import { NoticeDeliveries, NoticePage, NoticePreview, NoticeView, WrittenNotice } from './notice.answers';
import { DraftBody, ListNoticesQuery, RecipientsBody, WriteNoticeBody } from './notice.requests';
import { NoticeReader } from './notice.reader';
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

/** Notices de renseignements of the caller's unit. */
@ApiTags('notices')
@ErrorStatus({
  'notice-not-found': 404,
  'notice-not-draft': 409,
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
    private readonly issuing: IssueNoticeHandler,
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
    400: ['invalid-request', 'idempotency-key-missing', 'idempotency-key-invalid'],
    422: [...RECIPIENT_CODES, 'idempotency-key-reused'],
  })
  async write(
    @CurrentIdentity() identity: Identity,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Body(ContentPipe) { state, recipients, ...draft }: WriteNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WrittenNotice> {
    if (state === 'issued') {
      const notice = await this.writing.writeAndIssue(identity, {
        draft: draftOf(draft),
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
    @Body(ContentPipe) body: DraftBody,
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
    400: ['invalid-request', 'idempotency-key-missing', 'idempotency-key-invalid'],
    404: NOT_FOUND,
    409: ['notice-not-draft'],
    412: ['precondition-failed'],
    422: [...RECIPIENT_CODES, 'idempotency-key-reused'],
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
