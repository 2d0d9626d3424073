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
import { getPlaceOf } from '../beds/declare-beds';
import { ADULT_BEDS } from './adult-place-declarations';
import type { AdultPlaceItem, AdultPlaceView } from './adult-place.dto';
import { AdultPlaceRow } from './adult-place.entity';

/** What a unit reads of its own places for adults. */
@Injectable()
export class AdultPlaceReader {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: PageQuery): Promise<Page<AdultPlaceItem>> {
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, AdultPlaceRow, identity, query);
      const rows = await list.rows();
      const ids = rows.map(({ id }) => id);
      const taken = await takenBeds(manager, ADULT_BEDS, ids);
      return list.pageOf(rows, (row) => itemOf(row, taken));
    });
  }

  /** With its address. @throws AppError `place-not-found` */
  read(identity: Identity, id: string): Promise<AdultPlaceView> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getPlaceOf(manager, AdultPlaceRow, identity, id);
      const { sexes, languages, address } = row;
      const taken = await takenBeds(manager, ADULT_BEDS, [id]);
      return { ...itemOf(row, taken), sexes, languages, address };
    });
  }
}

const itemOf = (row: AdultPlaceRow, taken: ReadonlyMap<string, number>): AdultPlaceItem => {
  const { id, label, departement, capacity, open, version, emergency, takesFromPolice } = row;
  return {
    ...{ id, label, departement, capacity, free: freeOf(row, taken), open, version },
    ...{ emergency, takesFromPolice },
  };
};
