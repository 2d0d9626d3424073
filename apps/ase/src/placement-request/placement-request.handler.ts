import { Acts, AGENCY, Cases, CLOCK, referenceProblems } from '@liaison/casework';
import { PlacementOfferedV1 } from '@liaison/contracts';
import { type Agency, AppError, type Clock } from '@liaison/kernel';
import { decideRequest, evolveRequest, liveOffer, type Needs, type RequestCommand } from '@liaison/placement';
import { type Identity, invalidRequest, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { StayRow } from '../stay/stay.entity';
import { ageOf } from './known-age';
import { getOpenPlace, Offering } from './offering';
import { RequestRow } from './placement-request.entity';
import { documentOf, getRequest, type StoredRequest, storeEvent } from './stored-request';

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

/** T1 of what a caseworker does about a placement request: its new state and what a shelter is told, or nothing. */
@Injectable()
export class PlacementRequestHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly offering: Offering,
  ) {}

  /** @throws AppError `case-not-found`, `placement-of-adult`, `ages-reversed`, `invalid-request`, or what `runOnce` throws */
  file(identity: Identity, { caseId, needs, idempotencyKey }: FileRequest) {
    requireSayable(needs);
    const route = 'POST /v1/placement-requests';
    return this.acts.run(identity, { route, idempotencyKey, request: { caseId, needs } }, async (manager) => {
      await this.cases.get(manager, identity, caseId);
      const at = this.clock.now();
      const { age, ...known } = await ageOf(manager, caseId, at, this.agency.id);
      const request = evolveRequest(
        undefined,
        decideRequest(undefined, { type: 'file', ...(age && { age }) }),
      );
      const id = uuidv7();
      await manager.insert(RequestRow, {
        ...{ id, caseId, needs, ...known },
        unit: identity.unit,
        author: identity.pseudonym,
        filedAt: at,
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
      const place = await getOpenPlace(manager, placeId);
      const made = await this.offering.make(manager, identity, stored, {
        ...{ place, answerWithinHours },
        ordered: false,
      });
      const { lanes, ...body } = made;
      return { status: 202, lanes, body: { id, ...body } };
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
   * What whoever has turned 18 says: with their agreement the coordination of adults is asked, which is another act.
   * @throws AppError `placement-request-not-found`, `placement-of-minor`, `adult-heard`, `precondition-*`, or what `runOnce` throws
   */
  hearAdult(identity: Identity, { id, ifMatch, idempotencyKey }: ChangeOfRequest, agrees: boolean) {
    const asked = {
      route: 'POST /v1/placement-requests/:id/hear-adult',
      idempotencyKey,
      request: { id, agrees },
    };
    return this.acts.run(identity, asked, async (manager) => {
      const stored = await this.locked(manager, identity, id, ifMatch);
      const event = decideRequest(stored.request, { type: 'hear-adult', agrees });
      await manager.update(RequestRow, id, { adultAgrees: agrees, adultHeardAt: this.clock.now() });
      const { state, version } = await storeEvent(manager, stored, event);
      return { status: 200, body: { id, state, version } };
    });
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
      const lanes = live ? await this.offering.tellWithdrawn(manager, identity, stored, live.id) : [];
      return { status: 202, lanes, body: { id, state: next.state, version: next.version } };
    });
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
