import { REFERRAL_MADE, ReferralMadeV1 } from '@liaison/contracts';
import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  ShowsPerson,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { requireContent } from '../reference/require-content';
import { AcknowledgeReferralHandler } from './acknowledge-referral.handler';
import { MakeReferralHandler } from './make-referral.handler';
import {
  AcknowledgedReferral,
  ListReceivedQuery,
  ListReferralsQuery,
  MadeReferral,
  MakeReferralBody,
  ReceivedReferralPage,
  ReceivedReferralView,
  ReferralPage,
  ReferralView,
} from './referral.dto';
import { ReferralReader } from './referral.reader';

const ReferralId = (): ParameterDecorator => UuidParam('id', 'Of the referral');
const NOT_FOUND = ['referral-not-found'];
const UNFIT = [
  'referral-of-adult',
  'age-unfounded',
  'not-an-identifier',
  'observed-in-the-future',
  'child-protection-missing',
];

/** Referrals that a service makes. Which roles may is for the service to say. */
@ApiTags('referrals')
@ErrorStatus({
  'referral-not-stopped': 409,
  'referral-not-found': 404,
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/referrals')
export class MakeReferralController {
  constructor(private readonly making: MakeReferralHandler) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Refer a child in danger to child protection and, where told, to the procureur' })
  @ApiAcceptedResponse({ description: 'Made here; its way has begun', type: MadeReferral })
  @ApiProblems({ 422: UNFIT })
  make(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { content, protection }: MakeReferralBody,
  ): Promise<MadeReferral> {
    requireContent(REFERRAL_MADE, ReferralMadeV1, content);
    return this.making.make(identity, {
      content,
      protection: { identity: protection?.identity ?? false, address: protection?.address ?? false },
      idempotencyKey,
    });
  }

  @Post(':id/send-again')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Send it again to those whom it did not reach' })
  @ApiAcceptedResponse({ description: 'Its way has begun anew', type: MadeReferral })
  @ApiProblems({ 404: NOT_FOUND, 409: ['referral-not-stopped'] })
  sendAgain(
    @CurrentIdentity() identity: Identity,
    @ReferralId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('referral') ifMatch: string | undefined,
  ): Promise<MadeReferral> {
    return this.making.sendAgain(identity, { id, ifMatch, idempotencyKey });
  }
}

@ApiTags('referrals')
@ErrorStatus({ 'referral-not-found': 404 })
@Controller('v1/referrals')
export class ReferralController {
  constructor(private readonly referrals: ReferralReader) {}

  @Get()
  @ApiOperation({ summary: 'Referrals that your unit made, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: ReferralPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListReferralsQuery): Promise<ReferralPage> {
    return this.referrals.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One referral with who was told and who has taken note, as far as your roles may read it',
  })
  @ApiOkResponse({ description: 'The referral', type: ReferralView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @ReferralId() id: string): Promise<ReferralView> {
    return this.referrals.read(identity, id);
  }
}

/** Referrals that a service receives. */
@ApiTags('referrals')
@ErrorStatus({
  'referral-not-found': 404,
  'referral-acknowledged': 409,
  'sender-unknown': 409,
  'referral-voided': 410,
})
@Controller('v1/received-referrals')
export class ReceivedReferralController {
  constructor(
    private readonly referrals: ReferralReader,
    private readonly acknowledging: AcknowledgeReferralHandler,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Referrals that your unit received, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: ReceivedReferralPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListReceivedQuery,
  ): Promise<ReceivedReferralPage> {
    return this.referrals.listReceived(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One referral, as far as your roles may read it; the reading is recorded' })
  @ApiOkResponse({ description: 'The referral', type: ReceivedReferralView })
  @ApiProblems({ 404: NOT_FOUND, 410: ['referral-voided'] })
  read(@CurrentIdentity() identity: Identity, @ReferralId() id: string): Promise<ReceivedReferralView> {
    return this.referrals.readReceived(identity, id);
  }

  @Post(':id/acknowledge')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Take note of a referral and tell its sender' })
  @ApiAcceptedResponse({
    description: 'Done here; its way to the sender has begun',
    type: AcknowledgedReferral,
  })
  @ApiProblems({
    403: ['role-missing'],
    404: NOT_FOUND,
    409: ['referral-acknowledged', 'sender-unknown'],
    410: ['referral-voided'],
  })
  acknowledge(
    @CurrentIdentity() identity: Identity,
    @ReferralId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('referral') ifMatch: string | undefined,
  ): Promise<AcknowledgedReferral> {
    return this.acknowledging.acknowledge(identity, { id, ifMatch, idempotencyKey });
  }
}
