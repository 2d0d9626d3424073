import { REFLECTION_PERIOD_RECORD } from '@liaison/contracts';
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
import { Body, Controller, Get, Header, HttpCode, Post, Query, Res, StreamableFile } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { PURPOSE } from '../own-records';
import { DECIDERS, READERS } from '../roles';
import { BreachHandler } from './breach.handler';
import { informationPage } from './information';
import {
  EndedReflectionPeriod,
  EndReflectionPeriodBody,
  InformationQuery,
  InformationView,
  ListReflectionPeriodsQuery,
  OpenedReflectionPeriod,
  OpenReflectionPeriodBody,
  ReflectionPeriodPage,
  ReflectionPeriodView,
  RegisterCounts,
  RegisterCountsQuery,
  RemedyBreachBody,
  ReportBreachBody,
  ToldBreach,
  VoidBreachBody,
} from './reflection-period.dto';
import { ReflectionPeriodHandler } from './reflection-period.handler';
import { ReflectionPeriodReader } from './reflection-period.reader';

const PeriodId = (): ParameterDecorator => UuidParam('id', 'Of the register');
const NOT_FOUND = ['reflection-period-not-found'];
/** Nobody acts on a record of which they may read nothing. */
const WITHHELD = ['role-missing', 'record-withheld'];

/** The register of receipts: reflection periods, their early ends and their breaches. */
@ApiTags('reflection periods')
@ErrorStatus({
  'record-withheld': 403,
  'reflection-period-not-found': 404,
  'notice-not-found': 404,
  'breach-not-found': 404,
  'reflection-period-exists': 409,
  'reflection-period-over': 409,
  'breach-exists': 409,
  'breach-remedied': 409,
  'breach-voided': 409,
  'receipt-withdrawn': 409,
  'notice-no-longer-stands': 409,
  'sender-unknown': 409,
  'notice-voided': 410,
  'day-in-the-future': 422,
  'no-legal-text': 422,
  'holder-missing': 422,
  'holder-not-printable': 422,
  'breach-outside-period': 422,
  'remedy-before-breach': 422,
})
@Controller('v1/reflection-periods')
export class ReflectionPeriodController {
  constructor(
    private readonly periods: ReflectionPeriodReader,
    private readonly acts: ReflectionPeriodHandler,
    private readonly breaches: BreachHandler,
  ) {}

  @Post()
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({
    summary: 'Hand over a receipt: the reflection period begins, under the text in force that day',
  })
  @ApiCreatedResponse({ description: 'In the register', type: OpenedReflectionPeriod })
  @ApiProblems({
    404: ['notice-not-found'],
    409: ['reflection-period-exists', 'notice-no-longer-stands'],
    410: ['notice-voided'],
    422: ['day-in-the-future', 'no-legal-text', 'holder-missing', 'holder-not-printable'],
  })
  open(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: OpenReflectionPeriodBody,
  ): Promise<OpenedReflectionPeriod> {
    const { noticeId, language, handedOverOn, holder, despite } = body;
    return this.acts.open(identity, {
      noticeId,
      language,
      idempotencyKey,
      ...(handedOverOn && { handedOverOn }),
      ...(holder && { holder: { ...holder } }),
      ...(despite !== undefined && { despite }),
    });
  }

