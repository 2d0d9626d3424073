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
import { PlaceRow } from './place.entity';
import { getPlace } from './stored-place';

/** What a unit reads of its own places. */
@Injectable()
export class PlaceReader {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: PageQuery): Promise<Page<PlaceItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    const rows = await serveTransaction(this.database, identity, (manager) => {
      const asked = manager
        .createQueryBuilder(PlaceRow, 'p')
        .where('p.unit = :unit', { unit: identity.unit })
        .orderBy('p.id', 'DESC')
        .take(query.limit + 1);
      if (after) asked.andWhere('p.id < :after', { after });
      return asked.getMany();
    });
    return pageOf(rows, query.limit, itemOf, ({ id }) => id);
  }

  /** With its address. @throws AppError `place-not-found` */
  read(identity: Identity, id: string): Promise<PlaceView> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getPlace(manager, identity, id);
      const { agesFrom: from, agesTo: to, sexes, languages, trainedStaff, secure, schooling, address } = row;
      return {
        ...itemOf(row),
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

const itemOf = ({ id, label, lodging, departement, capacity, open, version }: PlaceRow): PlaceItem => ({
  id,
  label,
  lodging,
  departement,
  capacity,
  free: open ? capacity : 0,
  open,
  version,
});
