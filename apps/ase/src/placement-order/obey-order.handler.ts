import { Acts, AgencyPolicy, CLOCK, forgetSearchTerms, storeSearchTerms } from '@liaison/casework';
import type { OrderObstacle } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { decideJudgeOrder, evolveJudgeOrder, rankPlaces } from '@liaison/placement';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { getOpenPlace, Offering } from '../placement-request/offering';
import { PlacesKnown } from '../placement-request/places-known';
import { getRequest, placeOf } from '../placement-request/stored-request';
import { JudgeOrderRow } from './judge-order.entity';
import { JudgeTelling } from './judge-telling';
import { getOrder, heldOrder, noSuchOrder, orderOf } from './stored-judge-order';

export interface ObeyOrder {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

export interface HowToObey {
  readonly request: string;
  readonly place: string | undefined;
  readonly answerWithinHours: number;
}

/** T1 of obeying a judge: the order's state with what it contradicts, and the offer to the shelter, or nothing. */
@Injectable()
export class ObeyOrderHandler {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly acts: Acts,
    private readonly offering: Offering,
    private readonly placesKnown: PlacesKnown,
    private readonly telling: JudgeTelling,
  ) {}

  /**
   * The judge learns why it cannot be done; it is obeyed later where what stood in the way does no longer.
   * @throws AppError `order-not-found`, `precondition-*`, or what `decideJudgeOrder` and `runOnce` throw
   */
  cannotExecute(identity: Identity, { id, ifMatch, idempotencyKey }: ObeyOrder, obstacle: OrderObstacle) {
    const route = 'POST /v1/placement-orders/:id/cannot-execute';
    return this.acts.run(identity, { route, idempotencyKey, request: { id, obstacle } }, async (manager) => {
      const row = await getOrder(manager, identity, id, 'pessimistic_write');
      const at = this.clock.now();
      if (!this.policy.read({ ...heldOrder(row), data: row.content }, identity.roles, at))
        throw noSuchOrder();
      requireIfMatch(ifMatch, row.version);
      const before = orderOf(row);
      const { state, version } = evolveJudgeOrder(
        before,
        decideJudgeOrder(before, { type: 'cannot-execute' }),
      );
      await manager.update(JudgeOrderRow, id, { state, version, obstacle, answeredAt: at });
      const { lanes, told } = await this.telling.cannotExecute(manager, identity, row, obstacle);
      return { status: 202, lanes, body: { id, state, version, obstacle, told } };
    });
  }

  /**
   * @throws AppError `order-not-found`, `placement-request-not-found`, `place-not-found`, `precondition-*`, or what `decideJudgeOrder`,
   * `Offering.make` and `runOnce` throw
   */
  obey(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: ObeyOrder,
    { request, place: placeId, answerWithinHours }: HowToObey,
  ) {
    const route = 'POST /v1/placement-orders/:id/obey';
    const same = { id, request, placeId, answerWithinHours };
    return this.acts.run(identity, { route, idempotencyKey, request: same }, async (manager) => {
      // The request before its order, as a stay takes them.
      const stored = await getRequest(manager, identity, request, 'for_no_key_update');
      const row = await getOrder(manager, identity, id, 'pessimistic_write');
      const at = this.clock.now();
      if (!this.policy.read({ ...heldOrder(row), data: row.content }, identity.roles, at))
        throw noSuchOrder();
      requireIfMatch(ifMatch, row.version);
      const needs = await this.placesKnown.avoiding(manager, stored.row.needs);
      const place = placeId === undefined ? undefined : await getOpenPlace(manager, placeId);
      const [ranked] = place ? rankPlaces(needs, [placeOf(place)]) : [];
      const event = decideJudgeOrder(orderOf(row), {
        type: 'obey',
        needs,
        ...(place && ranked && { place: { is: placeOf(place), ranked } }),
      });
      const offered = place
        ? await this.offering.make(manager, identity, stored, { place, answerWithinHours, ordered: true })
        : undefined;
      const { state, version, contradicts } = evolveJudgeOrder(orderOf(row), event);
      await manager.update(JudgeOrderRow, id, {
        ...{ state, version },
        contradicts: [...contradicts],
        requestId: request,
        offerId: offered?.offer ?? null,
        obeyedAt: at,
        obeyedBy: identity.pseudonym,
        obstacle: null,
        answeredAt: at,
      });
      const { caseId } = stored.row;
      await forgetSearchTerms(manager, [id]);
      await storeSearchTerms(manager, [{ id, caseId, unit: row.unit, content: row.content }]);
      const { lanes, told } = await this.telling.obeyed(manager, identity, row, contradicts);
      return {
        status: 202,
        lanes: [...(offered?.lanes ?? []), ...lanes],
        body: { id, state, version, contradicts: [...contradicts], offer: offered?.offer ?? null, told },
      };
    });
  }
}
