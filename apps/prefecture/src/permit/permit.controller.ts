import { RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
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
import { applyDecorators, Body, Controller, Get, Header, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PURPOSE } from '../own-records';
import { DECIDERS, READERS } from '../roles';
import {
  AppealDecisionBody,
  DatedBody,
  EndProceedingsBody,
  GrantBody,
  ListPermitsQuery,
  LodgeApplicationBody,
  PermitAnswer,
  PermitPage,
  PermitView,
  Proposals,
  RefuseBody,
  SituationBody,
  WithdrawBody,
} from './permit.dto';
import { type PermitAct, PermitHandler } from './permit.handler';
import { PermitReader } from './permit.reader';

const PermitId = (): ParameterDecorator => UuidParam('id', 'Of the application');
const NOT_FOUND = ['permit-not-found'];
/** Nobody acts on a record of which they may read nothing. */
const WITHHELD = ['role-missing', 'record-withheld'];

/** What all acts on an application have in common. `problems`: codes of their own, by status. */
const Acting = (summary: string, problems: Readonly<Record<number, readonly string[]>> = {}) =>
  applyDecorators(
    HttpCode(200),
    AllowRoles(...DECIDERS),
    SendsETag(),
    ApiOperation({ summary }),
    ApiOkResponse({ description: 'Recorded', type: PermitAnswer }),
    ApiProblems({
      ...problems,
      403: WITHHELD,
      404: NOT_FOUND,
      422: ['day-in-the-future', 'day-before-the-last-act', ...(problems[422] ?? [])],
    }),
  );

/** Applications for permits, and what is decided about them. */
@ApiTags('permits')
@ErrorStatus({
  'record-withheld': 403,
  'permit-not-found': 404,
  'notice-not-found': 404,
  'permit-exists': 409,
  'permit-not-lodged': 409,
  'permit-not-granted': 409,
  'permit-not-refused': 409,
  'permit-not-appealed': 409,
  'permit-expired': 409,
  'proceedings-over': 409,
  'renewal-of-nothing': 409,
  'renewal-exists': 409,
  'notice-no-longer-stands': 409,
  'notice-voided': 410,
  'holder-missing': 422,
  'no-legal-text': 422,
  'day-in-the-future': 422,
  'day-before-the-last-act': 422,
  'validity-too-short': 422,
  'appeal-too-late': 422,
})
@Controller('v1/permits')
export class PermitController {
  constructor(
    private readonly permits: PermitReader,
    private readonly handler: PermitHandler,
  ) {}

  @Post()
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({ summary: 'Lodge an application: a first one, or the renewal of a permit' })
  @ApiCreatedResponse({ description: 'Lodged', type: PermitAnswer })
  @ApiProblems({
    404: ['notice-not-found', 'permit-not-found'],
    409: ['renewal-of-nothing', 'renewal-exists', 'notice-no-longer-stands'],
    410: ['notice-voided'],
    422: ['holder-missing', 'no-legal-text', 'day-in-the-future'],
  })
  lodge(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: LodgeApplicationBody,
  ): Promise<PermitAnswer> {
    const { ground, noticeId, renewalOf, lodgedOn, holder, situation, despite } = body;
    return this.handler.lodge(identity, {
      ground,
      idempotencyKey,
      situation: { ...situation },
      ...(noticeId !== undefined && { noticeId }),
      ...(renewalOf !== undefined && { renewalOf }),
      ...(lodgedOn !== undefined && { lodgedOn }),
      ...(holder && { holder: { ...holder } }),
      ...(despite !== undefined && { despite }),
    });
  }

  @Get()
  @AllowRoles(...READERS)
  @AsksBy({
    of: RESIDENCE_PERMIT_RECORD,
    purpose: PURPOSE,
    filters: { state: ['state'], warning: ['state', 'validUntil'] },
    lists: ['state', 'ground', 'kind', 'renewal', 'lodgedOn', 'validUntil'],
  })
  @ApiOperation({ summary: 'Applications and permits of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: PermitPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListPermitsQuery): Promise<PermitPage> {
    return this.permits.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One application, with its holder and what was decided; the reading is recorded' })
  @ApiOkResponse({ description: 'The application', type: PermitView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @PermitId() id: string): Promise<PermitView> {
    return this.permits.read(identity, id);
  }

  @Get(':id/proposals')
  @ShowsPerson()
  @AllowRoles(...READERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'What the law of today would give, with its article; a person decides' })
  @ApiOkResponse({ description: 'By ground', type: Proposals })
  @ApiProblems({ 404: NOT_FOUND })
  async proposals(@CurrentIdentity() identity: Identity, @PermitId() id: string): Promise<Proposals> {
    return { items: await this.permits.proposals(identity, id) };
  }
  @SendsETag()
  @Put(':id/situation')
  @Acting('Say what is known of the person’s situation by now, whole')
  describe(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() situation: SituationBody,
  ): Promise<PermitAnswer> {
    return this.handler.describe(identity, { id, situation: { ...situation }, ifMatch }, key);
  }

  @Post(':id/grant')
  @Acting('Grant the permit', { 409: ['permit-not-lodged'], 422: ['validity-too-short', 'no-legal-text'] })
  grant(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on, until }: GrantBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'grant', ...(until && { until }) });
  }

  @Post(':id/refuse')
  @Acting('Refuse it, with the reason', { 409: ['permit-not-lodged'], 422: ['no-legal-text'] })
  refuse(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on, reason }: RefuseBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'refuse', reason });
  }

  @Post(':id/appeal')
  @Acting('Record an appeal against the refusal', { 409: ['permit-not-refused'], 422: ['appeal-too-late'] })
  appeal(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on }: DatedBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'appeal' });
  }

  @Post(':id/appeal-decision')
  @Acting('Record what the court decided', { 409: ['permit-not-appealed'] })
  decideAppeal(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on, outcome }: AppealDecisionBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'decide-appeal', outcome });
  }

  @Post(':id/withdraw')
  @Acting('Withdraw the permit, with the reason', {
    409: ['permit-not-granted', 'permit-expired'],
    422: ['no-legal-text'],
  })
  withdraw(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on, reason }: WithdrawBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'withdraw', reason });
  }

  @Post(':id/abandon')
  @Acting('The person has given up the application', { 409: ['permit-not-lodged'] })
  abandon(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on }: DatedBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'abandon' });
  }

  @Post(':id/proceedings')
  @Acting('The criminal proceedings have ended', { 409: ['proceedings-over'] })
  endProceedings(
    @CurrentIdentity() identity: Identity,
    @PermitId() id: string,
    @IdempotencyKey() key: string,
    @IfMatch('application') ifMatch: string | undefined,
    @Body() { on, outcome }: EndProceedingsBody,
  ): Promise<PermitAnswer> {
    return this.act(identity, { id, key, ifMatch, on }, { type: 'end-proceedings', outcome });
  }

  private act(
    identity: Identity,
    request: { id: string; key: string; ifMatch: string | undefined; on: string | undefined },
    act: PermitAct,
  ): Promise<PermitAnswer> {
    const { id, key: idempotencyKey, ifMatch, on } = request;
    return this.handler.act(identity, { id, act, ifMatch, idempotencyKey, ...(on && { on }) });
  }
}
