import { AgencyPolicy, type CaseFacts, CLOCK, DIRECTORY, factsOfCase, takeConsents } from '@liaison/casework';
import {
  PLACEMENT_ADMITTED,
  PLACEMENT_OFFERED,
  PLACEMENT_WITHDRAWN,
  type PlacementAdmittedV1,
  type PlacementOfferedV1,
} from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Day, type Directory } from '@liaison/kernel';
import { currentTraceparent, type NewEvent, Outbox } from '@liaison/messaging';
import { decideRequest, liveOffer, rankPlaces, type RequestCommand } from '@liaison/placement';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { PlaceRow } from '../place/place.entity';
import { OfferRow, RequestRow } from './placement-request.entity';
import { PlacesKnown } from './places-known';
import { documentOf, placeOf, type StoredRequest, storeEvent } from './stored-request';

export const PLACEMENT_PURPOSE = 'sheltering';
const MS_PER_HOUR = 3_600_000;

interface ToOffer {
  readonly place: PlaceRow;
  readonly answerWithinHours: number;
  /** By a judge, whom a place that does not fit is no reason not to obey. */
  readonly ordered: boolean;
}

/** On whose behalf a shelter is told; nobody's, where time brings it about. */
type Teller = Pick<Identity, 'unit'> & Partial<Pick<Identity, 'pseudonym'>>;

interface Leaving {
  readonly stored: StoredRequest;
  /** Of the place that the child has left. */
  readonly offer: string;
  readonly keepLooking: boolean;
}

