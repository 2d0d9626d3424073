import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import { EndShelterBody, ShelterChildBody, ShelterState } from './shelter.dto';
import { ShelterHandler } from './shelter.handler';

const ShelterId = (): ParameterDecorator => UuidParam('id', 'Of the provisional shelter');
const NOT_FOUND = ['shelter-not-found'];

/** Provisional shelter where a child was found: at once, whoever is competent (R28). */
@ApiTags('provisional shelter')
@ErrorStatus({
  'case-not-found': 404,
  'shelter-not-found': 404,
  'shelter-exists': 409,
  'shelter-over': 409,
  'shelter-extended-twice': 409,
  'day-in-the-future': 422,
})
@AllowRoles(...CASEWORKERS)
@Controller('v1/provisional-shelters')
export class ShelterController {
  constructor(private readonly sheltering: ShelterHandler) {}

  @Post()
  @HttpCode(201)
  @SendsETag()
  @ApiOperation({ summary: 'Shelter a child for five days (CASF R221-11)' })
  @ApiCreatedResponse({ description: 'Sheltered', type: ShelterState })
  @ApiProblems({ 404: ['case-not-found'], 409: ['shelter-exists'], 422: ['day-in-the-future'] })
  shelter(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { caseId, from }: ShelterChildBody,
  ): Promise<ShelterState> {
    return this.sheltering.shelter(identity, { caseId, idempotencyKey, ...(from !== undefined && { from }) });
  }

  @Post(':id/extend')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Five days more, twice at most' })
  @ApiOkResponse({ description: 'Extended', type: ShelterState })
  @ApiProblems({ 404: NOT_FOUND, 409: ['shelter-over', 'shelter-extended-twice'] })
  extend(
    @CurrentIdentity() identity: Identity,
    @ShelterId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('shelter') ifMatch: string | undefined,
  ): Promise<ShelterState> {
    return this.sheltering.extend(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/end')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'The child is elsewhere now, or is no minor any more' })
  @ApiOkResponse({ description: 'Ended', type: ShelterState })
  @ApiProblems({ 404: NOT_FOUND, 409: ['shelter-over'] })
  end(
    @CurrentIdentity() identity: Identity,
    @ShelterId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('shelter') ifMatch: string | undefined,
    @Body() { reason }: EndShelterBody,
  ): Promise<ShelterState> {
    return this.sheltering.end(identity, { id, ifMatch, idempotencyKey, reason });
  }
}
