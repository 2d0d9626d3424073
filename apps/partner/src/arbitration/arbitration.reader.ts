import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import {
  decodeCursor,
  type Identity,
  isInstantPosition,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
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
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isInstantPosition);
    const at = this.clock.now();
    const rows = await serveTransaction(this.database, identity, (manager) => {
      const asked = manager
        .createQueryBuilder(ArbitrationRow, 'a')
        .where('a.unit = :unit', { unit: identity.unit })
        .orderBy('a.receivedAt', 'DESC')
        .addOrderBy('a.id', 'DESC')
        .take(query.limit + 1);
      if (query.state) asked.andWhere('a.state = :state', { state: query.state });
      if (query.overdue !== undefined) {
        asked.andWhere(`(a.state = 'open' AND a.decideBy <= :at) = :overdue`, { at, overdue: query.overdue });
      }
      if (after) {
        const [receivedAt, id] = after;
        asked.andWhere('(a.receivedAt, a.id) < (:receivedAt, :id)', { receivedAt, id });
      }
      return asked.getMany();
    });
    return pageOf(
      rows,
      query.limit,
      (row) => viewOf(row, at),
      ({ receivedAt, id }) => [receivedAt.toISOString(), id],
    );
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
