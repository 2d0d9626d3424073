import { AllowRoles, ApiProblems, CurrentIdentity, etag, type Identity } from '@liaison/platform';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { DeliveryReader } from './delivery.reader';
import { NoticeDeliveries, NoticeHistory, NoticePage, NoticePreview, NoticeView } from './notice.answers';
import { ETAG, NOT_FOUND, NOTICE_ID, NoticeErrors, RECIPIENT_CODES, RECIPIENTS } from './notice.operations';
import { NoticeReader } from './notice.reader';
import { ListNoticesQuery, RecipientsBody } from './notice.requests';
import { AUTHORS, READERS } from '../roles';

/** What a unit reads of its notices de renseignements. */
@ApiTags('notices')
@NoticeErrors()
@Controller('v1/notices')
export class NoticeController {
  constructor(
    private readonly notices: NoticeReader,
    private readonly sent: DeliveryReader,
  ) {}

  @Get()
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'Notices of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ type: NoticePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListNoticesQuery): Promise<NoticePage> {
    return this.notices.list(identity, query);
  }

  @Get(':id')
  @AllowRoles(...READERS)
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

  @Post(':id/preview')
  @HttpCode(200)
  @AllowRoles(...AUTHORS)
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

  @Get(':id/history')
  @AllowRoles(...READERS)
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

  @Get(':id/deliveries')
  @AllowRoles(...READERS)
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
