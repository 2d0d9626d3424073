import { actRecord } from '../policy/act-records';
import { BREAK_GLASS_OPENED, type BreakGlassOpenedV1 } from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { type AuditEntry, auditFields, AuditTrail, Outbox } from '@liaison/messaging';
import {
  currentCorrelationId,
  decodeCursor,
  type Identity,
  isIdPosition,
  type Page,
  pageOf,
  requireIfMatch,
  SERVE_DATABASE,
  ServiceConfig,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { Cases, type ReadableCase } from '../cases/cases';
import { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { type BreakGlassCommand, decide, evolve } from './break-glass';
import type {
  BreakGlassItem,
  BreakGlassView,
  ListBreakGlassQuery,
  OpenBreakGlassBody,
  ReviewBody,
} from './break-glass.dto';
import { getRow, itemOf, type Row, SELECT } from './break-glass-rows';
import { lockOpenings, openUntil } from './openings';

const HOUR_MS = 3_600_000;

/** One change of an opening that there is. */
export interface ChangeBreakGlass {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/**
 * Emergencies: opens of one case, for some hours and for whoever asks, what this agency already holds and only the reader's
 * role or a rule that gives way to vital interests keeps from them. What no other role here may read, and every floor
 * that vital interest does not lift, stays closed. T1 stores the opening, its audit record and what tells the origin, or
 * none of them: nothing is shown before it is recorded.
 */
@Injectable()
export class BreakGlassHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly config: ServiceConfig,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * @throws AppError `case-not-found`, `break-glass-too-long`, `break-glass-open`, `nothing-to-open`, `sender-unknown`,
   * `origin-not-told`
   */
  open(
    identity: Identity,
    caseId: string,
    { ground, reason, hours }: OpenBreakGlassBody,
    idempotencyKey: string,
  ): Promise<BreakGlassItem> {
    const request = { caseId, ground, reason, hours };
    const route = 'POST /v1/cases/:id/break-glass';
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const most = this.config.breakGlassHours;
      if (hours > most) throw new AppError('break-glass-too-long', `Open for ${most} hours at most.`);
      const found = await this.cases.get(manager, identity, caseId);
      await lockOpenings(manager, identity, caseId);
      const at = this.clock.now();
      if (await openUntil(manager, identity, caseId, at)) {
        throw new AppError('break-glass-open', 'You have opened this case already, and it has not ended.');
      }
      const { decision, opens } = this.openable(identity, found, at);
      const row: Row = {
        id: uuidv7(),
        unit: identity.unit,
        case_id: caseId,
        agent: identity.pseudonym,
        ground,
        reason,
        fields: [...opens],
        origin: found.held.provenance?.agency ?? null,
        opened_at: at,
        until: new Date(at.getTime() + hours * HOUR_MS),
        ended_at: null,
        review_by: new Date(at.getTime() + this.config.breakGlassReviewHours * HOUR_MS),
        verdict: null,
        words: null,
        reviewed_by: null,
        reviewed_at: null,
        version: 1,
      };
      await manager.query(
        `INSERT INTO desk.break_glass
           (id, unit, case_id, agent, ground, reason, fields, origin, opened_at, until, review_by, version,
            type, purpose, convention, departement)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, $15)`,
        [
          row.id,
          row.unit,
          caseId,
          row.agent,
          ground,
          reason,
          JSON.stringify(opens),
          row.origin,
          at,
          row.until,
          row.review_by,
          found.held.type,
          found.held.purpose,
          found.held.provenance?.convention ?? null,
          found.held.facts.departement ?? null,
        ],
      );
      const opened = new Set(opens);
      await this.record(manager, identity, found, {
        kind: 'break-glass-opened',
        eventId: row.id,
        reason: ground,
        legalBases: [...decision.legalBases, 'RGPD 6(1)(d)', 'RGPD 9(2)(c)'],
        policyDigest: decision.digest,
        fields: auditFields(decidedFields(decision).filter(({ path }) => opened.has(path))),
      });
      const lanes = await this.tell(manager, identity, found, row);
      return { status: 201, body: { ...itemOf(row, identity, at) }, lanes: [...lanes, this.audit.laneId] };
    });
  }

  /** Its opener, or a supervisor. @throws AppError `break-glass-not-found`, `precondition-*`, or what `decide` throws */
  end(identity: Identity, change: ChangeBreakGlass): Promise<BreakGlassItem> {
    const route = 'POST /v1/break-glass/:id/end';
    const supervisor = identity.roles.includes('supervisor');
    return this.change(identity, { ...change, route, request: {} }, (at) => ({
      command: { type: 'end', by: identity.pseudonym, supervisor, at },
      kind: 'break-glass-ended',
    }));
  }

  /** A second person. @throws AppError `break-glass-not-found`, `precondition-*`, or what `decide` throws */
  review(
    identity: Identity,
    change: ChangeBreakGlass,
    { verdict, words }: ReviewBody,
  ): Promise<BreakGlassItem> {
    const route = 'POST /v1/break-glass/:id/review';
    return this.change(identity, { ...change, route, request: { verdict, words } }, () => ({
      command: { type: 'review', by: identity.pseudonym, verdict },
      kind: 'break-glass-reviewed',
      words,
    }));
  }

  /** Of the caller's unit, newest first: neither reasons nor persons. @throws AppError `cursor-invalid` */
  async list(
    identity: Identity,
    { cursor, limit, unreviewed }: ListBreakGlassQuery,
  ): Promise<Page<BreakGlassItem>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, isIdPosition);
    const at = this.clock.now();
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<Row[]>(
        `${SELECT} WHERE unit = $1 AND ($2::uuid IS NULL OR id < $2)
            AND ($3::boolean IS NULL OR (reviewed_at IS NULL) = $3)
          ORDER BY id DESC LIMIT $4`,
        [identity.unit, before, unreviewed ?? null, limit + 1],
      ),
    );
    return pageOf(
      rows,
      limit,
      (row) => itemOf(row, identity, at),
      ({ id }) => id,
    );
  }

  /** With its words, for whoever may know of the case; recorded. @throws AppError `break-glass-not-found`, `case-not-found` */
  read(identity: Identity, id: string): Promise<BreakGlassView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getRow(manager, identity, id);
      const found = await this.cases.get(manager, identity, row.case_id);
      await this.cases.recordOwnReading(manager, identity, found, ['breakGlass.reason', 'breakGlass.words']);
      const { reason, fields, words } = row;
      return { ...itemOf(row, identity, this.clock.now()), reason, fields, words };
    });
  }

  private change(
    identity: Identity,
    { id, ifMatch, idempotencyKey, route, request }: ChangeBreakGlass & { route: string; request: object },
    said: (at: Date) => { command: BreakGlassCommand; kind: AuditEntry['kind']; words?: string },
  ): Promise<BreakGlassItem> {
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, ...request } },
      async (manager) => {
        const row = await getRow(manager, identity, id, 'FOR UPDATE');
        requireIfMatch(ifMatch, row.version);
        const at = this.clock.now();
        const { command, kind, words } = said(at);
        const state = { ...row, endedAt: row.ended_at };
        const next = evolve(state, decide(state, command), at);
        const reviewed = command.type === 'review';
        const changed: Row = {
          ...row,
          ended_at: next.endedAt,
          verdict: next.verdict,
          version: next.version,
          ...(reviewed && { words: words ?? '', reviewed_by: identity.pseudonym, reviewed_at: at }),
        };
        await manager.query(
          `UPDATE desk.break_glass SET ended_at = $2, verdict = $3, words = $4, reviewed_by = $5, reviewed_at = $6, version = $7
          WHERE id = $1`,
          [
            id,
            changed.ended_at,
            changed.verdict,
            changed.words,
            changed.reviewed_by,
            changed.reviewed_at,
            changed.version,
          ],
        );
        const found = await this.cases.get(manager, identity, row.case_id);
        await this.record(manager, identity, found, {
          kind,
          eventId: id,
          reason: reviewed ? command.verdict : row.ground,
          legalBases: ['RGPD 5(2)'],
          fields: [],
        });
        return { status: 200, body: { ...itemOf(changed, identity, at) }, lanes: [this.audit.laneId] };
      },
    );
  }

  private openable(identity: Identity, { held }: ReadableCase, at: Date) {
    const answer = this.policy.openInEmergency({ ...held, data: {} }, identity.roles, at);
    if (!answer || answer.opens.length === 0) {
      throw new AppError('nothing-to-open', 'Your roles read already all that an emergency could open.');
    }
    return answer;
  }

  private record(
    manager: EntityManager,
    identity: Identity,
    { reference, held: { type, purpose, provenance } }: ReadableCase,
    entry: Pick<AuditEntry, 'kind' | 'eventId' | 'reason' | 'legalBases' | 'fields'> & Partial<AuditEntry>,
  ): Promise<void> {
    const { convention, agency } = provenance ?? {};
    return this.audit.append(manager, [
      actRecord(this.audit, identity, this.clock.now(), {
        purpose,
        reference,
        event: type,
        ...(convention !== undefined && { convention }),
        ...(agency !== undefined && { counterpart: agency }),
        ...entry,
      }),
    ]);
  }

  /** At once, over the normal dispatch. What is the agency's own has nobody to be told. */
  private async tell(
    manager: EntityManager,
    identity: Identity,
    { held: { purpose, provenance } }: ReadableCase,
    row: Row,
  ): Promise<readonly number[]> {
    if (!provenance) return [];
    const origin = this.directory.findAgency(provenance.agency);
    if (!origin) {
      throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
    }
    const document: BreakGlassOpenedV1 = {
      opening: row.id,
      ground: row.ground,
      openedAt: row.opened_at.toISOString(),
      until: row.until.toISOString(),
      fields: row.fields,
    };
    const event = { type: BREAK_GLASS_OPENED, document, purpose };
    const { decision } = this.policy.preview({ ...event, facts: {} }, origin, row.opened_at);
    if (!decision.allowed) {
      throw new AppError(
        'origin-not-told',
        'No convention in force lets this agency tell the origin of the case: nothing is opened in silence.',
      );
    }
    const { lanes } = await this.outbox.append(manager, row.case_id, {
      ...event,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      causationId: provenance.event,
      decidedAt: row.opened_at,
      recipients: [{ agency: origin }],
    });
    return lanes;
  }
}
