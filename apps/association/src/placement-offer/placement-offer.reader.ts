import { Acts, AgencyPolicy, CLOCK, readingRecord, newestReceived } from '@liaison/casework';
import { PLACEMENT_OFFERED, type PlacementOfferedV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { takes } from '../beds/beds';
import type { ListOffersQuery, OfferItem, OfferView } from './placement-offer.dto';
import { OfferRow } from './placement-offer.entity';
import { getOffer } from './stored-offer';

/** What a unit reads of the offers for its places. Each reading of what children need is recorded. */
@Injectable()
export class OfferReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListOffersQuery): Promise<Page<OfferItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, OfferRow, identity, query);
      return list.page(itemOf);
    });
  }

  /** @throws AppError `offer-not-found`, `offer-over`: what was needed is no longer kept */
  read(identity: Identity, id: string): Promise<OfferView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getOffer(manager, identity, id);
      if (!takes(row.state)) {
        throw new AppError('offer-over', `It is over (${row.state}): what was needed is no longer kept.`);
      }
      const at = this.clock.now();
      const { purpose, reference, sender, eventId, convention, withheld, content } = row;
      const provenance = { agency: sender, event: eventId, convention };
      const held = { type: PLACEMENT_OFFERED, purpose, facts: {}, provenance, withheld };
      const seen = this.policy.read({ ...held, data: content }, identity.roles, at);
      if (!seen) throw new AppError('offer-not-found', 'Your unit has no such offer.');
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          ...{ purpose, reference, eventId, convention },
          event: PLACEMENT_OFFERED,
          counterpart: sender,
        }),
      ]);
      return {
        ...itemOf(row),
        content: seen.data as Partial<PlacementOfferedV1>,
        withheld: seen.withheld,
        provenance,
      };
    });
  }
}

const itemOf = (row: OfferRow): OfferItem => ({
  id: row.id,
  placeId: row.placeId,
  reference: row.reference,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  beds: row.beds,
  answerBy: row.answerBy.toISOString(),
  answeredAt: row.answeredAt?.toISOString() ?? null,
  state: row.state,
  admittedOn: row.admittedOn,
  version: row.version,
});
