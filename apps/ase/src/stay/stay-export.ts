import { type ExportedRecords, type ExportSource, ownFields } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { StayRow } from './stay.entity';
import { stayBody, stayOf } from './stored-stay';

type Found = Parameters<ExportSource['read']>[2];

/** Since when and until when the child of a case was in places; never where (R23). */
export class StayExport implements ExportSource {
  async read(
    manager: EntityManager,
    { unit }: Identity,
    { id: caseId }: Found,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const rows = await manager.find(StayRow, {
      where: { caseId, unit },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const items = rows.map((row) => {
      const { caseId: _, ...shown } = stayBody(row, stayOf(row));
      return shown;
    });
    return [{ kind: 'stays', items, fields: [ownFields('stays')], legalBases: [] }];
  }
}
