import {
  Acts,
  AgencyPolicy,
  CLOCK,
  type CaseFacts,
  Cases,
  DIRECTORY,
  referenceProblems,
  takeConsents,
} from '@liaison/casework';
import { PLACEMENT_OFFERED, PLACEMENT_WITHDRAWN, PlacementOfferedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, type NewEvent, Outbox } from '@liaison/messaging';
import {
  decideRequest,
  evolveRequest,
  liveOffer,
  type Needs,
  rankPlaces,
  type RequestCommand,
} from '@liaison/placement';
import { currentCorrelationId, type Identity, invalidRequest, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { PlaceRow } from '../place/place.entity';
import { StayRow } from '../stay/stay.entity';
import { OfferRow, RequestRow } from './placement-request.entity';
import { avoidingPlacesKnown } from './places-known';
import { documentOf, getRequest, placeOf, type StoredRequest, storeEvent } from './stored-request';

export const PLACEMENT_PURPOSE = 'sheltering';
const MS_PER_HOUR = 3_600_000;

export interface FileRequest {
  readonly caseId: string;
  readonly needs: Needs;
  readonly idempotencyKey: string;
}

export interface ChangeOfRequest {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

interface Leaving {
  readonly stored: StoredRequest;
  /** Of the place that the child has left. */
  readonly offer: string;
  readonly keepLooking: boolean;
}

/** T1 of what a caseworker does about a placement request: its new state and what a shelter is told, or nothing. */
@Injectable()
export class PlacementRequestHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly cases: Cases,
  ) {}

  /** @throws AppError `case-not-found`, `ages-reversed`, `invalid-request`, or what `runOnce` throws */
  file(identity: Identity, { caseId, needs, idempotencyKey }: FileRequest) {
    requireSayable(needs);
    const route = 'POST /v1/placement-requests';
    return this.acts.run(identity, { route, idempotencyKey, request: { caseId, needs } }, async (manager) => {
      await this.cases.get(manager, identity, caseId);
      const request = evolveRequest(undefined, decideRequest(undefined, { type: 'file' }));
      const id = uuidv7();
      await manager.insert(RequestRow, {
        ...{ id, caseId, needs },
        unit: identity.unit,
        author: identity.pseudonym,
        filedAt: this.clock.now(),
        state: request.state,
        version: request.version,
      });
      return { status: 201, body: { id, state: request.state, version: request.version } };
    });
  }

  /**
   * Asks the shelter for a bed for each child, with what they need and without who they are.
   * @throws AppError `placement-request-not-found`, `place-not-found`, `shelter-unknown`, `offer-not-allowed`, `precondition-*`, or
   * what `decideRequest` and `runOnce` throw
   */
  offer(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: ChangeOfRequest,
    { place: placeId, answerWithinHours }: { readonly place: string; readonly answerWithinHours: number },
  ) {
    const route = 'POST /v1/placement-requests/:id/offers';
    const request = { id, placeId, answerWithinHours };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const stored = await this.locked(manager, identity, id, ifMatch);
      const { row } = stored;
      const place = await manager.findOneBy(PlaceRow, { id: placeId, open: true });
      if (!place)
        throw new AppError('place-not-found', 'No shelter has declared such a place, or it has closed.');
      const needs = await avoidingPlacesKnown(manager, row.needs);
      const [ranked] = rankPlaces(needs, [placeOf(place)]);
      if (!ranked) throw new TypeError('a place has its rank');
      const offer = uuidv7();
      const event = decideRequest(stored.request, { type: 'offer', offer, place: ranked });
      if (event.type !== 'offered') throw new TypeError('an offer offers');
      const shelter = this.shelterOf(place.shelter);
      const at = this.clock.now();
      const answerBy = new Date(at.getTime() + answerWithinHours * MS_PER_HOUR);
      const document: PlacementOfferedV1 = {
        place: place.reference,
        ...documentOf(row.needs),
        ordered: false,
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
        requestId: id,
        unit: row.unit,
        placeId,
        shelter: shelter.id,
        reference: recorded.intents[0]?.reference ?? '',
        madeAt: at,
        answerBy,
        ordered: false,
        contradicts: [...event.offer.contradicts],
        state: event.offer.state,
      });
      const next = await storeEvent(manager, stored, event);
      return {
        status: 202,
        lanes: recorded.lanes,
        body: { id, offer, answerBy: answerBy.toISOString(), state: next.state, version: next.version },
      };
    });
  }

  /** @throws AppError `placement-request-not-found`, `offer-not-found`, `offer-answered`, `child-is-there`, `precondition-*`, or what `runOnce` throws */
  withdrawOffer(identity: Identity, change: ChangeOfRequest, offer: string) {
    const route = 'POST /v1/placement-requests/:id/offers/:offer/withdraw';
    return this.taken(identity, route, change, { type: 'withdraw-offer', offer });
  }

  /** @throws AppError `placement-request-not-found`, `placement-request-closed`, `child-is-there`, `precondition-*`, or what `runOnce` throws */
  withdraw(identity: Identity, change: ChangeOfRequest) {
    return this.taken(identity, 'POST /v1/placement-requests/:id/withdraw', change, { type: 'withdraw' });
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
    const asked = live && stored.offers.find(({ id }) => id === live.id);
    if (!asked || !this.directory.findAgency(asked.shelter)) return [];
    return this.tellWithdrawn(manager, identity, stored, asked.id);
  }

  /** Takes back what a shelter was asked, and tells it. */
  private taken(
    identity: Identity,
    route: string,
    { id, ifMatch, idempotencyKey }: ChangeOfRequest,
    command: Extract<RequestCommand, { readonly type: 'withdraw' | 'withdraw-offer' }>,
  ) {
    const request = { id, ...command };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const stored = await this.locked(manager, identity, id, ifMatch);
      const event = decideRequest(stored.request, command);
      const live = liveOffer(stored.request);
      if (live) await requireNobodyThere(manager, live.id);
      const next = await storeEvent(manager, stored, event);
      const lanes = live ? await this.tellWithdrawn(manager, identity, stored, live.id) : [];
      return { status: 202, lanes, body: { id, state: next.state, version: next.version } };
    });
  }

  private async tellWithdrawn(
    manager: EntityManager,
    identity: Identity,
    { offers }: StoredRequest,
    id: string,
  ): Promise<readonly number[]> {
    const offer = offers.find((each) => each.id === id);
    if (!offer) throw new TypeError('a live offer is stored');
    const at = this.clock.now();
    const said = { type: PLACEMENT_WITHDRAWN, document: { withdrawnAt: at.toISOString() } };
    const shelter = this.shelterOf(offer.shelter);
    const { lanes } = await this.outbox.append(manager, id, this.event(identity, said, shelter, at));
    return lanes;
  }

  private async locked(
    manager: EntityManager,
    identity: Identity,
    id: string,
    ifMatch: string | undefined,
  ): Promise<StoredRequest> {
    const stored = await getRequest(manager, identity, id, 'for_no_key_update');
    requireIfMatch(ifMatch, stored.row.version);
    return stored;
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
    { unit, pseudonym }: Identity,
    said: Pick<NewEvent, 'type' | 'document'>,
    shelter: Agency,
    decidedAt: Date,
  ): NewEvent {
    return {
      ...said,
      purpose: PLACEMENT_PURPOSE,
      unit,
      agent: pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
      recipients: [{ agency: shelter }],
    };
  }
}