  @Get()
  @AllowRoles(...READERS)
  @AsksBy({
    of: REFLECTION_PERIOD_RECORD,
    purpose: PURPOSE,
    filters: { status: ['endedOn', 'lastDay'], endingSoon: ['endedOn', 'lastDay'], breached: ['breach'] },
    sorts: ['lastDay'],
    lists: ['receiptNumber', 'from', 'lastDay', 'article', 'endedOn', 'endReason', 'breach'],
  })
  @ApiOperation({ summary: 'The register of your unit, soonest end first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: ReflectionPeriodPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListReflectionPeriodsQuery,
  ): Promise<ReflectionPeriodPage> {
    return this.periods.list(identity, query);
  }

  @Get('counts')
  @AllowRoles(...DECIDERS)
  @AsksBy({
    of: REFLECTION_PERIOD_RECORD,
    purpose: PURPOSE,
    filters: { year: ['from'] },
    counts: ['from', 'lastDay', 'endedOn', 'breach'],
  })
  @ApiOperation({ summary: 'How many receipts were handed over in a year; exact, for the préfecture itself' })
  @ApiOkResponse({ description: 'By month', type: RegisterCounts })
  @ApiProblems({ 400: ['invalid-request'] })
  counts(
    @CurrentIdentity() identity: Identity,
    @Query() { year }: RegisterCountsQuery,
  ): Promise<RegisterCounts> {
    return this.periods.counts(identity, year);
  }

  @Get(':id')
  @ShowsPerson()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One reflection period, with its holder and its breaches; the reading is recorded',
  })
  @ApiOkResponse({ description: 'The period', type: ReflectionPeriodView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @PeriodId() id: string): Promise<ReflectionPeriodView> {
    return this.periods.read(identity, id);
  }

  @Get(':id/receipt')
  @ShowsPerson()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The receipt, to be printed and signed; the reading is recorded' })
  @ApiOkResponse({
    description: 'A PDF, the same bytes each time',
    content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiProblems({ 403: ['role-missing', 'record-withheld'], 404: NOT_FOUND, 409: ['receipt-withdrawn'] })
  async receipt(@CurrentIdentity() identity: Identity, @PeriodId() id: string): Promise<StreamableFile> {
    const { number, pdf } = await this.periods.receipt(identity, id);
    return new StreamableFile(pdf, {
      type: 'application/pdf',
      length: pdf.length,
      disposition: `inline; filename="recepisse-${number}.pdf"`,
    });
  }

  @Get(':id/information')
  @AllowRoles(...READERS)
  @ApiOperation({
    summary: 'What the person is told, in a language that they understand; nothing about them in it',
  })
  @ApiOkResponse({ description: 'The text, or a page to be printed', type: InformationView })
  @ApiProblems({ 400: ['invalid-request'], 403: ['role-missing', 'record-withheld'], 404: NOT_FOUND })
  async information(
    @CurrentIdentity() identity: Identity,
    @PeriodId() id: string,
    @Query() { language, format }: InformationQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<InformationView | string> {
    const information = await this.periods.information(identity, id, language);
    response.setHeader('Content-Language', information.language);
    if (format !== 'html') return information;
    response.type('html');
    return informationPage(information);
  }

  @Post(':id/end')
  @HttpCode(200)
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({ summary: 'End it before its last day and withdraw the receipt, with the reason' })
  @ApiOkResponse({ description: 'It is over', type: EndedReflectionPeriod })
  @ApiProblems({
    403: WITHHELD,
    404: NOT_FOUND,
    409: ['reflection-period-over'],
  })
  end(
    @CurrentIdentity() identity: Identity,
    @PeriodId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('period') ifMatch: string | undefined,
    @Body() { reason }: EndReflectionPeriodBody,
  ): Promise<EndedReflectionPeriod> {
    return this.acts.end(identity, { id, reason, ifMatch, idempotencyKey });
  }

  @Post(':id/breaches')
  @HttpCode(202)
  @AllowRoles(...READERS)
  @ApiOperation({
    summary: 'Report a removal measure during the period; the investigating service is told at once',
  })
  @ApiAcceptedResponse({ description: 'In the register; its way to the sender has begun', type: ToldBreach })
  @ApiProblems({
    403: WITHHELD,
    404: NOT_FOUND,
    409: ['sender-unknown'],
    422: ['day-in-the-future', 'breach-outside-period'],
  })
  reportBreach(
    @CurrentIdentity() identity: Identity,
    @PeriodId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { measure, takenOn }: ReportBreachBody,
  ): Promise<ToldBreach> {
    return this.breaches.report(identity, { id, measure, takenOn, idempotencyKey });
  }

  @Post(':id/breaches/:breach/remedy')
  @HttpCode(202)
  @AllowRoles(...DECIDERS)
  @ApiOperation({ summary: 'The measure was withdrawn or stopped; the investigating service is told' })
  @ApiAcceptedResponse({ description: 'In the register; its way to the sender has begun', type: ToldBreach })
  @ApiProblems({
    403: WITHHELD,
    404: [...NOT_FOUND, 'breach-not-found'],
    409: ['breach-remedied', 'breach-voided', 'sender-unknown'],
    422: ['day-in-the-future', 'remedy-before-breach'],
  })
  remedy(
    @CurrentIdentity() identity: Identity,
    @PeriodId() id: string,
    @UuidParam('breach', 'Of the period') breach: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { remediedOn }: RemedyBreachBody,
  ): Promise<ToldBreach> {
    return this.breaches.remedy(identity, {
      id,
      breach,
      idempotencyKey,
      ...(remediedOn && { remediedOn }),
    });
  }

  @Post(':id/breaches/:breach/void')
  @HttpCode(202)
  @AllowRoles(...DECIDERS)
  @ApiOperation({
    summary: 'It was entered by mistake: there was no breach; the investigating service is told',
  })
  @ApiAcceptedResponse({ description: 'In the register; its way to the sender has begun', type: ToldBreach })
  @ApiProblems({
    403: WITHHELD,
    404: [...NOT_FOUND, 'breach-not-found'],
    409: ['breach-voided', 'sender-unknown'],
  })
  voidBreach(
    @CurrentIdentity() identity: Identity,
    @PeriodId() id: string,
    @UuidParam('breach', 'Of the period') breach: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { reason }: VoidBreachBody,
  ): Promise<ToldBreach> {
    return this.breaches.void(identity, { id, breach, reason, idempotencyKey });
  }
}
