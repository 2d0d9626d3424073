import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  SendsETag,
} from '@liaison/platform';
import { applyDecorators, Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
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
  'colleague-may-not-read': 422,
};

/** What every change of an assignment documents. */
const Change = (summary: string, codes: Readonly<Record<number, readonly string[]>>): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    SendsETag(),
    ApiOperation({ summary }),
    ApiOkResponse({ description: 'Who has it now', type: AssignmentView }),
    ApiProblems({
      404: ['case-not-found'],
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
  @SendsETag()
  @ApiOperation({ summary: 'Who has the case' })
  @ApiOkResponse({ description: 'Nobody, before the first change', type: AssignmentView })
  @ApiProblems({ 400: ['invalid-request'], 404: ['case-not-found'] })
  read(@CurrentIdentity() identity: Identity, @CaseId() id: string): Promise<AssignmentView> {
    return this.assignments.read(identity, id);
  }

  @Get('history')
  @ApiOperation({ summary: 'Who has had the case, newest first' })
  @ApiOkResponse({ description: 'A page', type: AssignmentHistory })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'], 404: ['case-not-found'] })
  history(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @Query() query: ListChangesQuery,
  ): Promise<AssignmentHistory> {
    return this.assignments.history(identity, id, query);
  }

  @Post('take')
  @Change('Take a case that nobody has', { 409: ['case-assigned'] })
  take(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('assignment') ifMatch: string | undefined,
  ): Promise<AssignmentView> {
    const request: AssignmentRequest = { id, ifMatch, idempotencyKey };
    return this.assignments.take(identity, request);
  }

  @Post('hand-over')
  @Change('Give a case to a colleague of your unit; of somebody else’s cases only as a supervisor', {
    403: ['role-missing', 'assignment-not-yours'],
    409: ['case-assigned'],
    422: ['colleague-unknown', 'colleague-may-not-read'],
  })
  handOver(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('assignment') ifMatch: string | undefined,
    @Body() body: HandOverBody,
  ): Promise<AssignmentView> {
    const request: AssignmentRequest = { id, ifMatch, idempotencyKey };
    return this.assignments.handOver(identity, request, body);
  }

  @Post('release')
  @Change('Give a case back, so that nobody has it; somebody else’s only as a supervisor', {
    403: ['role-missing', 'assignment-not-yours'],
    409: ['case-not-assigned'],
  })
  release(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('assignment') ifMatch: string | undefined,
  ): Promise<AssignmentView> {
    const request: AssignmentRequest = { id, ifMatch, idempotencyKey };
    return this.assignments.release(identity, request);
  }
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
  @ApiOperation({ summary: 'Give everything that an absent colleague has to another, 500 cases at a time' })
  @ApiOkResponse({ description: 'How many', type: HandedOver })
  @ApiProblems({
    409: ['case-assigned'],
    422: ['colleague-unknown', 'colleague-may-not-read'],
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
