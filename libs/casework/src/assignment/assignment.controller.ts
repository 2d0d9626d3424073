import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  etag,
  IdempotencyKey,
  type Identity,
  KEY_PROBLEMS,
  RequiresIdempotencyKey,
} from '@liaison/platform';
import {
  applyDecorators,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CASE_ID, ETAG } from '../dto';
import {
  AssignmentHistory,
  AssignmentView,
  ColleagueList,
  ColleaguePath,
  HandedOver,
  HandOverBody,
  ListChangesQuery,
} from './assignment.dto';
import { AssignmentHandler, type AssignmentRequest } from './assignment.handler';

const STATUSES = {
  'case-not-found': 404,
  'assignment-not-yours': 403,
  'case-assigned': 409,
  'case-not-assigned': 409,
  'colleague-unknown': 422,
};

/** What every change of an assignment documents. */
const Change = (summary: string, codes: Readonly<Record<number, readonly string[]>>): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    RequiresIdempotencyKey(),
    ApiOperation({ summary }),
    ApiParam(CASE_ID),
    ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the assignment that you have read' }),
    ApiOkResponse({ description: 'Who has it now', type: AssignmentView, headers: ETAG }),
    ApiProblems({
      400: KEY_PROBLEMS,
      404: ['case-not-found'],
      412: ['precondition-failed'],
      422: ['idempotency-key-reused'],
      428: ['precondition-required'],
      ...codes,
    }),
  );

/** Who of the unit has a case. Nothing of it leaves the agency. */
@ApiTags('assignment')
@ErrorStatus(STATUSES)
@Controller('v1/cases/:id/assignment')
export class AssignmentController {
  constructor(private readonly assignments: AssignmentHandler) {}

  @Get()
  @ApiOperation({ summary: 'Who has the case' })
  @ApiParam(CASE_ID)
  @ApiOkResponse({ description: 'Nobody, before the first change', type: AssignmentView, headers: ETAG })
  @ApiProblems({ 400: ['invalid-request'], 404: ['case-not-found'] })
  async read(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssignmentView> {
    return tagged(response, await this.assignments.read(identity, id));
  }

  @Get('history')
  @ApiOperation({ summary: 'Who has had the case, newest first' })
  @ApiParam(CASE_ID)
  @ApiOkResponse({ description: 'A page', type: AssignmentHistory })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'], 404: ['case-not-found'] })
  history(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @Query() query: ListChangesQuery,
  ): Promise<AssignmentHistory> {
    return this.assignments.history(identity, id, query);
  }

  @Post('take')
  @Change('Take a case that nobody has', { 409: ['case-assigned'] })
  async take(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssignmentView> {
    const request: AssignmentRequest = { id, ifMatch, idempotencyKey };
    return tagged(response, await this.assignments.take(identity, request));
  }

  @Post('hand-over')
  @Change('Give a case to a colleague of your unit; of somebody else’s cases only as a supervisor', {
    403: ['role-missing', 'assignment-not-yours'],
    409: ['case-assigned'],
    422: ['colleague-unknown', 'idempotency-key-reused'],
  })
  async handOver(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: HandOverBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssignmentView> {
    const request: AssignmentRequest = { id, ifMatch, idempotencyKey };
    return tagged(response, await this.assignments.handOver(identity, request, body));
  }

  @Post('release')
  @Change('Give a case back, so that nobody has it; somebody else’s only as a supervisor', {
    403: ['role-missing', 'assignment-not-yours'],
    409: ['case-not-assigned'],
  })
  async release(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AssignmentView> {
    const request: AssignmentRequest = { id, ifMatch, idempotencyKey };
    return tagged(response, await this.assignments.release(identity, request));
  }
}

function tagged(response: Response, view: AssignmentView): AssignmentView {
  response.setHeader('ETag', etag(view.version));
  return view;
}

/** Who works in the unit, by pseudonym. */
@ApiTags('assignment')
@ErrorStatus(STATUSES)
@Controller('v1/colleagues')
export class ColleagueController {
  constructor(private readonly assignments: AssignmentHandler) {}

  @Get()
  @ApiOperation({ summary: 'Who works in your unit, by pseudonym, and how many cases they have' })
  @ApiOkResponse({ description: 'All of them', type: ColleagueList })
  async list(@CurrentIdentity() identity: Identity): Promise<ColleagueList> {
    const colleagues = await this.assignments.listColleagues(identity);
    return {
      items: colleagues.map((colleague) => ({ ...colleague, you: colleague.agent === identity.pseudonym })),
    };
  }

  @Post(':agent/hand-over')
  @HttpCode(200)
  @AllowRoles('supervisor')
  @RequiresIdempotencyKey()
  @ApiOperation({ summary: 'Give everything that an absent colleague has to another, 500 cases at a time' })
  @ApiOkResponse({ description: 'How many', type: HandedOver })
  @ApiProblems({
    400: KEY_PROBLEMS,
    409: ['case-assigned'],
    422: ['colleague-unknown', 'idempotency-key-reused'],
  })
  handOverAll(
    @CurrentIdentity() identity: Identity,
    @Param() { agent }: ColleaguePath,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: HandOverBody,
  ): Promise<HandedOver> {
    return this.assignments.handOverAll(identity, agent, { ...body, idempotencyKey });
  }
}
