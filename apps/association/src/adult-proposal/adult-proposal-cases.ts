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
import { NamedPersonRow, ProposalRow } from './adult-proposal.entity';
import { heldNamed, heldProposal } from './stored-proposal';

type Reader = Pick<Identity, 'unit'>;

/** A case is an adult for whom the coordination asked this shelter for a place: needs first, a name once both have said yes. */
export class ProposalCases implements CaseRegister {
  constructor(private readonly own: Pick<Agency, 'id'>) {}

  async findCase(manager: EntityManager, { unit }: Reader, id: string): Promise<HeldCase | undefined> {
    const row = await manager.findOneBy(ProposalRow, { caseId: id, unit });
    if (!row) return undefined;
    const { reference, purgedAt: since, purgeReason: reason } = row;
    const standing = since === null ? STANDS : { standing: 'recalled' as const, reason, since };
    return { id, reference, held: heldProposal(row), standing };
  }

  async findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    const row = await manager.findOneBy(ProposalRow, { caseId: delivered });
    return row ? { id: row.caseId, unit: row.unit } : undefined;
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    const wanted = 'ids' in of ? { id: In([...of.ids]) } : { caseId: In([...of.newestOf]) };
    const standing = { ...wanted, unit, purgedAt: IsNull() };
    const named = await manager.findBy(NamedPersonRow, standing);
    const proposals = await manager.findBy(ProposalRow, standing);
    const references = await this.referencesOf(manager, named);
    // Who comes is said after what they need: where it was, it is the newest.
    const superseded = new Set('ids' in of ? [] : named.map(({ caseId }) => caseId));
    return [
      ...named.map((row) => this.personOf(row, references.get(row.caseId) ?? row.caseId)),
      ...proposals.filter(({ caseId }) => !superseded.has(caseId)).map(needsOf),
    ];
  }

  async findVersions(
    manager: EntityManager,
    { unit }: Reader,
    caseId: string,
  ): Promise<readonly CaseVersion[]> {
    const proposals = await manager.findBy(ProposalRow, { caseId, unit });
    const named = await manager.findBy(NamedPersonRow, { caseId, unit });
    const state = proposals[0]?.state ?? 'held';
    return [
      ...named.map((row) => ({
        ...this.personOf(row, proposals[0]?.reference ?? caseId),
        ...{ version: 2, at: row.receivedAt, state, detail: {} },
      })),
      ...proposals.map((row) => ({
        ...needsOf(row),
        ...{ version: 1, at: row.receivedAt, state, detail: { reason: row.reason } },
      })),
    ];
  }

  private personOf(row: NamedPersonRow, reference: string): CaseDocument {
    const { id, caseId, content } = row;
    return { id, caseId, reference, held: heldNamed(row, this.own), data: content };
  }

  private async referencesOf(
    manager: EntityManager,
    named: readonly NamedPersonRow[],
  ): Promise<ReadonlyMap<string, string>> {
    if (named.length === 0) return new Map();
    const ids = named.map(({ proposalId }) => proposalId);
    const rows = await manager.findBy(ProposalRow, { id: In(ids) });
    return new Map(rows.map(({ caseId, reference }) => [caseId, reference]));
  }
}

const needsOf = (row: ProposalRow): CaseDocument => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  held: heldProposal(row),
  data: row.content,
});