/** What a shelter is asked and told. Every method runs in a transaction that holds the lock of the request. */
@Injectable()
export class Offering {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly placesKnown: PlacesKnown,
  ) {}

  /**
   * Asks the shelter for a bed for each child, with what they need and without who they are.
   * @throws AppError `shelter-unknown`, `offer-not-allowed`, or what `decideRequest` throws
   */
  async make(
    manager: EntityManager,
    identity: Identity,
    stored: StoredRequest,
    { place, answerWithinHours, ordered }: ToOffer,
  ) {
    const { row } = stored;
    const needs = await this.placesKnown.avoiding(manager, row.needs);
    const [ranked] = rankPlaces(needs, [placeOf(place)]);
    if (!ranked) throw new TypeError('a place has its rank');
    const offer = uuidv7();
    const type = ordered ? 'obey-order' : 'offer';
    const event = decideRequest(stored.request, { type, offer, place: ranked });
    if (event.type !== 'offered') throw new TypeError('an offer offers');
    const shelter = this.shelterOf(place.shelter);
    const at = this.clock.now();
    const answerBy = new Date(at.getTime() + answerWithinHours * MS_PER_HOUR);
    const document: PlacementOfferedV1 = {
      place: place.reference,
      ...documentOf(row.needs),
      ordered,
      answerBy: answerBy.toISOString(),
    };
    const facts = {
      ...(await factsOf(manager, row.caseId)),
      ...(await takeConsents(manager, { unit: row.unit, caseId: row.caseId, delivery: offer })),
    };
    this.requireAllowed(document, facts, shelter, at);
    const said = { type: PLACEMENT_OFFERED, document };
    const opened = { id: offer, unit: identity.unit, facts: { ...facts } };
    const recorded = await this.outbox.openCase(manager, opened, this.event(identity, said, shelter, at));
    await manager.insert(OfferRow, {
      id: offer,
      requestId: row.id,
      unit: row.unit,
      placeId: place.id,
      shelter: shelter.id,
      reference: recorded.intents[0]?.reference ?? '',
      madeAt: at,
      answerBy,
      ordered,
      contradicts: [...event.offer.contradicts],
      state: event.offer.state,
    });
    const { state, version } = await storeEvent(manager, stored, event);
    return { lanes: recorded.lanes, offer, answerBy: answerBy.toISOString(), state, version };
  }

  /**
   * The child has left the place of an offer: the shelter is told, where it has not given the child back itself. Whoever no longer
   * stands in the directory cannot be told, which keeps nobody there. The request is locked.
   * @returns lanes to wake
   */
  async leave(
    manager: EntityManager,
    identity: Identity,
    { stored, offer, keepLooking }: Leaving,
  ): Promise<readonly number[]> {
    const live = liveOffer(stored.request);
    if (keepLooking && live?.id !== offer) return [];
    if (stored.request.state === 'withdrawn') return [];
    const command: RequestCommand = keepLooking ? { type: 'withdraw-offer', offer } : { type: 'withdraw' };
    await storeEvent(manager, stored, decideRequest(stored.request, command));
    return live ? this.tellWhoeverIsKnown(manager, identity, stored, live.id) : [];
  }

  /**
   * The child of the case has turned 18 (R17): nobody is asked for a bed for an adult any more. The request is locked.
   * @returns lanes to wake
   */
  async comeOfAge(manager: EntityManager, stored: StoredRequest): Promise<readonly number[]> {
    const { id, unit, needs } = stored.row;
    const live = liveOffer(stored.request);
    const event = decideRequest(stored.request, { type: 'come-of-age', children: needs.children.length });
    await manager.update(RequestRow, id, { cameOfAgeAt: this.clock.now() });
    const { state } = await storeEvent(manager, stored, event);
    return live && state === 'withdrawn' ? this.tellWhoeverIsKnown(manager, { unit }, stored, live.id) : [];
  }

  /** Whoever no longer stands in the directory cannot be told, which holds up nothing. */
  private async tellWhoeverIsKnown(manager: EntityManager, by: Teller, stored: StoredRequest, id: string) {
    const shelter = stored.offers.find((offer) => offer.id === id)?.shelter;
    if (shelter === undefined || !this.directory.findAgency(shelter)) return [];
    return this.tellWithdrawn(manager, by, stored, id);
  }

  /** The children of an offer are there: the shelter counts them so. @returns lanes to wake */
  async tellAdmitted(
    manager: EntityManager,
    identity: Identity,
    { offers }: StoredRequest,
    { id, on: admittedOn }: { readonly id: string; readonly on: Day },
  ): Promise<readonly number[]> {
    const offer = offers.find((each) => each.id === id);
    const shelter = offer && this.directory.findAgency(offer.shelter);
    // Whoever no longer stands in the directory cannot be told, and has the child all the same.
    if (!shelter) return [];
    const at = this.clock.now();
    const document: PlacementAdmittedV1 = { admittedOn, recordedAt: at.toISOString() };
    const event = this.event(identity, { type: PLACEMENT_ADMITTED, document }, shelter, at);
    return (await this.outbox.append(manager, id, event)).lanes;
  }

  /** @returns lanes to wake. @throws AppError `shelter-unknown` */
  async tellWithdrawn(
    manager: EntityManager,
    by: Teller,
    { offers }: StoredRequest,
    id: string,
  ): Promise<readonly number[]> {
    const offer = offers.find((each) => each.id === id);
    if (!offer) throw new TypeError('a live offer is stored');
    const at = this.clock.now();
    const said = { type: PLACEMENT_WITHDRAWN, document: { withdrawnAt: at.toISOString() } };
    const shelter = this.shelterOf(offer.shelter);
    const { lanes } = await this.outbox.append(manager, id, this.event(by, said, shelter, at));
    return lanes;
  }

  /** @throws AppError `shelter-unknown` */
  private shelterOf(id: string): Agency {
    const shelter = this.directory.findAgency(id);
    if (shelter) return shelter;
    throw new AppError('shelter-unknown', 'The directory no longer knows the shelter: choose another place.');
  }

  /** @throws AppError `offer-not-allowed`: nobody waits for an answer to what would never leave */
  private requireAllowed(document: PlacementOfferedV1, facts: CaseFacts, shelter: Agency, at: Date): void {
    const event = { type: PLACEMENT_OFFERED, document, purpose: PLACEMENT_PURPOSE, facts };
    const { decision } = this.policy.preview(event, shelter, at);
    if (decision.allowed) return;
    throw new AppError(
      'offer-not-allowed',
      `The conventions do not let this be asked of the shelter (${decision.denial?.code ?? 'no-convention'}): of an adult ` +
        'another service asks; otherwise tell the coordination.',
    );
  }

  private event(
    { unit, pseudonym }: Teller,
    said: Pick<NewEvent, 'type' | 'document'>,
    shelter: Agency,
    decidedAt: Date,
  ): NewEvent {
    return {
      ...said,
      purpose: PLACEMENT_PURPOSE,
      unit,
      ...(pseudonym !== undefined && { agent: pseudonym }),
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
      recipients: [{ agency: shelter }],
    };
  }
}

/** @throws AppError `place-not-found` */
export async function getOpenPlace(manager: EntityManager, id: string): Promise<PlaceRow> {
  const place = await manager.findOneBy(PlaceRow, { id, open: true });
  if (place) return place;
  throw new AppError('place-not-found', 'No shelter has declared such a place, or it has closed.');
}

/** What decisions about the child rest on, beside what was said of telling others. */
async function factsOf(manager: EntityManager, caseId: string): Promise<CaseFacts> {
  const { departement, birthDate, protectedIdentity, protectedAddress } = await factsOfCase(manager, caseId);
  return {
    ...(departement !== undefined && { departement }),
    ...(birthDate !== undefined && { birthDate }),
    ...(protectedIdentity !== undefined && { protectedIdentity }),
    ...(protectedAddress !== undefined && { protectedAddress }),
  };
}
