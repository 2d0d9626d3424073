import { CLOCK, newestReceived } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ArbitrationView, ListArbitrationsQuery } from './arbitration.dto';
import { ArbitrationRow } from './arbitration.entity';
import { getArbitration } from './stored-arbitration';

/** What a unit is asked to decide. It is told nothing about the child, and nothing is recorded as read of anybody. */
@Injectable()
export class ArbitrationReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListArbitrationsQuery): Promise<Page<ArbitrationView>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, ArbitrationRow, identity, query);
      if (query.overdue !== undefined) {
        list.asked.andWhere(`(it.state = 'open' AND it.decideBy <= :at) = :overdue`, {
          at,
          overdue: query.overdue,
        });
      }
      return list.page((row) => viewOf(row, at));
    });
  }

  /** @throws AppError `arbitration-not-found` */
  async read(identity: Identity, id: string): Promise<ArbitrationView> {
    const row = await serveTransaction(this.database, identity, (manager) =>
      getArbitration(manager, identity, id),
    );
    return viewOf(row, this.clock.now());
  }
}

const viewOf = (row: ArbitrationRow, at: Date): ArbitrationView => ({
  id: row.id,
  conflict: row.conflict,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  level: row.level,
  sheltering: row.sheltering,
  claimed: row.claimed,
  ground: row.content.ground ?? null,
  refusal: row.content.refusal ?? null,
  openedAt: row.content.openedAt ?? null,
  decideBy: row.decideBy.toISOString(),
  overdue: row.state === 'open' && row.decideBy <= at,
  state: row.state,
  competent: row.competent,
  outcome: row.outcome,
  answeredAt: row.answeredAt?.toISOString() ?? null,
  convention: row.convention,
  version: row.version,
});
