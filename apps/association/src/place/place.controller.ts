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
import { CASEWORKERS } from '../roles';
import { DeclarePlaceHandler } from './declare-place.handler';
import { DeclaredPlace } from '../beds/place.dto';
import { PlaceBody, PlacePage, PlaceView } from './place.dto';
import { PlaceReader } from './place.reader';

const PlaceId = (): ParameterDecorator => UuidParam('id', 'Of the place');
const NOT_FOUND = ['place-not-found'];
const UNFIT = ['hotel-refused', 'ages-reversed'];

/** The places of a shelter: whoever places children learns what they are like, never where they are. */
@ApiTags('places')
@AllowRoles(...CASEWORKERS)
@ErrorStatus({
  'place-not-found': 404,
  'place-closed': 409,
  ...Object.fromEntries(UNFIT.map((code) => [code, 422])),
})
@Controller('v1/places')
export class PlaceController {
  constructor(
    private readonly places: PlaceReader,
    private readonly declaring: DeclarePlaceHandler,
  ) {}

  @Post()
  @SendsETag()
  @ApiOperation({
    summary: 'Declare a place; child protection everywhere learns what it is like, not where it is',
  })
  @ApiCreatedResponse({ description: 'Declared', type: DeclaredPlace })
  @ApiProblems({ 422: UNFIT })
  declare(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: PlaceBody,
  ): Promise<DeclaredPlace> {
    return this.declaring.declare(identity, body, idempotencyKey);
  }

  @Put(':id')
  @SendsETag()
  @ApiOperation({ summary: 'Declare it anew, whole; fewer beds than are taken put nobody out' })
  @ApiOkResponse({ description: 'Changed', type: DeclaredPlace })
  @ApiProblems({ 404: NOT_FOUND, 409: ['place-closed'], 422: UNFIT })
  change(
    @CurrentIdentity() identity: Identity,
    @PlaceId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('place') ifMatch: string | undefined,
    @Body() body: PlaceBody,
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
  @ApiOperation({ summary: 'The places of your unit, newest first; not where they are' })
  @ApiOkResponse({ description: 'A page', type: PlacePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: PageQuery): Promise<PlacePage> {
    return this.places.list(identity, query);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One place of your unit, with its address' })
  @ApiOkResponse({ description: 'The place', type: PlaceView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @PlaceId() id: string): Promise<PlaceView> {
    return this.places.read(identity, id);
  }
}
