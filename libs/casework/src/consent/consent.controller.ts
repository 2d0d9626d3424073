import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Get, Header, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
import { ConsentList, RecordCaseConsentBody, RecordedConsent } from './consent.dto';
import { Consents } from './consents';

/** What the person of a case said of telling whom about them. */
@ApiTags('consents')
@ErrorStatus({ 'case-not-found': 404, 'day-in-the-future': 422, 'purpose-unknown': 422 })
@Controller('v1/cases/:id/consents')
export class ConsentController {
  constructor(private readonly consents: Consents) {}

  @Get()
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'What the person agreed to, refused and withdrew; the reading is recorded' })
  @ApiOkResponse({ type: ConsentList })
  @ApiProblems({ 404: ['case-not-found'] })
  list(@CurrentIdentity() identity: Identity, @CaseId() id: string): Promise<ConsentList> {
    return this.consents.list(identity, id);
  }

  // No If-Match: whoever withdraws is never told to read again first (RGPD 7(3)); the last word counts.
  @Post()
  @ApiOperation({
    summary: 'What the person says of one kind of recipient and one purpose: from now on it decides',
    description:
      'It counts for what is sent about the case from now on, whether or not anything has been sent. What waits is decided again; ' +
      'what was shared on a consent that is withdrawn is restricted or purged there, as its convention says; what rests on another ' +
      'ground stays.',
  })
  @ApiCreatedResponse({
    description: 'It stands in the register and is never changed',
    type: RecordedConsent,
  })
  @ApiProblems({ 404: ['case-not-found'], 422: ['day-in-the-future', 'purpose-unknown'] })
  record(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: RecordCaseConsentBody,
  ): Promise<RecordedConsent> {
    return this.consents.record(identity, id, body, idempotencyKey);
  }
}
