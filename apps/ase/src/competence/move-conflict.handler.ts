import { Acts, AGENCY, CLOCK, DIRECTORY } from '@liaison/casework';
import { COMPETENCE_ESCALATED, type CompetenceEscalatedV1, type CompetenceLevel } from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { type ConflictCommand, decideConflict } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Settling } from './settling';
import { conflictOf, getConflict, lockConflict, PURPOSE } from './stored-competence';

/** Which conflict, as whoever acts has seen it. */
export interface OfConflict {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of what the département that shelters does with its claim: ask the next level, obey an order, withdraw. */
@Injectable()
export class MoveConflictHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly settling: Settling,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `competence-*`, `precondition-*`, or what `runOnce` throws */
  escalate(identity: Identity, { id, ifMatch, idempotencyKey }: OfConflict) {
    const route = 'POST /v1/competence-conflicts/:id/escalate';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const row = await lockConflict(manager, await getConflict(manager, identity, id));
      requireIfMatch(ifMatch, row.version);
      const at = this.clock.now();
      const event = decideConflict(conflictOf(row), { type: 'escalate', at });
      if (event.type !== 'escalated') throw new TypeError('an escalation escalates');
      const { next } = await this.settling.apply(manager, row, event, by(identity));
      const { level, dueAt } = event;
      const asked = this.askedAt(level, row.own, row.claimed);
      for (const { id: agency } of asked) await manager.query(ASKED, [id, agency, row.unit, level, at]);
      const document: CompetenceEscalatedV1 = {
        conflict: id,
        level,
        sheltering: row.own,
        claimed: row.claimed,
        ground: row.ground,
        ...(row.refusal && { refusal: row.refusal }),
        openedAt: row.claimedAt.toISOString(),
        decideBy: dueAt.toISOString(),
      };
      const other = this.directory.findAgency(row.agency);
      const recorded = await this.outbox.append(manager, row.caseId, {
        type: COMPETENCE_ESCALATED,
        document,
        purpose: PURPOSE,
        ...by(identity),
        decidedAt: at,
        recipients: [...(other ? [other] : []), ...asked].map((agency) => ({ agency })),
      });
      return {
        status: 202,
        lanes: recorded.lanes,
        body: {
          id,
          state: next.state,
          version: next.version,
          level,
          decideBy: dueAt.toISOString(),
          told: asked.map((agency) => agency.id),
        },
      };
    });
  }

  /** @throws AppError `competence-*`, `precondition-*`, or what `runOnce` throws */
  obey(identity: Identity, { departement, ...of }: OfConflict & { readonly departement: string }) {
    return this.settled(identity, 'obey-order', of, { type: 'obey-order', departement });
  }

  /** @throws AppError `competence-*`, `precondition-*`, or what `runOnce` throws */
  withdraw(identity: Identity, of: OfConflict) {
    return this.settled(identity, 'withdraw', of, { type: 'withdraw' });
  }

  private settled(
    identity: Identity,
    verb: string,
    { id, ifMatch, idempotencyKey }: OfConflict,
    command: ConflictCommand,
  ) {
    const route = `POST /v1/competence-conflicts/:id/${verb}`;
    const request = { id, ...command };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const row = await lockConflict(manager, await getConflict(manager, identity, id));
      requireIfMatch(ifMatch, row.version);
      const event = decideConflict(conflictOf(row), command);
      const { next, lanes } = await this.settling.apply(manager, row, event, by(identity));
      const { state, version, competent } = next;
      return { status: 202, lanes, body: { id, state, version, departement: competent ?? null } };
    });
  }

  /** Who decides at a level: the parquet where the child was found; those of both départements; the national coordination. */
  private askedAt(level: CompetenceLevel, own: string, claimed: string): readonly Agency[] {
    if (level === 'national') return this.directory.agencies().filter(({ kind }) => kind === 'coordination');
    const departements = level === 'departmental' ? [own] : [own, claimed];
    const parquets = departements.flatMap((each) => this.directory.competentAgencies('justice', each));
    return [...new Set(parquets)].filter(({ id }) => id !== this.agency.id);
  }
}

const by = (identity: Identity) => ({
  unit: identity.unit,
  agent: identity.pseudonym,
  correlationId: currentCorrelationId(),
  traceparent: currentTraceparent(),
});

/** Who is asked again by a level above is asked at that one. */
const ASKED = `
INSERT INTO competence.asked (conflict_id, agency, unit, level, asked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (conflict_id, agency) DO UPDATE SET level = EXCLUDED.level, asked_at = EXCLUDED.asked_at`;
