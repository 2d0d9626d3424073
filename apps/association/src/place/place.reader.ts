import { newestMade } from '@liaison/casework';
import {
  type Identity,
  type Page,
  type PageQuery,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { freeOf, takenBeds } from '../beds/beds';
import { CHILDREN_BEDS } from './place-declarations';
import type { PlaceItem, PlaceView } from './place.dto';
import { PlaceRow } from './place.entity';
import { getPlaceOf } from '../beds/declare-beds';

/** What a unit reads of its own places. */
@Injectable()
export class PlaceReader {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: PageQuery): Promise<Page<PlaceItem>> {
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, PlaceRow, identity, query);
      const rows = await list.rows();
      const taken = await takenBeds(manager, CHILDREN_BEDS, idsOf(rows));
      return list.pageOf(rows, (row) => itemOf(row, taken));
    });
  }

  /** With its address. @throws AppError `place-not-found` */
  read(identity: Identity, id: string): Promise<PlaceView> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getPlaceOf(manager, PlaceRow, identity, id);
      const { agesFrom: from, agesTo: to, sexes, languages, trainedStaff, secure, schooling, address } = row;
      const taken = await takenBeds(manager, CHILDREN_BEDS, [id]);
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

const itemOf = (row: PlaceRow, taken: ReadonlyMap<string, number>): PlaceItem => {
  const { id, label, lodging, departement, capacity, open, version } = row;
  return { id, label, lodging, departement, capacity, free: freeOf(row, taken), open, version };
};
