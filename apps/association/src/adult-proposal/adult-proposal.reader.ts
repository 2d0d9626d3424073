import { Acts, AGENCY, AgencyPolicy, CLOCK, newestReceived, readingRecord } from '@liaison/casework';
import type { OrientationPersonNamedV1, OrientationProposedV1 } from '@liaison/contracts';
import { type Agency, AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import type { AdultProposalItem, AdultProposalView, ListProposalsQuery } from './adult-proposal.dto';
import { NamedPersonRow, ProposalRow } from './adult-proposal.entity';
import { getProposal, heldNamed, heldProposal, noSuchProposal } from './stored-proposal';

/** What a unit reads of the proposals for its places. Each reading of what somebody needs, and of who they are, is recorded. */
@Injectable()
export class ProposalReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the persons. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListProposalsQuery): Promise<Page<AdultProposalItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, ProposalRow, identity, query);
      return list.page(itemOf);
    });
  }

  /** @throws AppError `proposal-not-found`, `offer-over`: what was needed is no longer kept */
  read(identity: Identity, id: string): Promise<AdultProposalView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getProposal(manager, identity, id);
      if (row.purgedAt !== null || Object.keys(row.content).length === 0) {
        const why = row.purgedAt === null ? row.state : 'the person no longer consents, or its time is over';
        throw new AppError('offer-over', `It is over (${why}): what was needed is no longer kept.`);
      }
      const at = this.clock.now();
      const seen = this.policy.read({ ...heldProposal(row), data: row.content }, identity.roles, at);
      if (!seen) throw noSuchProposal();
      await this.record(manager, identity, at, row, heldProposal(row), seen.decision);
      return {
        ...itemOf(row),
        admittedOn: row.admittedOn,
        leftOn: row.leftOn,
        content: seen.data as Partial<OrientationProposedV1>,
        withheld: seen.withheld,
        person: await this.person(manager, identity, row, at),
        provenance: heldProposal(row).provenance,
      };
    });
  }

  /** Who comes, as far as the reader's roles may see; null before it was told, and after it went. */
  private async person(
    manager: EntityManager,
    identity: Identity,
    proposal: ProposalRow,
    at: Date,
  ): Promise<AdultProposalView['person']> {
    const row = await manager.findOneBy(NamedPersonRow, { proposalId: proposal.id, purgedAt: IsNull() });
    const held = row && heldNamed(row, this.agency);
    const seen = held && this.policy.read({ ...held, data: row.content }, identity.roles, at);
    if (!seen) return null;
    await this.record(manager, identity, at, proposal, held, seen.decision);
    const { civilStatus = {} } = seen.data as Partial<OrientationPersonNamedV1>;
    return { civilStatus, withheld: seen.withheld };
  }

  private async record(
    manager: EntityManager,
    identity: Identity,
    at: Date,
    { reference, sender }: ProposalRow,
    {
      type,
      purpose,
      provenance,
    }: Pick<ReturnType<typeof heldNamed>, 'purpose' | 'provenance'> & {
      readonly type: string;
    },
    decision: Parameters<typeof readingRecord>[3],
  ): Promise<void> {
    await this.audit.append(manager, [
      readingRecord(this.audit, identity, at, decision, {
        ...{ purpose, reference, event: type, eventId: provenance.event, counterpart: sender },
        convention: provenance.convention,
      }),
    ]);
  }
}

export const itemOf = (row: ProposalRow): AdultProposalItem => ({
  id: row.id,
  caseId: row.caseId,
  placeId: row.placeId,
  reference: row.reference,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  beds: row.beds,
  answerBy: row.answerBy.toISOString(),
  answeredAt: row.answeredAt?.toISOString() ?? null,
  purgedAt: row.purgedAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
});
