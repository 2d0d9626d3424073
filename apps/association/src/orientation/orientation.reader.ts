import {
  Acts,
  AGENCY,
  AgencyPolicy,
  type CaseFacts,
  CLOCK,
  readingRecord,
  restrictedFields,
  newestReceived,
} from '@liaison/casework';
import { ORIENTATION_REQUESTED, type OrientationRequestedV1 } from '@liaison/contracts';
import { type Agency, AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import {
  decodeCursor,
  type Identity,
  isIdPosition,
  type Page,
  pageOf,
  type PageQuery,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { NetworkPlaceItem } from './network-place.dto';
import type {
  ListOrientationsQuery,
  OrientationItem,
  OrientationView,
  ProposalView,
} from './orientation.dto';
import { NetworkPlaceRow, OrientationRow, ProposalRow } from './orientation.entity';
import { getOrientation, noSuchOrientation } from './stored-orientation';

/** What the coordination reads of requests for orientation. Each reading of what one says is recorded. */
@Injectable()
export class OrientationReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the persons. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListOrientationsQuery): Promise<Page<OrientationItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, OrientationRow, identity, query);
      return list.page(itemOf);
    });
  }

  /** @throws AppError `orientation-not-found`, `orientation-gone`: what it said was destroyed */
  read(identity: Identity, id: string): Promise<OrientationView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getOrientation(manager, identity, id);
      if (row.purgedAt !== null) {
        throw new AppError(
          'orientation-gone',
          'What it said was destroyed: the person no longer consents, or its time is over.',
        );
      }
      const at = this.clock.now();
      const seen = this.policy.read(
        { ...heldOrientation(row, this.agency), data: row.content },
        identity.roles,
        at,
      );
      if (!seen) throw noSuchOrientation();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: row.purpose,
          reference: row.reference,
          event: ORIENTATION_REQUESTED,
          eventId: row.eventId,
          counterpart: row.sender,
          convention: row.convention,
        }),
      ]);
      const proposals = await manager.find(ProposalRow, { where: { requestId: id }, order: { id: 'ASC' } });
      const { age, nationality, consents, admittedOn, followedUpOn, closedOn } = row;
      return {
        ...itemOf(row),
        content: seen.data as Partial<OrientationRequestedV1>,
        withheld: seen.withheld,
        ...{ age, nationality, consents, admittedOn, followedUpOn, closedOn },
        proposals: proposals.map(proposalView),
      };
    });
  }

  /** Of the network and open, the newest first. @throws AppError `cursor-invalid` */
  async places(identity: Identity, query: PageQuery): Promise<Page<NetworkPlaceItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    const rows = await serveTransaction(this.database, identity, (manager) => {
      const asked = manager
        .createQueryBuilder(NetworkPlaceRow, 'p')
        .where('p.open')
        .orderBy('p.id', 'DESC')
        .take(query.limit + 1);
      if (after) asked.andWhere('p.id < :after', { after });
      return asked.getMany();
    });
    return pageOf(rows, query.limit, placeItem, ({ id }) => id);
  }
}

/** It is for whoever has the contact point: nobody else stores one. */
export const factsOfOrientation = ({ id }: Pick<Agency, 'id'>): CaseFacts => ({
  adult: true,
  namedContact: [id],
});

/** As the engine is asked about it. */
export const heldOrientation = (row: OrientationRow, own: Pick<Agency, 'id'>) => ({
  type: ORIENTATION_REQUESTED,
  purpose: row.purpose,
  facts: factsOfOrientation(own),
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
  withheld: row.withheld,
  restricted: row.restrictedSince !== null,
  restrictedFields: restrictedFields(row.revokedFields),
});

const itemOf = (row: OrientationRow): OrientationItem => ({
  id: row.id,
  caseId: row.caseId,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
  outcome: row.outcome,
  purgedAt: row.purgedAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
});

const proposalView = (row: ProposalRow): ProposalView => ({
  id: row.id,
  place: row.placeId,
  shelter: row.shelter,
  madeAt: row.madeAt.toISOString(),
  answerBy: row.answerBy.toISOString(),
  state: row.state,
  declined: row.declined,
});

const placeItem = (row: NetworkPlaceRow): NetworkPlaceItem => ({
  id: row.id,
  shelter: row.shelter,
  departement: row.departement,
  free: row.free,
  sexes: row.sexes,
  languages: row.languages,
  emergency: row.emergency,
  takesFromPolice: row.takesFromPolice,
});
