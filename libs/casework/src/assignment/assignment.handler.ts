import { AppError, type Clock } from '@liaison/kernel';
import {
  decodeCursor,
  type Identity,
  type Page,
  pageOf,
  requireIfMatch,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { Cases } from '../cases/cases';
import { type Assignment, type AssignmentCommand, decide, evolve, UNASSIGNED } from './assignment';
import type { AssignmentChange, AssignmentView, HandedOver, ListChangesQuery } from './assignment.dto';
import { type Colleague, Colleagues } from './colleagues';

/** What every change of an assignment comes with. */
export interface AssignmentRequest {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** Cases that one request hands over, so that no transaction holds more rows. */
const AT_ONCE = 500;

/** Who has a case: state and history change together, under the row's lock. */
@Injectable()
export class AssignmentHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly colleagues: Colleagues,
  ) {}

  /** @throws AppError `case-not-found` */
  async read(identity: Identity, id: string): Promise<AssignmentView> {
    return serveTransaction(this.database, identity, async (manager) => {
      await this.cases.get(manager, identity, id);
      const [row] = await manager.query<Stored[]>(FIND, [identity.unit, id]);
      return viewOf(identity, id, row);
    });
  }

  /** Newest first. @throws AppError `case-not-found`, `cursor-invalid` */
  async history(identity: Identity, id: string, query: ListChangesQuery): Promise<Page<AssignmentChange>> {
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor, isVersion);
    return serveTransaction(this.database, identity, async (manager) => {
      await this.cases.get(manager, identity, id);
      const rows = await manager.query<(Omit<AssignmentChange, 'at'> & { at: Date })[]>(HISTORY, [
        identity.unit,
        id,
        before,
        query.limit + 1,
      ]);
      return pageOf(
        rows,
        query.limit,
        ({ at, ...row }) => ({ ...row, at: at.toISOString() }),
        ({ version }) => version,
      );
    });
  }

  /** @throws AppError as `decide`, or `case-not-found`, `precondition-required`, `precondition-failed` */
  take(identity: Identity, request: AssignmentRequest): Promise<AssignmentView> {
    return this.change(identity, 'take', request, { type: 'take', by: identity.pseudonym });
  }

  /** @throws AppError as `take`, or `colleague-unknown`, `colleague-may-not-read` */
  handOver(
    identity: Identity,
    request: AssignmentRequest,
    { to, reason }: { readonly to: string; readonly reason?: string },
  ): Promise<AssignmentView> {
    const command = {
      type: 'hand-over',
      by: identity.pseudonym,
      supervisor: isSupervisor(identity),
      to,
    } as const;
    return this.change(identity, 'hand-over', request, command, reason);
  }

  /** @throws AppError as `take` */
  release(identity: Identity, request: AssignmentRequest): Promise<AssignmentView> {
    const command = { type: 'release', by: identity.pseudonym, supervisor: isSupervisor(identity) } as const;
    return this.change(identity, 'release', request, command);
  }

  /**
   * Everything that a colleague has, as when they are away; nothing of it where one case is closed to whoever would get it. What
   * the caller may not know of stays where it is.
   * @throws AppError `colleague-unknown`, `colleague-may-not-read`, `case-assigned`
   */
  handOverAll(
    identity: Identity,
    agent: string,
    { to, reason, idempotencyKey }: { to: string; reason?: string; idempotencyKey: string },
  ): Promise<HandedOver & Record<string, number>> {
    const request = { agent, to, reason };
    return this.acts.run(
      identity,
      { route: 'POST /v1/colleagues/:agent/hand-over', idempotencyKey, request },
      async (manager) => {
        await this.colleagues.require(manager, identity, agent);
        const receiver = await this.colleagues.require(manager, identity, to);
        const rows = await manager.query<(Stored & { caseId: string })[]>(LOCK_ALL, [
          identity.unit,
          agent,
          AT_ONCE,
        ]);
        const command = { type: 'hand-over', by: identity.pseudonym, supervisor: true, to } as const;
        let handedOver = 0;
        for (const row of rows) {
          if (!(await this.cases.isReadable(manager, identity, row.caseId))) continue;
          await this.requireReader(manager, receiver, row.caseId);
          await this.store(manager, identity, row.caseId, row, command, reason);
          handedOver++;
        }
        const [left] = await manager.query<{ remaining: number }[]>(COUNT, [identity.unit, agent]);
        return { status: 200, body: { handedOver, remaining: left?.remaining ?? 0 } };
      },
    );
  }

  /** The caller is one of them from now on. */
  async listColleagues(identity: Identity): Promise<readonly Colleague[]> {
    return serveTransaction(this.database, identity, async (manager) => {
      await this.colleagues.meet(manager, identity);
      return this.colleagues.list(manager, identity);
    });
  }

  private change(
    identity: Identity,
    act: string,
    { id, ifMatch, idempotencyKey }: AssignmentRequest,
    command: AssignmentCommand,
    reason?: string,
  ): Promise<AssignmentView> {
    const request = { id, ...command, reason };
    return this.acts.run<AssignmentAnswer>(
      identity,
      { route: `POST /v1/cases/:id/assignment/${act}`, idempotencyKey, request },
      async (manager) => {
        await this.cases.get(manager, identity, id);
        await this.colleagues.meet(manager, identity);
        if (command.type === 'hand-over') {
          await this.requireReader(manager, await this.colleagues.require(manager, identity, command.to), id);
        }
        // Whoever comes second waits here for the first, also where nobody had the case before.
        await manager.query(FIRST, [identity.unit, id, this.clock.now()]);
        const [row] = await manager.query<Stored[]>(`${FIND} FOR UPDATE`, [identity.unit, id]);
        requireIfMatch(ifMatch, row?.version ?? 0);
        const stored = await this.store(manager, identity, id, row, command, reason);
        return { status: 200, body: { ...viewOf(identity, id, stored) } };
      },
    );
  }

  /** What somebody may read nothing of would be looked after by nobody. @throws AppError `colleague-may-not-read` */
  private async requireReader(
    manager: EntityManager,
    receiver: Pick<Identity, 'unit' | 'roles'>,
    id: string,
  ): Promise<void> {
    if (await this.cases.isReadable(manager, receiver, id)) return;
    throw new AppError(
      'colleague-may-not-read',
      'In the roles in which they were seen last, that colleague may read nothing of this case: choose another.',
    );
  }

  private async store(
    manager: EntityManager,
    { unit, pseudonym }: Identity,
    caseId: string,
    row: Stored | undefined,
    command: AssignmentCommand,
    reason?: string,
  ): Promise<Stored> {
    const state = stateOf(row);
    const event = decide(state, command);
    const { version, assignee = null } = evolve(state, event);
    const since = this.clock.now();
    await manager.query(STORE, [
      unit,
      caseId,
      assignee,
      version,
      since,
      event.type,
      pseudonym,
      reason ?? null,
    ]);
    return { assignee, version, since };
  }
}

