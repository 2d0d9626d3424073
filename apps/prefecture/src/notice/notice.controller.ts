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
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { DECIDERS, READERS } from '../roles';
import { AcknowledgeNoticeHandler } from './acknowledge-notice.handler';
import {
  AcknowledgeNoticeBody,
  AcknowledgementAnswer,
  AcknowledgementDeliveries,
  ListNoticesQuery,
  NoticePage,
  NoticeView,
  SectionProvenance,
} from './notice.dto';
import { NoticeReader } from './notice.reader';

const NOTICE_ID = { name: 'id', format: 'uuid', description: 'Of the list' };
const NOT_FOUND = ['notice-not-found'];
const VOIDED = ['notice-voided'];
const ETAG = { ETag: { description: 'Version of its state', schema: { type: 'string' as const } } };

/** The desk's inbox of notices. */
@ApiTags('notices')
@ApiExtraModels(SectionProvenance)
@ErrorStatus({
  'notice-not-found': 404,
  'notice-already-acknowledged': 409,
  'sender-unknown': 409,
  'notice-no-longer-stands': 409,
  'notice-voided': 410,
})
@Controller('v1/notices')
export class NoticeController {
  constructor(
    private readonly notices: NoticeReader,
    private readonly acknowledgements: AcknowledgeNoticeHandler,
  ) {}

  @Get()
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'Notices that your unit received, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: NoticePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListNoticesQuery): Promise<NoticePage> {
    return this.notices.list(identity, query);
  }

  @Get(':id')
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'One notice, as far as your roles may read it; the reading is recorded' })
  @ApiParam(NOTICE_ID)
  @ApiOkResponse({ description: 'The notice', type: NoticeView, headers: ETAG })
  @ApiProblems({ 404: NOT_FOUND, 410: VOIDED })
  async read(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<NoticeView> {
    const notice = await this.notices.read(identity, id);
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/acknowledge')
  @HttpCode(202)
  @AllowRoles(...DECIDERS)
  @RequiresIdempotencyKey()
  @ApiOperation({ summary: 'Take note of a notice and tell its sender' })
  @ApiParam(NOTICE_ID)
  @ApiHeader({ name: 'If-Match', required: false, description: 'Only while it still has this ETag' })
  @ApiBody({ type: AcknowledgeNoticeBody, required: false })
  @ApiAcceptedResponse({
    description: 'Done here; its way to the sender has begun',
    type: AcknowledgementAnswer,
    headers: ETAG,
  })
  @ApiProblems({
    400: KEY_PROBLEMS,
    403: ['role-missing'],
    404: NOT_FOUND,
    409: ['notice-already-acknowledged', 'notice-no-longer-stands', 'sender-unknown'],
    410: VOIDED,
    412: ['precondition-failed'],
    422: ['idempotency-key-reused'],
  })
  async acknowledge(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
    @Body() body?: AcknowledgeNoticeBody,
  ): Promise<AcknowledgementAnswer> {
    const role = body?.role;
    const answer = await this.acknowledgements.acknowledge(identity, {
      id,
      idempotencyKey,
      ...(role && { role }),
      ...(ifMatch !== undefined && { ifMatch }),
    });
    response.setHeader('ETag', etag(answer.version));
    return answer;
  }

  @Get(':id/deliveries')
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'How far the acknowledgement has come on its way to the sender' })
  @ApiParam(NOTICE_ID)
  @ApiOkResponse({ description: 'One a recipient', type: AcknowledgementDeliveries })
  @ApiProblems({ 404: NOT_FOUND })
  async deliveries(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
  ): Promise<AcknowledgementDeliveries> {
    return { items: await this.notices.deliveries(identity, id) };
  }
}
