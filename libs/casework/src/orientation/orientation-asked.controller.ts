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
import { AskOrientationHandler } from './ask-orientation.handler';
import {
  AskedOrientation,
  AskedOrientationPage,
  AskedOrientationView,
  AskOrientationBody,
  ChangedOrientationRequest,
  ListAskedQuery,
} from './orientation-asked.dto';
import { AskedOrientationReader } from './orientation-asked.reader';

const RequestId = (): ParameterDecorator => UuidParam('id', 'Of the request for orientation');
const NOT_FOUND = ['orientation-not-found'];
const UNFIT = ['orientation-of-minor', 'orientation-not-needed', 'day-in-the-future'];

/** Requests of a service for orientation of adults. Which roles may is for the service to say. */
@ApiTags('orientation')
@ErrorStatus({
  'orientation-not-found': 404,
  'case-not-found': 404,
  'consent-missing': 409,
  'coordination-missing': 409,
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/orientation-requests')
export class AskedOrientationController {
  constructor(
    private readonly orientations: AskedOrientationReader,
    private readonly asking: AskOrientationHandler,
  ) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Ask the coordination for a place for an adult who consents; a minor is pointed to the ASE',
  })
  @ApiAcceptedResponse({ description: 'Recorded here; its way has begun', type: AskedOrientation })
  @ApiProblems({ 404: ['case-not-found'], 409: ['coordination-missing'], 422: UNFIT })
  ask(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { birthDate, departement, protection, caseId, content }: AskOrientationBody,
  ): Promise<AskedOrientation> {
    return this.asking.ask(identity, {
      said: content,
      person: {
        ...(birthDate !== undefined && { birthDate }),
        departement,
        protection: { identity: protection?.identity ?? false, address: protection?.address ?? false },
      },
      ...(caseId !== undefined && { originCase: caseId }),
      idempotencyKey,
    });
  }

  @Get()
  @ApiOperation({ summary: 'Requests of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: AskedOrientationPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListAskedQuery): Promise<AskedOrientationPage> {
    return this.orientations.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'What was asked and on which consent; the reading is recorded' })
  @ApiOkResponse({ description: 'The request', type: AskedOrientationView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @RequestId() id: string): Promise<AskedOrientationView> {
    return this.orientations.read(identity, id);
  }

  @Post(':id/withdraw-consent')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary:
      'The person no longer consents: nothing more leaves, and whoever holds something is told to destroy it',
  })
  @ApiAcceptedResponse({
    description: 'Done here; those who were told are on their way to learn it',
    type: ChangedOrientationRequest,
  })
  @ApiProblems({ 404: NOT_FOUND, 409: ['consent-missing'] })
  withdrawConsent(
    @CurrentIdentity() identity: Identity,
    @RequestId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('request') ifMatch: string | undefined,
  ): Promise<ChangedOrientationRequest> {
    return this.asking.withdrawConsent(identity, { id, ifMatch, idempotencyKey });
  }
}
