import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  PageQuery,
  SendsETag,
  ShowsPerson,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReceivedSupport } from './received-support';
import { ReportSupportHandler } from './report-support.handler';
import {
  ChangedSupport,
  LinkSupportBody,
  ListReceivedSupportQuery,
  ReceivedSupportItem,
  ReceivedSupportPage,
  ReceivedSupportView,
  ReportAgainBody,
  ReportedSupport,
  ReportSupportBody,
  SupportReportPage,
  SupportReportView,
} from './support.dto';
import { SupportReader } from './support.reader';

const ReportId = (): ParameterDecorator => UuidParam('id', 'Of the report');
const NOT_FOUND = ['support-not-found'];
const WITHDRAWN = ['consent-withdrawn'];
const UNFIT = ['support-of-minor', 'day-in-the-future'];

/** What an association tells the préfecture of adults whom it supports, with their consent. */
@ApiTags('support')
@ErrorStatus({
  'support-not-found': 404,
  'case-not-found': 404,
  'consent-withdrawn': 409,
  'prefecture-missing': 409,
  'support-elsewhere': 409,
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/support-reports')
export class SupportReportController {
  constructor(
    private readonly reports: SupportReader,
    private readonly reporting: ReportSupportHandler,
  ) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Tell the préfecture that an adult is supported and lodged, with their consent; never where',
  })
  @ApiAcceptedResponse({ description: 'Recorded here; its way has begun', type: ReportedSupport })
  @ApiProblems({ 404: ['case-not-found'], 409: [...WITHDRAWN, 'prefecture-missing'], 422: UNFIT })
  report(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { content, consent, protection, caseId }: ReportSupportBody,
  ): Promise<ReportedSupport> {
    return this.reporting.report(identity, {
      said: content,
      consent: { ...consent },
      protection: { identity: protection?.identity ?? false, address: protection?.address ?? false },
      ...(caseId !== undefined && { originCase: caseId }),
      idempotencyKey,
    });
  }

  @Get()
  @ApiOperation({ summary: 'Reports of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: SupportReportPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: PageQuery): Promise<SupportReportPage> {
    return this.reports.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'What was reported last and on which consent; the reading is recorded' })
  @ApiOkResponse({ description: 'The report', type: SupportReportView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @ReportId() id: string): Promise<SupportReportView> {
    return this.reports.read(identity, id);
  }

  @Put(':id')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'It has changed: the whole of it again, to the same préfecture' })
  @ApiAcceptedResponse({ description: 'Recorded here; its way has begun', type: ReportedSupport })
  @ApiProblems({
    404: NOT_FOUND,
    409: [...WITHDRAWN, 'prefecture-missing', 'support-elsewhere'],
    422: UNFIT,
  })
  reportAgain(
    @CurrentIdentity() identity: Identity,
    @ReportId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('report') ifMatch: string | undefined,
    @Body() { content }: ReportAgainBody,
  ): Promise<ReportedSupport> {
    return this.reporting.reportAgain(identity, { id, ifMatch, idempotencyKey, said: content });
  }

  @Post(':id/withdraw-consent')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary:
      'The person no longer consents: nothing more leaves, and the préfecture is told to destroy what it holds',
  })
  @ApiAcceptedResponse({
    description: 'Done here; the préfecture is about to learn it',
    type: ChangedSupport,
  })
  @ApiProblems({ 404: NOT_FOUND, 409: WITHDRAWN })
  withdrawConsent(
    @CurrentIdentity() identity: Identity,
    @ReportId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('report') ifMatch: string | undefined,
  ): Promise<ChangedSupport> {
    return this.reporting.withdrawConsent(identity, { id, ifMatch, idempotencyKey });
  }
}

const GONE = { 410: ['support-voided'] };

/** Reports of associations, and the cases that they belong to. */
@ApiTags('support')
@ErrorStatus({
  'support-not-found': 404,
  'case-not-found': 404,
  'support-linked': 409,
  'support-not-linked': 409,
  'support-noted': 409,
  'support-superseded': 409,
  'support-voided': 410,
})
@Controller('v1/received-support-reports')
export class ReceivedSupportController {
  constructor(private readonly reports: ReceivedSupport) {}

  @Get()
  @ApiOperation({ summary: 'Reports to your unit, newest first; nothing of what they say' })
  @ApiOkResponse({ description: 'A page', type: ReceivedSupportPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListReceivedSupportQuery,
  ): Promise<ReceivedSupportPage> {
    return this.reports.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One report, as far as your roles may read it; the reading is recorded' })
  @ApiOkResponse({ description: 'The report', type: ReceivedSupportView })
  @ApiProblems({ 404: NOT_FOUND, ...GONE })
  read(@CurrentIdentity() identity: Identity, @ReportId() id: string): Promise<ReceivedSupportView> {
    return this.reports.read(identity, id);
  }

  @Post(':id/link')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary: 'It belongs to this case of yours: from now on its steps show it, beside what others wrote',
  })
  @ApiOkResponse({ description: 'Linked, and noted', type: ReceivedSupportItem })
  @ApiProblems({
    404: [...NOT_FOUND, 'case-not-found'],
    409: ['support-linked', 'support-superseded'],
    ...GONE,
  })
  link(
    @CurrentIdentity() identity: Identity,
    @ReportId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('report') ifMatch: string | undefined,
    @Body() { caseId }: LinkSupportBody,
  ): Promise<ReceivedSupportItem> {
    return this.reports.link(identity, { id, ifMatch, idempotencyKey, caseId });
  }

  @Post(':id/unlink')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary: 'It was another person’s case: it waits again for somebody who finds the right one',
  })
  @ApiOkResponse({ description: 'No longer linked', type: ReceivedSupportItem })
  @ApiProblems({ 404: NOT_FOUND, 409: ['support-not-linked', 'support-superseded'], ...GONE })
  unlink(
    @CurrentIdentity() identity: Identity,
    @ReportId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('report') ifMatch: string | undefined,
  ): Promise<ReceivedSupportItem> {
    return this.reports.unlink(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/note')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Take note of a report, for your unit' })
  @ApiOkResponse({ description: 'Noted', type: ReceivedSupportItem })
  @ApiProblems({ 404: NOT_FOUND, 409: ['support-noted', 'support-superseded'], ...GONE })
  note(
    @CurrentIdentity() identity: Identity,
    @ReportId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('report') ifMatch: string | undefined,
  ): Promise<ReceivedSupportItem> {
    return this.reports.note(identity, { id, ifMatch, idempotencyKey });
  }
}
