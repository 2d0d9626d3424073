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
import { Body, Controller, Get, Header, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeclaredPlace } from '../beds/place.dto';
import { CASEWORKERS } from '../roles';
import { AdultPlaceBody, AdultPlacePage, AdultPlaceView } from './adult-place.dto';
import { AdultPlaceReader } from './adult-place.reader';
import { DeclareAdultPlaceHandler } from './declare-adult-place.handler';

const PlaceId = (): ParameterDecorator => UuidParam('id', 'Of the place');
const NOT_FOUND = ['place-not-found'];
const EMERGENCY = ['emergency-place-elsewhere', 'emergency-places-too-many'];

/** The places of a shelter for adults: the coordination learns what they are like, never where they are. */
@ApiTags('adult-places')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  'place-not-found': 404,
  'place-closed': 409,
  ...Object.fromEntries(EMERGENCY.map((code) => [code, 422])),
})
@Controller('v1/adult-places')
export class AdultPlaceController {
  constructor(
    private readonly places: AdultPlaceReader,
    private readonly declaring: DeclareAdultPlaceHandler,
  ) {}

  @Post()
  @SendsETag()
  @ApiOperation({
    summary: 'Declare a place for adults; the coordination learns what it is like, not where it is',
  })
  @ApiCreatedResponse({ description: 'Declared', type: DeclaredPlace })
  @ApiProblems({ 422: EMERGENCY })
  declare(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: AdultPlaceBody,
  ): Promise<DeclaredPlace> {
    return this.declaring.declare(identity, body, idempotencyKey);
  }

  @Put(':id')
  @SendsETag()
  @ApiOperation({ summary: 'Declare it anew, whole; fewer beds than are taken put nobody out' })
  @ApiOkResponse({ description: 'Changed', type: DeclaredPlace })
  @ApiProblems({ 404: NOT_FOUND, 409: ['place-closed'], 422: EMERGENCY })
  change(
    @CurrentIdentity() identity: Identity,
    @PlaceId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('place') ifMatch: string | undefined,
    @Body() body: AdultPlaceBody,
  ): Promise<DeclaredPlace> {
    return this.declaring.change(identity, body, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/close')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'Take nobody there any more; whoever is there stays' })
  @ApiOkResponse({ description: 'Closed', type: DeclaredPlace })
  @ApiProblems({ 404: NOT_FOUND, 409: ['place-closed'] })
  close(
    @CurrentIdentity() identity: Identity,
    @PlaceId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('place') ifMatch: string | undefined,
  ): Promise<DeclaredPlace> {
    return this.declaring.close(identity, { id, ifMatch, idempotencyKey });
  }

  @Get()
  @ApiOperation({ summary: 'The places of your unit for adults, newest first; not where they are' })
  @ApiOkResponse({ description: 'A page', type: AdultPlacePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: PageQuery): Promise<AdultPlacePage> {
    return this.places.list(identity, query);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One place of your unit, with its address' })
  @ApiOkResponse({ description: 'The place', type: AdultPlaceView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @PlaceId() id: string): Promise<AdultPlaceView> {
    return this.places.read(identity, id);
  }
}
