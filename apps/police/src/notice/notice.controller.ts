import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  type Identity,
  SendsETag,
  ShowsEach,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeliveryReader } from './delivery.reader';
import { NoticeDeliveries, NoticeHistory, NoticePage, NoticePreview, NoticeView } from './notice.answers';
import { NoticeContents, NoticeContentsQuery } from './notice-contents.dto';
import { NOT_FOUND, NoticeId, NoticeErrors, RECIPIENT_CODES, RECIPIENTS } from './notice.operations';
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

  @Get('contents')
  @ShowsEach()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'Notices with their contents, newest first, each as `/v1/notices/{id}` shows it; each is recorded as read',
  })
  @ApiOkResponse({ type: NoticeContents })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  contents(
    @CurrentIdentity() identity: Identity,
    @Query() query: NoticeContentsQuery,
  ): Promise<NoticeContents> {
    return this.notices.contents(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One notice, as far as your roles may read it; the reading is recorded' })
  @ApiOkResponse({ type: NoticeView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @NoticeId() id: string): Promise<NoticeView> {
    return this.notices.read(identity, id);
  }

  @Post(':id/preview')
  @ShowsPerson()
  @HttpCode(200)
  @AllowRoles(...AUTHORS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'What each recipient would see, field by field, and why; sends nothing' })
  @ApiBody(RECIPIENTS)
  @ApiOkResponse({ type: NoticePreview })
  @ApiProblems({ 404: NOT_FOUND, 422: RECIPIENT_CODES })
  preview(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @Body() body?: RecipientsBody,
  ): Promise<NoticePreview> {
    return this.notices.preview(identity, id, body?.recipients);
  }

  @Get(':id/history')
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'What became of it since it was written; nothing about the person' })
  @ApiOkResponse({ type: NoticeHistory })
  @ApiProblems({ 404: NOT_FOUND })
  async history(@CurrentIdentity() identity: Identity, @NoticeId() id: string): Promise<NoticeHistory> {
    return { items: await this.notices.history(identity, id) };
  }

  @Get(':id/deliveries')
  @AllowRoles(...READERS)
  @ApiOperation({ summary: 'What became of it at each recipient, and why anything was withheld' })
  @ApiOkResponse({ type: NoticeDeliveries })
  @ApiProblems({ 404: NOT_FOUND })
  async deliveries(@CurrentIdentity() identity: Identity, @NoticeId() id: string): Promise<NoticeDeliveries> {
    return { items: await this.sent.deliveries(identity, id) };
  }
}
