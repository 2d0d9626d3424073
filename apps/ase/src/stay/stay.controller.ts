import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  PageQuery,
  SendsETag,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import {
  AdmitBody,
  EndStayBody,
  EntrustBody,
  FamilyPartBody,
  RenewBody,
  StayPage,
  StayState,
  StayView,
} from './stay.dto';
import { StayHandler } from './stay.handler';
import { StayReader } from './stay.reader';

const StayId = (): ParameterDecorator => UuidParam('id', 'Of the stay');
const NOT_FOUND = ['stay-not-found'];
const AGE = ['stay-of-adult', 'stay-of-minor', 'adult-must-agree'];
const FAMILY = ['relative-involved', 'relative-unchecked', 'adult-decides'];

/** Children in the places that were accepted for them. */
@ApiTags('placement')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  'placement-request-not-found': 404,
  'stay-not-found': 404,
  ...Object.fromEntries(
    ['no-place-accepted', 'stay-exists', 'stay-over', 'stay-has-no-term', 'stay-renewed-once'].map((code) => [
      code,
      409,
    ]),
  ),
  ...Object.fromEntries([...FAMILY, ...AGE, 'day-in-the-future'].map((code) => [code, 422])),
})
@Controller('v1/stays')
export class StayController {
  constructor(
    private readonly stays: StayReader,
    private readonly handler: StayHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Stays of your unit’s children, newest first; never where' })
  @ApiOkResponse({ description: 'A page', type: StayPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: PageQuery): Promise<StayPage> {
    return this.stays.list(identity, query);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'Since when, until when, and what the family takes part in' })
  @ApiOkResponse({ description: 'The stay', type: StayView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @StayId() id: string): Promise<StayView> {
    return this.stays.read(identity, id);
  }

  @Post()
  @SendsETag()
  @ApiOperation({ summary: 'The child is there: in a secure place for three months (R27)' })
  @ApiCreatedResponse({ description: 'Admitted', type: StayState })
  @ApiProblems({
    404: ['placement-request-not-found'],
    409: ['no-place-accepted', 'stay-exists'],
    422: ['day-in-the-future', 'stay-of-adult'],
  })
  admit(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { request, from }: AdmitBody,
  ): Promise<StayState> {
    return this.handler.admit(identity, { request, from, idempotencyKey });
  }

  @Post(':id/renew')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Three months more, once' })
  @ApiOkResponse({ description: 'Renewed', type: StayState })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['stay-over', 'stay-has-no-term', 'stay-renewed-once'],
    422: ['adult-must-agree'],
  })
  renew(
    @CurrentIdentity() identity: Identity,
    @StayId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('stay') ifMatch: string | undefined,
    @Body() { agrees }: RenewBody,
  ): Promise<StayState> {
    return this.handler.renew(identity, { id, ifMatch, idempotencyKey }, agrees);
  }

  @Post(':id/end')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'The child is there no more: the shelter is told, and its bed is free' })
  @ApiOkResponse({ description: 'Ended', type: StayState })
  @ApiProblems({ 404: NOT_FOUND, 409: ['stay-over'], 422: ['stay-of-minor'] })
  end(
    @CurrentIdentity() identity: Identity,
    @StayId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('stay') ifMatch: string | undefined,
    @Body() { reason }: EndStayBody,
  ): Promise<StayState> {
    return this.handler.end(identity, { id, ifMatch, idempotencyKey }, reason);
  }

  @Post(':id/entrust')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary: 'To a trustworthy third party, once it is checked that they take no part in the exploitation',
  })
  @ApiOkResponse({ description: 'Ended', type: StayState })
  @ApiProblems({ 404: NOT_FOUND, 409: ['stay-over'], 422: FAMILY })
  entrust(
    @CurrentIdentity() identity: Identity,
    @StayId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('stay') ifMatch: string | undefined,
    @Body() { thirdParty }: EntrustBody,
  ): Promise<StayState> {
    return this.handler.entrust(identity, { id, ifMatch, idempotencyKey }, thirdParty);
  }

  @Post(':id/family-parts')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({
    summary:
      'A mediation, a visit or a say of a relative: never of one who takes part in the exploitation (R26)',
  })
  @ApiOkResponse({ description: 'Allowed', type: StayState })
  @ApiProblems({ 404: NOT_FOUND, 409: ['stay-over'], 422: FAMILY })
  allowFamily(
    @CurrentIdentity() identity: Identity,
    @StayId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('stay') ifMatch: string | undefined,
    @Body() { part, relative }: FamilyPartBody,
  ): Promise<StayState> {
    return this.handler.allowFamily(identity, { id, ifMatch, idempotencyKey }, part, relative);
  }
}
