import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail, DeadLetters, Dispatcher, replaceParked } from '@liaison/messaging';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import {
  DeadLetterOutcome,
  DeadLetterPage,
  DeadLetterPath,
  DeadLetterView,
  DiscardBody,
  ListDeadLettersQuery,
} from './dead-letter.dto';
import { DeadLetterReader, keyOf } from './dead-letter.reader';

const UNKNOWN = { 404: ['dead-letter-unknown'] };

/** Parked events of this agency, for its operators: what is known of them, and what ends it. */
@ApiTags('dead letters')
@AllowRoles('operator')
@ErrorStatus({
  'dead-letter-unknown': 404,
  'dead-letter-destroyed': 409,
  'dead-letter-settled': 409,
  'dead-letter-outgoing': 409,
  'discard-not-proposed': 409,
  'discard-proposed-already': 409,
  'discard-by-one-person': 403,
})
@Controller('v1/dead-letters')
export class DeadLetterController {
  constructor(
    private readonly reader: DeadLetterReader,
    private readonly letters: DeadLetters,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Parked events by direction, agency, reason, type, age: newest first' })
  @ApiOkResponse({ description: 'A page', type: DeadLetterPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListDeadLettersQuery): Promise<DeadLetterPage> {
    return this.reader.list(identity, query);
  }

  @Get(':direction/:peer/:id')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'One event that is parked, or was; its body is shown to nobody' })
  @ApiOkResponse({ description: 'What is known of it', type: DeadLetterView })
  @ApiProblems({ 400: ['invalid-request'], ...UNKNOWN })
  show(@CurrentIdentity() identity: Identity, @Param() path: DeadLetterPath): Promise<DeadLetterView> {
    return this.reader.get(identity, path);
  }

  @Post(':direction/:peer/:id/redrive')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try it again, in its case’s order; one that a recipient parked is sent anew in its stead',
    description: 'May be repeated: what has been done is told again. The act is recorded.',
  })
  @ApiOkResponse({ description: 'What came of it', type: DeadLetterOutcome })
  @ApiProblems({
    400: ['invalid-request'],
    ...UNKNOWN,
    409: ['dead-letter-destroyed', 'dead-letter-settled'],
  })
  async redrive(
    @CurrentIdentity() identity: Identity,
    @Param() path: DeadLetterPath,
  ): Promise<DeadLetterOutcome> {
    if (path.direction === 'out') return this.replace(identity, path);
    return outcome(path, await this.letters.redrive(path, operatorOf(identity)));
  }

  @Post(':direction/:peer/:id/discard-proposal')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Propose to discard it, with a reason: somebody else confirms',
    description: 'May be repeated by the same person. The act is recorded.',
  })
  @ApiOkResponse({ description: 'It is proposed', type: DeadLetterOutcome })
  @ApiProblems({
    400: ['invalid-request'],
    ...UNKNOWN,
    409: ['dead-letter-settled', 'dead-letter-outgoing', 'discard-proposed-already'],
  })
  async propose(
    @CurrentIdentity() identity: Identity,
    @Param() path: DeadLetterPath,
    @Body() { reason }: DiscardBody,
  ): Promise<DeadLetterOutcome> {
    requireIncoming(path);
    const { already } = await this.letters.proposeDiscard(path, operatorOf(identity), reason);
    return outcome(path, { state: 'discard-proposed', already });
  }

  @Delete(':direction/:peer/:id/discard-proposal')
  @ApiOperation({
    summary: 'Take a proposal to discard it back, one’s own or somebody else’s: it stays parked',
    description: 'May be repeated. The act is recorded.',
  })
  @ApiOkResponse({ description: 'Nothing is proposed any more', type: DeadLetterOutcome })
  @ApiProblems({
    400: ['invalid-request'],
    ...UNKNOWN,
    409: ['dead-letter-settled', 'dead-letter-outgoing'],
  })
  async withdraw(
    @CurrentIdentity() identity: Identity,
    @Param() path: DeadLetterPath,
  ): Promise<DeadLetterOutcome> {
    requireIncoming(path);
    const { already } = await this.letters.withdrawDiscard(path, operatorOf(identity));
    return outcome(path, { state: 'discard-withdrawn', already });
  }

  @Post(':direction/:peer/:id/discard')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm a discard that somebody else proposed: its body is destroyed, its case goes on',
    description:
      'May be repeated: what has been done is told again. The act is recorded; the sender learns of it.',
  })
  @ApiOkResponse({ description: 'It is discarded', type: DeadLetterOutcome })
  @ApiProblems({
    400: ['invalid-request'],
    403: ['discard-by-one-person'],
    ...UNKNOWN,
    409: ['dead-letter-settled', 'dead-letter-outgoing', 'discard-not-proposed'],
  })
  async discard(
    @CurrentIdentity() identity: Identity,
    @Param() path: DeadLetterPath,
    @Body() { reason }: DiscardBody,
  ): Promise<DeadLetterOutcome> {
    requireIncoming(path);
    return outcome(path, await this.letters.discard(path, operatorOf(identity), reason));
  }

  private async replace(identity: Identity, path: DeadLetterPath): Promise<DeadLetterOutcome> {
    const { eventId, already, lanes } = await serveTransaction(this.database, identity, (manager) =>
      replaceParked(manager, this.audit, path, operatorOf(identity), this.clock.now()),
    );
    this.dispatcher.wake(lanes);
    return outcome(path, { state: 'replaced', already, eventId });
  }
}

const operatorOf = ({ unit, pseudonym }: Identity) => ({ unit, agent: pseudonym });

function requireIncoming({ direction }: DeadLetterPath): void {
  if (direction === 'in') return;
  throw new AppError(
    'dead-letter-outgoing',
    'Only its recipient can discard an event; redrive sends it anew.',
  );
}

function outcome(
  path: DeadLetterPath,
  done: Pick<DeadLetterOutcome, 'state' | 'already'> & Partial<DeadLetterOutcome>,
): DeadLetterOutcome {
  return { key: keyOf(path), reason: null, released: 0, eventId: null, ...done };
}
