import { AppError } from '@liaison/kernel';
import { type Identity, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { DeskFilter, SavedFilter } from './desk.dto';

const MOST_FILTERS = 50;

/** What somebody keeps for their own desk, under their pseudonym; nobody else sees it. */
@Injectable()
export class DeskFilters {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  async list(identity: Identity): Promise<readonly SavedFilter[]> {
    return serveTransaction(this.database, identity, (manager) =>
      manager.query<SavedFilter[]>(
        'SELECT name, filter FROM desk.saved_filter WHERE unit = $1 AND agent = $2 ORDER BY name',
        [identity.unit, identity.pseudonym],
      ),
    );
  }

  /** Under a name that is there it replaces. @throws AppError `filters-full` */
  async save(identity: Identity, { name, filter }: SavedFilter): Promise<SavedFilter> {
    const kept: DeskFilter = {
      ...(filter.section && { section: filter.section }),
      ...(filter.kind && { kind: filter.kind }),
    };
    const saved = await serveTransaction(this.database, identity, (manager) =>
      manager.query<unknown[]>(SAVE, [
        identity.unit,
        identity.pseudonym,
        name,
        JSON.stringify(kept),
        MOST_FILTERS,
      ]),
    );
    if (saved.length > 0) return { name, filter: kept };
    throw new AppError('filters-full', `Keep ${MOST_FILTERS} filters at most: delete one first.`);
  }

  /** @throws AppError `filter-not-found` */
  async remove(identity: Identity, name: string): Promise<void> {
    const [removed] = await serveTransaction(this.database, identity, (manager) =>
      manager.query<[unknown[], number]>(
        'DELETE FROM desk.saved_filter WHERE unit = $1 AND agent = $2 AND name = $3 RETURNING 1',
        [identity.unit, identity.pseudonym, name],
      ),
    );
    if (removed.length === 0) throw new AppError('filter-not-found', 'You keep no filter of that name.');
  }
}

const SAVE = `
INSERT INTO desk.saved_filter (unit, agent, name, filter)
SELECT $1::text, $2::text, $3::text, $4::json
 WHERE (SELECT count(*) FROM desk.saved_filter WHERE unit = $1 AND agent = $2 AND name <> $3) < $5
ON CONFLICT ON CONSTRAINT saved_filter_pkey DO UPDATE SET filter = excluded.filter RETURNING 1`;
