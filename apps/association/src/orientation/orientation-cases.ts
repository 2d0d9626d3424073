import {
  type CaseDocument,
  type CaseRegister,
  type CaseVersion,
  type HeldCase,
  STANDS,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { type EntityManager, In, IsNull } from 'typeorm';
import { heldOrientation } from './orientation.reader';
import { OrientationRow } from './orientation.entity';

type Reader = Pick<Identity, 'unit'>;

/** A case is an adult for whom the coordination looks for a place. */
export class OrientationCases implements CaseRegister {
  constructor(private readonly own: Pick<Agency, 'id'>) {}

  async findCase(manager: EntityManager, { unit }: Reader, id: string): Promise<HeldCase | undefined> {
    const row = await manager.findOneBy(OrientationRow, { caseId: id, unit });
    if (!row) return undefined;
    const { reference, purgedAt: since, purgeReason: reason } = row;
    const standing = since === null ? STANDS : { standing: 'recalled' as const, reason, since };
    return { id, reference, held: heldOrientation(row, this.own), standing };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const row = await manager.findOneBy(OrientationRow, { caseId: delivered });
    return row ? { id: row.caseId, unit: row.unit } : undefined;
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const named = 'ids' in of ? { id: In([...of.ids]) } : { caseId: In([...of.newestOf]) };
    const rows = await manager.findBy(OrientationRow, { ...named, unit, purgedAt: IsNull() });
    return rows.map((row) => documentOf(row, this.own));
  }

  async findVersions(
    manager: EntityManager,
    { unit }: Reader,
    caseId: string,
  ): Promise<readonly CaseVersion[]> {
    const rows = await manager.findBy(OrientationRow, { caseId, unit });
    return rows.map((row) => ({
      ...documentOf(row, this.own),
      version: 1,
      at: row.receivedAt,
      state: row.state,
      detail: { outcome: row.outcome, closedOn: row.closedOn },
    }));
  }
}

const documentOf = (row: OrientationRow, own: Pick<Agency, 'id'>): CaseDocument => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  held: heldOrientation(row, own),
  data: row.content,
});
