import { type ExportedRecords, type ExportSource, ownFields } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { ProposalRow } from './adult-proposal.entity';
import { itemOf } from './adult-proposal.reader';

type Found = Parameters<ExportSource['read']>[2];

/**
 * What became of the proposal that a case is: held, accepted, when the person came and left. What they need and who they are stands with the
 * versions, as far as the reader's roles may read; where the place is, nowhere (R23).
 */
export class ProposalExport implements ExportSource {
  async read(
    manager: EntityManager,
    { unit }: Identity,
    { id: caseId }: Found,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const rows = await manager.find(ProposalRow, {
      where: { caseId, unit },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    if (rows.length === 0) return [];
    const items = rows.map((row) => {
      const { caseId: _, placeId: __, ...shown } = itemOf(row);
      return { ...shown, reason: row.reason, admittedOn: row.admittedOn, leftOn: row.leftOn };
    });
    return [{ kind: 'adultProposals', items, fields: [ownFields('adultProposals')], legalBases: [] }];
  }
}
