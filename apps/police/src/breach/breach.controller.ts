import { askedBy, CLOCK, QueryGate, sharedStanding } from '@liaison/casework';
import { REFLECTION_PERIOD_BREACHED } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import {
  AllowRoles,
  ApiProblems,
  type AskedFields,
  AsksBy,
  CurrentIdentity,
  decodeCursor,
  digestOfRequest,
  ErrorStatus,
  IdempotencyKey,
  idempotencyScope,
  type Identity,
  isInstantPosition,
  type Page,
  pageOf,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
  UuidParam,
} from '@liaison/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { DataSource, EntityManager } from 'typeorm';
import { READERS } from '../roles';
import { isEscalated, REMEDY_PURGED, requireUnnoted } from './breach';
import { AcknowledgedBreach, BreachItem, BreachPage, ListBreachesQuery } from './breach.dto';
import { BreachRow } from './breach.entity';
import { BREACH_FIELDS, originOfBreach, readsRestricted, shownBreach } from './shown-breach';

/** Each came from a préfecture, under a convention of its own. */
const ASKED: AskedFields = {
  of: REFLECTION_PERIOD_BREACHED,
  filters: { remedied: ['remediedOn'], escalated: ['remediedOn'] },
  lists: BREACH_FIELDS,
  eachDecides: true,
};

/** Removal measures during the reflection periods of persons whom the caller's unit signalled. */
@ApiTags('breaches')
@ErrorStatus({
  'breach-not-found': 404,
  'breach-acknowledged': 409,
  'breach-voided': 409,
  'breach-purged': 410,
})
@Controller('v1/breaches')
export class BreachController {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly gate: QueryGate,
  ) {}

  @Get()
  @AllowRoles(...READERS)
  @AsksBy(ASKED)
  @ApiOperation({
    summary:
      'Breaches of reflection periods, newest first; nothing about the persons. A contact point sees those that ' +
      'nobody has taken note of in time',
  })
  @ApiOkResponse({ description: 'A page', type: BreachPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListBreachesQuery,
  ): Promise<Page<BreachItem>> {
    const { cursor, limit, remedied, escalated } = query;
    const after = cursor === undefined ? undefined : decodeCursor(cursor, isInstantPosition);
    const at = this.clock.now();
    const rows = await serveTransaction(this.database, identity, async (manager) => {
      const open = await this.openOrigins(manager, identity, query);
      const listed = manager
        .createQueryBuilder(BreachRow, 'b')
        .where(`(b.unit = :unit OR (b.contactPoint = :unit AND ${ESCALATED}))`, { unit: identity.unit, at })
        .andWhere(`${CAME} = ANY (:open)`, { open })
        .orderBy(RECEIVED, 'DESC')
        .addOrderBy('b.breachId', 'DESC')
        .take(limit + 1);
      if (remedied !== undefined) listed.andWhere('(b.remediedOn IS NOT NULL) = :remedied', { remedied });
      if (escalated !== undefined) listed.andWhere(`${ESCALATED} = :escalated`, { at, escalated });
      if (!readsRestricted(identity) && (remedied ?? escalated) !== undefined) {
        listed.andWhere(`NOT b.revokedFields @> '[{"effect":"restrict","fields":["remediedOn"]}]'`);
      }
      if (after)
        listed.andWhere(`(${RECEIVED}, b.breachId) < (:instant::timestamptz, :id::uuid)`, {
          instant: after[0],
          id: after[1],
        });
      return listed.getMany();
    });
    return pageOf(
      rows,
      limit,
      (row) => itemOf(shownBreach(this.gate, identity, row), at),
      ({ receivedAt, breachId }) => [receivedAt.toISOString(), breachId],
    );
  }

  /** From where the caller may ask by what this question rests on: what came otherwise is as if it were not there. */
  private async openOrigins(
    manager: EntityManager,
    identity: Identity,
    query: ListBreachesQuery,
  ): Promise<readonly string[]> {
    const filters = askedBy({ ...ASKED, lists: [] }, { ...query });
    const came = await manager.query<Pick<BreachRow, 'agency' | 'convention'>[]>(
      'SELECT DISTINCT agency, convention FROM police.breach',
    );
    return came.flatMap((row) =>
      this.gate.isOpen(identity, originOfBreach(row), filters) ? [`${row.agency} ${row.convention}`] : [],
    );
  }

  @Post(':agency/:breach/acknowledge')
  @HttpCode(200)
  @AllowRoles(...READERS)
  @ApiOperation({
    summary: 'Take note of a breach: somebody deals with it; one that was escalated is no longer',
  })
  @ApiParam({ name: 'agency', description: 'Who reported it', example: 'prefecture-75' })
  @ApiOkResponse({ description: 'Noted', type: AcknowledgedBreach })
  @ApiProblems({
    404: ['breach-not-found'],
    409: ['breach-acknowledged', 'breach-voided'],
    410: ['breach-purged'],
  })
  async acknowledge(
    @CurrentIdentity() identity: Identity,
    @Param('agency') agency: string,
    @UuidParam('breach') breachId: string,
    @IdempotencyKey() key: string,
  ): Promise<AcknowledgedBreach> {
    const scope = idempotencyScope(identity, 'POST /v1/breaches/:agency/:breach/acknowledge');
    const once = { key, scope, requestDigest: digestOfRequest({ agency, breachId }) };
    const at = this.clock.now();
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      runOnce(manager, once, async () => {
        // Row security leaves the unit's own, and to a contact point those that may come to it.
        const row = await manager.findOne(BreachRow, {
          where: { agency, breachId },
          lock: { mode: 'pessimistic_write' },
        });
        const ofCaller = row && (row.unit === identity.unit || isEscalated(row, at) || row.acknowledgedAt);
        if (!ofCaller) throw new AppError('breach-not-found', 'Your unit has no such breach.');
        requireUnnoted(row);
        await manager.update(
          BreachRow,
          { agency, breachId },
          { acknowledgedAt: at, acknowledgedBy: identity.pseudonym },
        );
        return { status: 200, body: { agency, breach: breachId, acknowledgedAt: at.toISOString() } };
      }),
    );
    return body;
  }
}

const CAME = `b.agency || ' ' || b.convention`;

/** Instants leave with milliseconds: so they are compared. */
const RECEIVED = `date_trunc('milliseconds', b.received_at)`;

/** As `isEscalated`. */
const ESCALATED = `(coalesce(b.acknowledgeBy <= :at, false) AND b.acknowledgedAt IS NULL AND b.remediedOn IS NULL
                    AND b.voidedAt IS NULL AND b.purgedAt IS NULL
                    AND NOT b.revokedFields @> '${REMEDY_PURGED}')`;

export const itemOf = (row: BreachRow, at: Date): BreachItem => ({
  noticeId: row.noticeId,
  breach: row.breachId,
  agency: row.agency,
  unit: row.unit,
  measure: row.measure,
  takenOn: row.takenOn,
  periodFrom: row.periodFrom,
  periodUntil: row.periodUntil,
  article: row.article,
  departement: row.departement,
  remediedOn: row.remediedOn,
  receivedAt: row.receivedAt.toISOString(),
  acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  escalatedTo: isEscalated(row, at) ? row.contactPoint : null,
  voidedAt: row.voidedAt?.toISOString() ?? null,
  voidReason: row.voidReason,
  ...sharedStanding(row),
});