/** What decisions about the child rest on, beside what was said of telling others. */
async function factsOf(manager: EntityManager, caseId: string): Promise<CaseFacts> {
  const [found] = await manager.query<{ facts: CaseFacts | null }[]>(
    'SELECT facts FROM messaging.cases WHERE id = $1',
    [caseId],
  );
  const { departement, birthDate, protectedIdentity, protectedAddress } = found?.facts ?? {};
  return {
    ...(departement !== undefined && { departement }),
    ...(birthDate !== undefined && { birthDate }),
    ...(protectedIdentity !== undefined && { protectedIdentity }),
    ...(protectedAddress !== undefined && { protectedAddress }),
  };
}

/** What frees the bed of a child who is in it is the end of the stay. @throws AppError `child-is-there` */
async function requireNobodyThere(manager: EntityManager, offerId: string): Promise<void> {
  if (!(await manager.existsBy(StayRow, { offerId, endedOn: IsNull() }))) return;
  throw new AppError('child-is-there', 'The child is in that place: end the stay, which frees the bed.');
}

/** @throws AppError `ages-reversed`, `invalid-request` */
function requireSayable(needs: Needs): void {
  if (needs.children.some(({ ages }) => ages.from > ages.to)) {
    throw new AppError('ages-reversed', 'The first age is above the last: exchange them.');
  }
  const problems = referenceProblems(PlacementOfferedV1, documentOf(needs));
  if (!problems) return;
  throw invalidRequest(
    Object.entries(problems).map(([path, detail]) => ({
      pointer: `/needs/${path.replace('exploitation.departements', 'exploitation').replaceAll('.', '/')}`,
      detail,
    })),
  );
}
