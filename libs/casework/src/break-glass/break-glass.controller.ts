import {
  AllowRoles,
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
import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
import {
  BreakGlassItem,
  BreakGlassPage,
  BreakGlassView,
  ListBreakGlassQuery,
  OpenBreakGlassBody,
  ReviewBody,
  ToldBreakGlass,
  ToldBreakGlassPage,
} from './break-glass.dto';
import { BreakGlassHandler } from './break-glass.handler';
import { ToldBreakGlassHandler } from './told-break-glass.handler';

const NOT_FOUND = ['break-glass-not-found'];
const OpeningId = (): ParameterDecorator => UuidParam('id', 'The opening');

/** Opens a case in an emergency. */
@ApiTags('break-glass')
@ErrorStatus({
  'case-not-found': 404,
  'break-glass-open': 409,
  'nothing-to-open': 409,
  'sender-unknown': 409,
  'origin-not-told': 409,
  'break-glass-too-long': 422,
})
@Controller('v1/cases/:id/break-glass')
export class OpenBreakGlassController {
  constructor(private readonly breakGlass: BreakGlassHandler) {}

  @Post()
  @SendsETag()
  @ApiOperation({
    summary:
      'Open, in an emergency and for some hours, what your role may not read of a case: recorded, told to the agency ' +
      'that it came from, and reviewed by a second person',
  })
  @ApiCreatedResponse({ description: 'Open to you until then', type: BreakGlassItem })
  @ApiProblems({
    404: ['case-not-found'],
    409: ['break-glass-open', 'nothing-to-open', 'sender-unknown', 'origin-not-told'],
    422: ['break-glass-too-long'],
  })
  open(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: OpenBreakGlassBody,
  ): Promise<BreakGlassItem> {
    return this.breakGlass.open(identity, id, body, idempotencyKey);
  }
}

/** What was opened in an emergency, and its review. */
@ApiTags('break-glass')
@ErrorStatus({
  'break-glass-not-found': 404,
  'case-not-found': 404,
  'break-glass-not-yours': 403,
  'review-own': 403,
  'break-glass-over': 409,
  'break-glass-reviewed': 409,
})
@Controller('v1/break-glass')
export class BreakGlassController {
  constructor(private readonly breakGlass: BreakGlassHandler) {}

  @Get()
  @ApiOperation({ summary: 'What your unit opened, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: BreakGlassPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListBreakGlassQuery): Promise<BreakGlassPage> {
    return this.breakGlass.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({ summary: 'One of them, with its reason and its review; the reading is recorded' })
  @ApiOkResponse({ description: 'The opening', type: BreakGlassView })
  @ApiProblems({ 404: [...NOT_FOUND, 'case-not-found'] })
  read(@CurrentIdentity() identity: Identity, @OpeningId() id: string): Promise<BreakGlassView> {
    return this.breakGlass.read(identity, id);
  }

  @Post(':id/end')
  @HttpCode(200)
  @SendsETag()
  @ApiOperation({ summary: 'End it early: yours, or as a supervisor anybody’s' })
  @ApiOkResponse({ description: 'It shows nothing any more', type: BreakGlassItem })
  @ApiProblems({
    403: ['role-missing', 'break-glass-not-yours'],
    404: [...NOT_FOUND, 'case-not-found'],
    409: ['break-glass-over'],
  })
  end(
    @CurrentIdentity() identity: Identity,
    @OpeningId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('opening') ifMatch: string | undefined,
  ): Promise<BreakGlassItem> {
    return this.breakGlass.end(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/review')
  @HttpCode(200)
  @AllowRoles('supervisor')
  @SendsETag()
  @ApiOperation({ summary: 'Review it, as a second person: approve or object, with words' })
  @ApiOkResponse({ description: 'Recorded; an objection ends it', type: BreakGlassItem })
  @ApiProblems({
    403: ['role-missing', 'review-own'],
    404: [...NOT_FOUND, 'case-not-found'],
    409: ['break-glass-reviewed'],
  })
  review(
    @CurrentIdentity() identity: Identity,
    @OpeningId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('opening') ifMatch: string | undefined,
    @Body() body: ReviewBody,
  ): Promise<BreakGlassItem> {
    return this.breakGlass.review(identity, { id, ifMatch, idempotencyKey }, body);
  }
}

/** What other agencies opened of cases that came from here. */
@ApiTags('break-glass')
@ErrorStatus({ 'break-glass-not-found': 404, 'break-glass-noted': 409 })
@Controller('v1/break-glass-told')
export class ToldBreakGlassController {
  constructor(private readonly breakGlass: ToldBreakGlassHandler) {}

  @Get()
  @ApiOperation({ summary: 'What other agencies opened in an emergency of cases that came from your unit' })
  @ApiOkResponse({ description: 'Newest first', type: ToldBreakGlassPage })
  async list(@CurrentIdentity() identity: Identity): Promise<ToldBreakGlassPage> {
    return { items: await this.breakGlass.told(identity) };
  }

  @Post(':agency/:id/note')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take note of it' })
  @ApiParam({ name: 'agency', description: 'Where it was opened', example: 'prefecture-75' })
  @ApiOkResponse({ description: 'Noted', type: ToldBreakGlass })
  @ApiProblems({ 404: NOT_FOUND, 409: ['break-glass-noted'] })
  note(
    @CurrentIdentity() identity: Identity,
    @Param('agency') agency: string,
    @OpeningId() id: string,
    @IdempotencyKey() idempotencyKey: string,
  ): Promise<ToldBreakGlass> {
    return this.breakGlass.note(identity, { agency, id }, idempotencyKey);
  }
}
