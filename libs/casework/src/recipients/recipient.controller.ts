import type { Clock, Directory } from '@liaison/kernel';
import {
  AuditTrail,
  Dispatcher,
  readRecipients,
  type RecipientState,
  tryRecipientNow,
} from '@liaison/messaging';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  type Identity,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Controller, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { type RecipientItem, RecipientList, RecipientPath, RecipientRetry } from './recipient.dto';

/** More than there are agencies that one agency writes to. */
const MOST = 1000;

/** Whom this agency sends to: what waits for each, and who cannot be reached. */
@ApiTags('recipients')
@AllowRoles('operator')
@Controller('v1/recipients')
export class RecipientController {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Recipients: what waits for each, and whether its inbox can be reached' })
  @ApiOkResponse({ description: 'All of them', type: RecipientList })
  async list(@CurrentIdentity() identity: Identity): Promise<RecipientList> {
    const rows = await serveTransaction(this.database, identity, (manager) =>
      readRecipients(manager, this.directory, { limit: MOST }),
    );
    return { items: rows.map(itemOf) };
  }

  @Post(':recipient/retry')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a recipient that cannot be reached now, instead of after its pause',
    description: 'One message is tried; when the broker takes it, the rest follows. The act is recorded.',
  })
  @ApiOkResponse({ description: 'Whether there was anything to do', type: RecipientRetry })
  @ApiProblems({ 400: ['invalid-request'] })
  async retry(
    @CurrentIdentity() identity: Identity,
    @Param() { recipient }: RecipientPath,
  ): Promise<RecipientRetry> {
    const triesNow = await serveTransaction(this.database, identity, async (manager) => {
      if (!(await tryRecipientNow(manager, this.directory, recipient))) return false;
      const { unit, pseudonym: agent } = identity;
      const act = this.audit.prepare({
        kind: 'redrive',
        at: this.clock.now().toISOString(),
        purpose: 'delivery',
        legalBases: ['RGPD 5(1)(f)'],
        fields: [],
        unit,
        agent,
        counterpart: recipient,
        reason: 'recipient-tried',
      });
      await this.audit.append(manager, [act]);
      return true;
    });
    if (triesNow) this.dispatcher.wake([this.audit.laneId]);
    return { triesNow };
  }
}

export const itemOf = ({ since, nextTryAt, ...state }: RecipientState): RecipientItem => ({
  ...state,
  since: since?.toISOString() ?? null,
  nextTryAt: nextTryAt?.toISOString() ?? null,
});
