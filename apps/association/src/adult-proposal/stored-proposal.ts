import { type CaseFacts, restrictedFields } from '@liaison/casework';
import { ORIENTATION_PERSON_NAMED, ORIENTATION_PROPOSED } from '@liaison/contracts';
import { type Agency, AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { type NamedPersonRow, ProposalRow } from './adult-proposal.entity';

/** @throws AppError `proposal-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getProposal(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
): Promise<ProposalRow> {
  const row = await manager.findOneBy(ProposalRow, { id, unit });
  if (!row) throw noSuchProposal();
  return row;
}

export const noSuchProposal = () => new AppError('proposal-not-found', 'Your unit has no such proposal.');

/** Nobody else is proposed (R30). */
export const factsOfProposal = (): CaseFacts => ({ adult: true });

/** Who comes was told to the place that takes them in charge, and to nobody else. */
export const factsOfNamed = ({ id }: Pick<Agency, 'id'>): CaseFacts => ({
  adult: true,
  takesInCharge: [id],
});

/** As the engine is asked about it. */
export const heldProposal = (row: ProposalRow) => ({
  type: ORIENTATION_PROPOSED,
  facts: factsOfProposal(),
  ...heldShare(row),
});

/** As the engine is asked about it. */
export const heldNamed = (row: NamedPersonRow, own: Pick<Agency, 'id'>) => ({
  type: ORIENTATION_PERSON_NAMED,
  facts: factsOfNamed(own),
  ...heldShare(row),
});

const heldShare = (row: ProposalRow | NamedPersonRow) => ({
  purpose: row.purpose,
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
  withheld: row.withheld,
  restricted: row.restrictedSince !== null,
  restrictedFields: restrictedFields(row.revokedFields),
});
