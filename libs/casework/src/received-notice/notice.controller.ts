import { NOTICE_ISSUED } from '@liaison/contracts';
import {
  ANY_FIELD,
  ApiProblems,
  AsksBy,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  UuidParam,
  SendsETag,
  ShowsEach,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Get, Header, Headers, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
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
import { CountNoticesQuery, MatchingNotices, MatchingNoticesQuery, NoticeCounts } from './notice-query.dto';
import { NoticeContents, NoticeContentsQuery } from './notice-contents.dto';
import { NoticeContentReader } from './notice-content.reader';
import { NoticeQueryReader } from './notice-query.reader';
import { NoticeReader } from './notice.reader';

const NoticeId = (): ParameterDecorator => UuidParam('id', 'Of the list');
const NOT_FOUND = ['notice-not-found'];
const VOIDED = ['notice-voided'];
/** Each notice came under a convention of its own. */
const NOTICES = { of: NOTICE_ISSUED, eachDecides: true } as const;

/** The desk's inbox of notices. */
@ApiTags('notices')
@ApiExtraModels(SectionProvenance)
@ErrorStatus({ 'notice-not-found': 404, 'notice-voided': 410 })
@Controller('v1/notices')
export class ReceivedNoticeController {
  constructor(
    private readonly notices: NoticeReader,
    private readonly persons: NoticeContentReader,
    private readonly queries: NoticeQueryReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Notices that your unit received, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: NoticePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListNoticesQuery): Promise<NoticePage> {
    return this.notices.list(identity, query);
  }

  @Get('contents')
  @ShowsEach()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'Notices with their contents, newest first, each as `/v1/notices/{id}` shows it; each is recorded as read',
  })
  @ApiOkResponse({ description: 'A page', type: NoticeContents })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  contents(
    @CurrentIdentity() identity: Identity,
    @Query() query: NoticeContentsQuery,
  ): Promise<NoticeContents> {
    return this.persons.contents(identity, query);
  }

  @Get('matching')
  @ShowsPerson()
  @AsksBy({ ...NOTICES, filters: { field: [ANY_FIELD], value: [ANY_FIELD] } })
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Cases of your unit by a field that your roles may read; the question is recorded',
  })
  @ApiOkResponse({ description: 'Those that have the value', type: MatchingNotices })
  @ApiProblems({ 400: ['invalid-request'] })
  async matching(
    @CurrentIdentity() identity: Identity,
    @Query() query: MatchingNoticesQuery,
  ): Promise<MatchingNotices> {
    return { items: await this.queries.matching(identity, query) };
  }

  @Get('counts')
  @ShowsPerson()
  @AsksBy({ ...NOTICES, filters: { field: [ANY_FIELD] } })
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'How many cases of your unit have which value in a field; the question is recorded',
  })
  @ApiOkResponse({ description: 'By value', type: NoticeCounts })
  @ApiProblems({ 400: ['invalid-request'] })
  async counts(
    @CurrentIdentity() identity: Identity,
    @Query() { field }: CountNoticesQuery,
  ): Promise<NoticeCounts> {
    return { items: await this.queries.counts(identity, field) };
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One notice, as far as your roles may read it; the reading is recorded' })
  @ApiOkResponse({ description: 'The notice', type: NoticeView })
  @ApiProblems({ 404: NOT_FOUND, 410: VOIDED })
  read(@CurrentIdentity() identity: Identity, @NoticeId() id: string): Promise<NoticeView> {
    return this.persons.read(identity, id);
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'How far the acknowledgement has come on its way to the sender' })
  @ApiOkResponse({ description: 'One a recipient', type: AcknowledgementDeliveries })
  @ApiProblems({ 404: NOT_FOUND })
  async deliveries(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
  ): Promise<AcknowledgementDeliveries> {
    return { items: await this.notices.deliveries(identity, id) };
  }
}

/** Taking note, for those whose taking note counts. */
@ApiTags('notices')
@ErrorStatus({
  'notice-not-found': 404,
  'notice-already-acknowledged': 409,
  'sender-unknown': 409,
  'notice-no-longer-stands': 409,
  'notice-voided': 410,
})
@Controller('v1/notices')
export class AcknowledgeNoticeController {
  constructor(private readonly acknowledgements: AcknowledgeNoticeHandler) {}

  @Post(':id/acknowledge')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Take note of a notice and tell its sender' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'Only while it still has this ETag' })
  @ApiBody({ type: AcknowledgeNoticeBody, required: false })
  @ApiAcceptedResponse({
    description: 'Done here; its way to the sender has begun',
    type: AcknowledgementAnswer,
  })
  @ApiProblems({
    403: ['role-missing'],
    404: NOT_FOUND,
    409: ['notice-already-acknowledged', 'notice-no-longer-stands', 'sender-unknown'],
    410: VOIDED,
  })
  acknowledge(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body?: AcknowledgeNoticeBody,
  ): Promise<AcknowledgementAnswer> {
    const role = body?.role;
    return this.acknowledgements.acknowledge(identity, {
      id,
      idempotencyKey,
      ...(role && { role }),
      ...(ifMatch !== undefined && { ifMatch }),
    });
  }
}
