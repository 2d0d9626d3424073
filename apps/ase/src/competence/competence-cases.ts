import {
  type CaseDocument,
  type CaseRegister,
  type CaseVersion,
  type HeldCase,
  STANDS,
} from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In, IsNull } from 'typeorm';
import { ClaimRow } from './competence.entity';
import { heldClaim, heldFile } from './stored-competence';

type Reader = Pick<Identity, 'unit'>;

/** A case is a child for whom another département says that this one is competent; with the file, once it has come. */
@Injectable()
export class CompetenceCases implements CaseRegister {
  async findCase(manager: EntityManager, { unit }: Reader, id: string): Promise<HeldCase | undefined> {
    const [row] = await manager.find(ClaimRow, {
      where: { caseId: id, unit },
      order: { id: 'DESC' },
      take: 1,
    });
    if (!row) return undefined;
    const standing =
      row.purgedAt === null
        ? STANDS
        : { standing: 'recalled' as const, reason: row.purgeReason, since: row.purgedAt };
    return { id, reference: row.reference, held: heldFile(row) ?? heldClaim(row), standing };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const row = await manager.findOneBy(ClaimRow, { caseId: delivered });
    return row ? { id: row.caseId, unit: row.unit } : undefined;
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const own = { unit, purgedAt: IsNull() };
    if ('newestOf' in of) {
      const rows = await manager.findBy(ClaimRow, { caseId: In([...of.newestOf]), ...own });
      return rows.map((row) => fileOf(row) ?? claimOf(row));
    }
    const ids = In([...of.ids]);
    const rows = await manager.findBy(ClaimRow, [
      { id: ids, ...own },
      { fileId: ids, ...own },
    ]);
    return rows
      .flatMap((row) => [claimOf(row), fileOf(row) ?? []].flat())
      .filter(({ id }) => of.ids.includes(id));
  }

  async findVersions(
    manager: EntityManager,
    { unit }: Reader,
    caseId: string,
    limit: number,
  ): Promise<readonly CaseVersion[]> {
    const rows = await manager.find(ClaimRow, {
      where: { caseId, unit },
      order: { id: 'DESC' },
      take: limit,
    });
    return rows.flatMap((row) => {
      const detail = { answerBy: row.answerBy?.toISOString() ?? null, outcome: row.outcome };
      const file = fileOf(row);
      const claim = { ...claimOf(row), version: 1, at: row.receivedAt, state: row.state, detail };
      if (!file) return [claim];
      return [
        { ...file, version: 2, at: row.fileReceivedAt ?? row.receivedAt, state: row.state, detail },
        claim,
      ];
    });
  }
}

const claimOf = (row: ClaimRow): CaseDocument => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  held: heldClaim(row),
  data: row.content,
});

function fileOf(row: ClaimRow): CaseDocument | undefined {
  const held = heldFile(row);
  if (!held || row.fileId === null) return undefined;
  return { id: row.fileId, caseId: row.caseId, reference: row.reference, held, data: row.file };
}
