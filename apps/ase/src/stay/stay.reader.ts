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
import type { StayState, StayView } from './stay.dto';
import { FamilyPartRow, StayRow } from './stay.entity';
import { getStay, stayBody, stayOf } from './stored-stay';

/** What a unit reads of the stays of its children. Where they are stands with the request only (R23). */
@Injectable()
export class StayReader {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  list(identity: Identity, query: PageQuery): Promise<Page<StayState>> {
    return serveTransaction(this.database, identity, (manager) =>
      newestMade(manager, StayRow, identity, query).page((row) => stayBody(row, stayOf(row))),
    );
  }

  /** @throws AppError `stay-not-found` */
  read(identity: Identity, id: string): Promise<StayView> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getStay(manager, identity, id);
      const parts = await manager.find(FamilyPartRow, { where: { stayId: id }, order: { id: 'ASC' } });
      return {
        ...stayBody(row, stayOf(row)),
        familyParts: parts.map(({ part, allowedAt, author }) => ({
          part,
          by: author,
          allowedAt: allowedAt.toISOString(),
        })),
      };
    });
  }
}
