import { Acts, AGENCY, AgencyPolicy, CLOCK, readingRecord, newestMade } from '@liaison/casework';
import { PLACEMENT_ANSWERED, PLACEMENT_OFFERED, type ShelterAddress } from '@liaison/contracts';
import { type Agency, AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { rankPlaces } from '@liaison/placement';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { PlaceRow } from '../place/place.entity';
import { ofAgeView } from './of-age.dto';
import type {
  ListRequestsQuery,
  OfferView,
  RankedPlaces,
  RankedPlacesQuery,
  RequestContent,
  RequestItem,
  RequestView,
} from './placement-request.dto';
import { type OfferRow, RequestRow } from './placement-request.entity';
import { PLACEMENT_PURPOSE } from './offering';
import { PlacesKnown } from './places-known';
import { documentOf, getRequest, placeOf, type StoredRequest } from './stored-request';

/** What a unit reads of its placement requests. Each reading of what children need, or of where they go, is recorded. */
@Injectable()
export class PlacementRequestReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
    private readonly placesKnown: PlacesKnown,
  ) {}

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListRequestsQuery): Promise<Page<RequestItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestMade(manager, RequestRow, identity, query);
      return list.page(itemOf);
    });
  }

  /** @throws AppError `placement-request-not-found` */
  read(identity: Identity, id: string): Promise<RequestView> {
    return this.acts.read(identity, async (manager) => {
      const stored = await getRequest(manager, identity, id);
      const { content, withheld } = await this.readNeeds(manager, identity, stored);
      const offers: OfferView[] = [];
      for (const offer of stored.offers) {
        const address = offer.address ? await this.readAddress(manager, identity, offer) : null;
        offers.push(offerView(offer, address));
      }
      return { ...itemOf(stored.row), content, withheld, offers, ofAge: ofAgeView(stored.row) };
    });
  }

  /**
   * Every place that is open, the best first, each with why it fits or not. What is said of a place says what the child needs.
   * @throws AppError `placement-request-not-found`
   */
  rank(identity: Identity, id: string, { limit }: RankedPlacesQuery): Promise<RankedPlaces> {
    return this.acts.read(identity, async (manager) => {
      const stored = await getRequest(manager, identity, id);
      await this.readNeeds(manager, identity, stored);
      const places = await manager.findBy(PlaceRow, { open: true });
      const shelters = new Map(
        places.map(({ id: place, shelter, free }) => [place, { agency: shelter, free }]),
      );
      const needs = await this.placesKnown.avoiding(manager, stored.row.needs);
      const ranked = rankPlaces(needs, places.map(placeOf));
      return {
        places: ranked.length,
        fitting: ranked.filter(({ fits }) => fits).length,
        items: ranked.slice(0, limit).map(({ place, departement, fits, distanceKm, reasons }) => ({
          place,
          agency: shelters.get(place)?.agency ?? '',
          departement,
          free: shelters.get(place)?.free ?? 0,
          fits,
          distanceKm: distanceKm ?? null,
          reasons: reasons.map((reason) => ({ ...reason, rule: reason.rule ?? null })),
        })),
      };
    });
  }

  /** @throws AppError `placement-request-not-found`: whoever may read nothing of it does not learn that it exists */
  private async readNeeds(
    manager: EntityManager,
    identity: Identity,
    { row }: StoredRequest,
  ): Promise<{ readonly content: RequestContent; readonly withheld: readonly string[] }> {
    const at = this.clock.now();
    const held = { type: PLACEMENT_OFFERED, purpose: PLACEMENT_PURPOSE, facts: {} };
    const seen = this.policy.read({ ...held, data: documentOf(row.needs) }, identity.roles, at);
    if (!seen) throw new AppError('placement-request-not-found', 'Your unit has no such placement request.');
    await this.audit.append(manager, [
      readingRecord(this.audit, identity, at, seen.decision, {
        purpose: PLACEMENT_PURPOSE,
        reference: row.id,
        event: PLACEMENT_OFFERED,
      }),
    ]);
    return { content: seen.data as RequestContent, withheld: seen.withheld };
  }

  /** For whoever takes the child there, and recorded as every reading. */
  private async readAddress(
    manager: EntityManager,
    identity: Identity,
    { address, shelter, answerEvent, convention, withheld, reference }: OfferRow,
  ): Promise<ShelterAddress | null> {
    if (answerEvent === null || convention === null) return null;
    const at = this.clock.now();
    const held = {
      type: PLACEMENT_ANSWERED,
      data: { address },
      purpose: PLACEMENT_PURPOSE,
      facts: { takesInCharge: [this.agency.id] },
      provenance: { agency: shelter, event: answerEvent, convention },
      withheld: withheld ?? [],
    };
    const seen = this.policy.read(held, identity.roles, at);
    if (!seen) return null;
    await this.audit.append(manager, [
      readingRecord(this.audit, identity, at, seen.decision, {
        purpose: PLACEMENT_PURPOSE,
        reference,
        event: PLACEMENT_ANSWERED,
        eventId: answerEvent,
        counterpart: shelter,
        convention,
      }),
    ]);
    return (seen.data as { readonly address?: ShelterAddress }).address ?? null;
  }
}

export const itemOf = ({ id, caseId, filedAt, state, version }: RequestRow): RequestItem => ({
  ...{ id, caseId, state, version },
  filedAt: filedAt.toISOString(),
});

export const offerView = (offer: OfferRow, address: ShelterAddress | null): OfferView => ({
  id: offer.id,
  place: offer.placeId,
  agency: offer.shelter,
  madeAt: offer.madeAt.toISOString(),
  answerBy: offer.answerBy.toISOString(),
  answeredAt: offer.answeredAt?.toISOString() ?? null,
  state: offer.state,
  reason: offer.reason,
  ordered: offer.ordered,
  contradicts: offer.contradicts,
  address,
  withheld: offer.withheld ?? [],
});
