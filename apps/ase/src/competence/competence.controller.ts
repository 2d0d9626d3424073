import { referenceProblems } from '@liaison/casework';
import { assertEventData, COMPETENCE_CLAIMED, CompetenceClaimedV1, getEventType } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  IfMatch,
  invalidRequest,
  SendsETag,
  ShowsPerson,
  UuidParam,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CASEWORKERS } from '../roles';
import { ClaimCompetenceHandler } from './claim-competence.handler';
import {
  ClaimCompetenceBody,
  ClaimedCompetence,
  ConflictPage,
  ConflictView,
  EscalatedCompetence,
  HandedOverFile,
  ListConflictsQuery,
  ObeyOrderBody,
  SettledConflict,
} from './competence.dto';
import { CompetenceReader } from './competence.reader';
import { HandOverHandler } from './hand-over.handler';
import { MoveConflictHandler } from './move-conflict.handler';

const ConflictId = (): ParameterDecorator => UuidParam('id', 'Of the conflict');
const NOT_FOUND = ['competence-not-found'];
const CLOSED = ['competence-closed'];

/** Conflicts of competence, at the département that shelters the child. Nothing about the child's care asks for them (R28). */
@ApiTags('competence')
@ErrorStatus({
  'case-not-found': 404,
  'competence-not-found': 404,
  'competence-claimed': 409,
  'competence-closed': 409,
  'competence-not-due': 409,
  'competence-last-level': 409,
  'competence-not-decided': 409,
  'competence-handed-over': 409,
  'competence-own': 422,
  'competence-third': 422,
  'competence-of-adult': 422,
  'age-unfounded': 422,
  'child-protection-missing': 422,
})
@AllowRoles(...CASEWORKERS)
@Controller('v1/competence-conflicts')
export class CompetenceConflictController {
  constructor(
    private readonly claiming: ClaimCompetenceHandler,
    private readonly moving: MoveConflictHandler,
    private readonly handing: HandOverHandler,
    private readonly reader: CompetenceReader,
  ) {}

  @Post()
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Say that another département is competent for a child whom yours shelters' })
  @ApiAcceptedResponse({ description: 'Claimed; its way has begun', type: ClaimedCompetence })
  @ApiProblems({
    404: ['case-not-found'],
    409: ['competence-claimed'],
    422: ['competence-own', 'competence-of-adult', 'age-unfounded', 'child-protection-missing'],
  })
  claim(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { caseId, content, protection }: ClaimCompetenceBody,
  ): Promise<ClaimedCompetence> {
    requireForm(content);
    return this.claiming.claim(identity, {
      caseId,
      content,
      protection: { ...protection },
      idempotencyKey,
    });
  }

  @Get()
  @ApiOperation({ summary: 'Conflicts that your unit keeps, newest first; nothing about the children' })
  @ApiOkResponse({ description: 'A page', type: ConflictPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListConflictsQuery): Promise<ConflictPage> {
    return this.reader.list(identity, query);
  }

  @Get(':id')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @SendsETag()
  @ApiOperation({
    summary: 'One conflict with what was claimed and answered, as far as your roles may read it',
  })
  @ApiOkResponse({ description: 'The conflict', type: ConflictView })
  @ApiProblems({ 404: NOT_FOUND })
  read(@CurrentIdentity() identity: Identity, @ConflictId() id: string): Promise<ConflictView> {
    return this.reader.read(identity, id);
  }

  @Post(':id/escalate')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Ask the next level to decide: the parquet, those of both départements, the coordination',
  })
  @ApiAcceptedResponse({ description: 'Asked; its way has begun', type: EscalatedCompetence })
  @ApiProblems({ 404: NOT_FOUND, 409: ['competence-closed', 'competence-not-due', 'competence-last-level'] })
  escalate(
    @CurrentIdentity() identity: Identity,
    @ConflictId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('conflict') ifMatch: string | undefined,
  ): Promise<EscalatedCompetence> {
    return this.moving.escalate(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/obey-order')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Record that a judge ordered which of the two is competent: obeyed, and told to everybody',
  })
  @ApiAcceptedResponse({ description: 'Decided', type: SettledConflict })
  @ApiProblems({ 404: NOT_FOUND, 409: CLOSED, 422: ['competence-third'] })
  obey(
    @CurrentIdentity() identity: Identity,
    @ConflictId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('conflict') ifMatch: string | undefined,
    @Body() { departement }: ObeyOrderBody,
  ): Promise<SettledConflict> {
    return this.moving.obey(identity, { id, ifMatch, idempotencyKey, departement });
  }

  @Post(':id/withdraw')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({ summary: 'Your own département is competent after all: nothing more goes to the other' })
  @ApiAcceptedResponse({ description: 'Withdrawn', type: SettledConflict })
  @ApiProblems({ 404: NOT_FOUND, 409: CLOSED })
  withdraw(
    @CurrentIdentity() identity: Identity,
    @ConflictId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('conflict') ifMatch: string | undefined,
  ): Promise<SettledConflict> {
    return this.moving.withdraw(identity, { id, ifMatch, idempotencyKey });
  }

  @Post(':id/hand-over')
  @HttpCode(202)
  @SendsETag()
  @ApiOperation({
    summary: 'Send the file to the competent département; you keep yours, and go on until it has taken over',
  })
  @ApiAcceptedResponse({ description: 'Its way has begun', type: HandedOverFile })
  @ApiProblems({
    404: NOT_FOUND,
    409: ['competence-not-decided', 'competence-handed-over'],
    422: ['child-protection-missing'],
  })
  handOver(
    @CurrentIdentity() identity: Identity,
    @ConflictId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('conflict') ifMatch: string | undefined,
  ): Promise<HandedOverFile> {
    return this.handing.handOver(identity, { id, ifMatch, idempotencyKey });
  }
}

/** @throws AppError `invalid-request` */
function requireForm(content: object): void {
  try {
    assertEventData(getEventType(COMPETENCE_CLAIMED), content, []);
  } catch (error) {
    const { fields } = (error instanceof AppError && error.options) || {};
    if (!fields) throw error;
    refuse(fields);
  }
  const problems = referenceProblems(CompetenceClaimedV1, content);
  if (problems) refuse(problems);
}

function refuse(problems: Readonly<Record<string, string>>): never {
  throw invalidRequest(
    Object.entries(problems).map(([path, detail]) => ({
      pointer: path === '$' ? '/content' : `/content/${path.replaceAll('.', '/')}`,
      detail,
    })),
  );
}
