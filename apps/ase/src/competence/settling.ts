import { CLOCK, DIRECTORY } from '@liaison/casework';
import { COMPETENCE_DECIDED, type CompetenceDecidedV1 } from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import { type NewEvent, Outbox } from '@liaison/messaging';
import { type ConflictEvent, evolveConflict } from '@liaison/placement';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AskedRow, ConflictRow } from './competence.entity';
import { conflictColumns, conflictOf, PURPOSE } from './stored-competence';

/** On whose behalf a conflict changes. */
export interface Cause extends Pick<NewEvent, 'agent' | 'correlationId' | 'causationId' | 'traceparent'> {
  readonly unit: string;
  /** Whoever decided, and so knows. */
  readonly decider?: string;
}

/** What follows of a change of a conflict, whoever brings it about: a person, what arrives, a birthday. */
@Injectable()
export class Settling {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Stores the change and, where it ends the conflict, tells everybody who has heard of it. The case and the row are locked.
   * @returns the conflict as it is now, and lanes to wake
   */
  async apply(manager: EntityManager, row: ConflictRow, event: ConflictEvent, cause: Cause) {
    const at = this.clock.now();
    const next = evolveConflict(conflictOf(row), event);
    const ending = endingOf(event);
    await manager.update(ConflictRow, row.id, {
      ...conflictColumns(next),
      ...(ending && { decidedAt: at }),
    });
    if (!ending) return { next, lanes: [] as readonly number[] };
    if (next.competent !== row.claimed) {
      // Nothing more about the child is for that département: what has not left yet does not leave.
      await manager.query(
        `UPDATE messaging.cases SET facts = facts - 'claimedCompetent', facts_version = facts_version + 1 WHERE id = $1`,
        [row.caseId],
      );
    }
    const asked = await manager.findBy(AskedRow, { conflictId: row.id });
    const told = [row.agency, ...asked.map(({ agency }) => agency)].filter((id) => id !== cause.decider);
    const document: CompetenceDecidedV1 = { conflict: row.id, ...ending, decidedAt: at.toISOString() };
    const { decider: _, ...by } = cause;
    const { lanes } = await this.outbox.append(manager, row.caseId, {
      type: COMPETENCE_DECIDED,
      document,
      purpose: PURPOSE,
      decidedAt: at,
      ...by,
      recipients: this.known(told).map((agency) => ({ agency })),
    });
    return { next, lanes };
  }

  private known(ids: readonly string[]): readonly Agency[] {
    return ids.flatMap((id) => this.directory.findAgency(id) ?? []);
  }
}

function endingOf(event: ConflictEvent): Omit<CompetenceDecidedV1, 'conflict' | 'decidedAt'> | undefined {
  switch (event.type) {
    case 'decided':
      return { outcome: 'competent', departement: event.competent, by: event.by };
    case 'withdrawn':
      return { outcome: 'withdrawn' };
    case 'came-of-age':
      return { outcome: 'of-age' };
    default:
      return undefined;
  }
}
