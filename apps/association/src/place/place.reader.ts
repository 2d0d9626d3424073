import {
  decodeCursor,
  type Identity,
  isIdPosition,
  type Page,
  pageOf,
  type PageQuery,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { PlaceItem, PlaceView } from './place.dto';
import { takenBeds } from './place-beds';
import { PlaceRow } from './place.entity';
import { getPlace } from './stored-place';

/** What a unit reads of its own places. */
@Injectable()
export class PlaceReader {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: PageQuery): Promise<Page<PlaceItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    let taken: ReadonlyMap<string, number> = new Map();
    const rows = await serveTransaction(this.database, identity, async (manager) => {
      const asked = manager
        .createQueryBuilder(PlaceRow, 'p')
        .where('p.unit = :unit', { unit: identity.unit })
        .orderBy('p.id', 'DESC')
        .take(query.limit + 1);
      if (after) asked.andWhere('p.id < :after', { after });
      const found = await asked.getMany();
      taken = await takenBeds(manager, idsOf(found));
      return found;
    });
    return pageOf(
      rows,
      query.limit,
      (row) => itemOf(row, taken),
      ({ id }) => id,
    );
  }

  /** With its address. @throws AppError `place-not-found` */
  read(identity: Identity, id: string): Promise<PlaceView> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getPlace(manager, identity, id);
      const { agesFrom: from, agesTo: to, sexes, languages, trainedStaff, secure, schooling, address } = row;
      const taken = await takenBeds(manager, [id]);
      return {
        ...itemOf(row, taken),
        ages: { from, to },
        sexes,
        languages,
        trainedStaff,
        secure,
        schooling,
        address,
      };
    });
  }
}

const idsOf = (rows: readonly PlaceRow[]): readonly string[] => rows.map(({ id }) => id);

const itemOf = (
  { id, label, lodging, departement, capacity, open, version }: PlaceRow,
  taken: ReadonlyMap<string, number>,
): PlaceItem => ({
  id,
  label,
  lodging,
  departement,
  capacity,
  free: open ? Math.max(0, capacity - (taken.get(id) ?? 0)) : 0,
  open,
  version,
});
