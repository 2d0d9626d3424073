import { type ExportedRecords, type ExportSource, ownFields } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { madeOrderOf } from './order-placement.handler';
import { MadeOrderRow } from './placement-order.entity';

/** What this agency ordered of the child of a case, and what followed. */
export class MadeOrderExport implements ExportSource {
  async read(
    manager: EntityManager,
    { unit }: Identity,
    { id: caseId }: Parameters<ExportSource['read']>[2],
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const rows = await manager.find(MadeOrderRow, {
      where: { caseId, unit },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    if (rows.length === 0) return [];
    const items = rows.map((row) => {
      const { delivery: _, ...item } = madeOrderOf(row);
      return item;
    });
    return [{ kind: 'placementOrders', items, fields: [ownFields('placementOrders')], legalBases: [] }];
  }
}