type AssignmentAnswer = { [Key in keyof AssignmentView]: AssignmentView[Key] };

interface Stored {
  readonly assignee: string | null;
  readonly version: number;
  readonly since: Date;
}

const isSupervisor = ({ roles }: Identity): boolean => roles.includes('supervisor');

const stateOf = (row: Stored | undefined): Assignment =>
  row ? { version: row.version, ...(row.assignee !== null && { assignee: row.assignee }) } : UNASSIGNED;

const viewOf = ({ pseudonym }: Identity, caseId: string, row: Stored | undefined): AssignmentView => ({
  caseId,
  assignee: row?.assignee ?? null,
  mine: row?.assignee === pseudonym,
  since: row && row.version > 0 ? row.since.toISOString() : null,
  version: row?.version ?? 0,
});

/** Of an `integer`. */
const isVersion = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Math.abs(Number(value)) < 2 ** 31;

const FIND = `SELECT agent AS assignee, version, since FROM desk.assignment WHERE unit = $1 AND case_id = $2`;

const FIRST = `
INSERT INTO desk.assignment (unit, case_id, version, since) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING`;

const LOCK_ALL = `
SELECT case_id AS "caseId", agent AS assignee, version, since FROM desk.assignment
 WHERE unit = $1 AND agent = $2 ORDER BY case_id LIMIT $3 FOR UPDATE`;

const COUNT = `SELECT count(*)::int AS remaining FROM desk.assignment WHERE unit = $1 AND agent = $2`;

const STORE = `
WITH changed AS (
  INSERT INTO desk.assignment_change (unit, case_id, version, kind, agent, by_agent, reason, at)
  VALUES ($1, $2, $4, $6, $3, $7, $8, $5)
)
UPDATE desk.assignment SET agent = $3, version = $4, since = $5 WHERE unit = $1 AND case_id = $2`;

const HISTORY = `
SELECT version, kind, agent AS assignee, by_agent AS by, reason, at FROM desk.assignment_change
 WHERE unit = $1 AND case_id = $2 AND ($3::int IS NULL OR version < $3) ORDER BY version DESC LIMIT $4`;
