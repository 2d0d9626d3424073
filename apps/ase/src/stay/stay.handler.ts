import { Acts, AGENCY, Cases, CLOCK, endOfLegalDay, legalDay } from '@liaison/casework';
import { AppError, type Agency, type Clock } from '@liaison/kernel';
import {
  decideStay,
  evolveStay,
  type FamilyPart,
  type Involvement,
  liveOffer,
  type Stay,
  type StayCommand,
} from '@liaison/placement';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { PlaceRow } from '../place/place.entity';
import { ageOf } from '../placement-request/known-age';
import { Offering } from '../placement-request/offering';
import { getRequest } from '../placement-request/stored-request';
import { FamilyPartRow, StayRow } from './stay.entity';
import { getStay, stayBody, stayOf } from './stored-stay';

export interface OfStay {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

type EndReason = Extract<StayCommand, { readonly type: 'end' }>['reason'];

/** T1 of what a caseworker records of a child in a place: the stay as it is now and, where it ends, the bed that is free. */
@Injectable()
export class StayHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly offering: Offering,
    private readonly cases: Cases,
    private readonly acts: Acts,
  ) {}

  /**
   * The stay begins where an acceptance ends: the child is there, and the shelter learns that it is known to be.
   * @throws AppError `placement-request-not-found`, `no-place-accepted`, `stay-exists`, `stay-of-adult`, `day-in-the-future`, or what
   * `runOnce` throws
   */
  admit(
    identity: Identity,
    {
      request,
      from,
      idempotencyKey,
    }: { readonly request: string; readonly from: string | undefined; readonly idempotencyKey: string },
  ) {
    const route = 'POST /v1/stays';
    return this.acts.run(identity, { route, idempotencyKey, request: { request, from } }, async (manager) => {
      const stored = await getRequest(manager, identity, request, 'for_no_key_update');
      const live = liveOffer(stored.request);
      if (live?.state !== 'accepted') {
        throw new AppError(
          'no-place-accepted',
          'No shelter has accepted yet: the child has no place to be in.',
        );
      }
      const at = this.clock.now();
      const today = legalDay(at, this.agency.departement);
      const { caseId } = stored.row;
      await this.cases.get(manager, identity, caseId);
      const { age, ...known } = await ageOf(manager, caseId, at, this.agency.id);
      const before = await manager.findOneBy(StayRow, { offerId: live.id });
      const { secure } = await manager.findOneByOrFail(PlaceRow, { id: live.place });
      const event = decideStay(before ? stayOf(before) : undefined, {
        type: 'admit',
        ...(age && { age }),
        ...{ today, secure },
        from: from ?? today,
      });
      const stay = evolveStay(undefined, event);
      const id = uuidv7();
      await manager.insert(StayRow, {
        ...{ id, caseId, ...known },
        requestId: request,
        offerId: live.id,
        unit: identity.unit,
        author: identity.pseudonym,
        admittedAt: at,
        from: stay.from,
        ...this.columns(stay),
      });
      const there = { id: live.id, on: stay.from };
      const lanes = await this.offering.tellAdmitted(manager, identity, stored, there);
      return { status: 201, lanes, body: stayBody({ id, requestId: request, caseId }, stay) };
    });
  }

  /** @throws AppError `adult-must-agree`, `stay-*`, `precondition-*`, or what `runOnce` throws */
  renew(identity: Identity, of: OfStay, agrees: boolean | undefined) {
    const said = agrees === undefined ? {} : { agrees };
    return this.changed(identity, 'renew', of, { type: 'renew', today: this.today(), ...said });
  }

  /** The bed is free again. @throws AppError `stay-*`, `precondition-*`, or what `runOnce` throws */
  end(identity: Identity, of: OfStay, reason: EndReason) {
    return this.changed(identity, 'end', of, { type: 'end', today: this.today(), reason });
  }

  /** @throws AppError `relative-involved`, `relative-unchecked`, `adult-decides`, `stay-*`, `precondition-*`, or what `runOnce` throws */
  entrust(identity: Identity, of: OfStay, thirdParty: Involvement) {
    return this.changed(identity, 'entrust', of, { type: 'entrust', today: this.today(), thirdParty });
  }

  /** @throws AppError `relative-involved`, `relative-unchecked`, `adult-decides`, `stay-*`, `precondition-*`, or what `runOnce` throws */
  allowFamily(identity: Identity, of: OfStay, part: FamilyPart, relative: Involvement) {
    return this.changed(identity, 'family-parts', of, { type: 'allow-family', part, relative });
  }

  private changed(
    identity: Identity,
    verb: string,
    { id, ifMatch, idempotencyKey }: OfStay,
    command: Exclude<StayCommand, { readonly type: 'admit' }>,
  ) {
    const route = `POST /v1/stays/:id/${verb}`;
    const request = { id, ...command, today: undefined };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const { requestId, offerId, caseId } = await getStay(manager, identity, id);
      // The request before its stay, as an admission takes them.
      const stored = await getRequest(manager, identity, requestId, 'for_no_key_update');
      const row = await getStay(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const at = this.clock.now();
      const { age } = await ageOf(manager, caseId, at, this.agency.id);
      const event = decideStay(stayOf(row), { ...command, ...(age && { age }) });
      const stay = evolveStay(stayOf(row), event);
      await manager.update(StayRow, id, {
        ...this.columns(stay),
        // A new term has warnings of its own.
        ...(event.type === 'renewed' && { renewedAt: at, endingToldAt: null, overdueToldAt: null }),
        ...(event.type === 'ended' && { endedAt: at }),
      });
      if (event.type === 'family-allowed') {
        await manager.insert(FamilyPartRow, {
          id: uuidv7(),
          stayId: id,
          unit: identity.unit,
          author: identity.pseudonym,
          allowedAt: at,
          part: event.part,
        });
      }
      const leaving = event.type === 'ended' && {
        stored,
        offer: offerId,
        keepLooking: event.reason === 'other-place' || event.reason === 'order',
      };
      const lanes = leaving ? await this.offering.leave(manager, identity, leaving) : [];
      return { status: 200, lanes, body: stayBody({ id, requestId, caseId }, stay) };
    });
  }

  private today(): string {
    return legalDay(this.clock.now(), this.agency.departement);
  }

  private columns({ lastDay, renewals, ended, version }: Stay) {
    return {
      lastDay: lastDay ?? null,
      dueAt: lastDay === undefined ? null : endOfLegalDay(lastDay, this.agency.departement),
      renewals,
      endedOn: ended?.on ?? null,
      endReason: ended?.reason ?? null,
      version,
    };
  }
}
