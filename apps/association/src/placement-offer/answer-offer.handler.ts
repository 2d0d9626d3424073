import { Acts, actRecord, AgencyPolicy, CLOCK } from '@liaison/casework';
import { type DeclineReason, PLACEMENT_ANSWERED, type PlacementAnsweredV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail, currentTraceparent } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { bedsOf, lockPlace } from '../place/place-beds';
import type { PlaceRow } from '../place/place.entity';
import { OfferAnswers } from './offer-answers';
import type { OfferRow } from './placement-offer.entity';
import { getOffer } from './stored-offer';

export interface AnswerOffer {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** What measures hide, as far as the shelter knows (CPP 706-57, 706-62-2). */
export interface OfferProtection {
  readonly identity: boolean;
  readonly address: boolean;
}

interface Found {
  readonly place: PlaceRow;
  readonly row: OfferRow;
  readonly at: Date;
}

/** T1 of an answer: the offer's state, the record of the act, what is free now and the answer, or nothing. */
@Injectable()
export class AnswerOfferHandler {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
    private readonly answers: OfferAnswers,
  ) {}

  /**
   * From then on whoever asked takes the child there, and learns where that is.
   * @throws AppError `offer-not-found`, `hold-lapsed`, `offer-answered`, `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  accept(identity: Identity, answer: AnswerOffer, protection: OfferProtection) {
    const { id, idempotencyKey } = answer;
    const route = 'POST /v1/placement-offers/:id/accept';
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, protection } },
      async (manager) => {
        const { place, row, at } = await this.find(manager, identity, answer);
        requireRunning(row);
        decideBeds(await bedsOf(manager, place), { type: 'accept', offer: id, at });
        const facts = {
          takesInCharge: [row.sender],
          protectedIdentity: protection.identity,
          protectedAddress: protection.address,
        };
        await manager.query(
          'UPDATE messaging.cases SET facts = facts || $2, facts_version = facts_version + 1 WHERE id = $1',
          [row.caseId, JSON.stringify(facts)],
        );
        return this.done(manager, identity, { place, row, at }, 'accepted', {
          address: place.address,
          facts,
        });
      },
    );
  }

  /**
   * Also what was accepted, until the child is there.
   * @throws AppError `offer-not-found`, `offer-answered`, `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  decline(identity: Identity, answer: AnswerOffer, reason: DeclineReason) {
    const { id, idempotencyKey } = answer;
    const route = 'POST /v1/placement-offers/:id/decline';
    return this.acts.run(identity, { route, idempotencyKey, request: { id, reason } }, async (manager) => {
      const { place, row, at } = await this.find(manager, identity, answer);
      requireRunning(row);
      decideBeds(await bedsOf(manager, place), { type: 'release', offer: id });
      return this.done(manager, identity, { place, row, at }, 'declined', { reason, facts: {} });
    });
  }

  /** The place before its offer, as whatever arrives takes them. */
  private async find(
    manager: EntityManager,
    identity: Identity,
    { id, ifMatch }: AnswerOffer,
  ): Promise<Found> {
    const { placeId } = await getOffer(manager, identity, id);
    const place = await lockPlace(manager, placeId);
    const row = await getOffer(manager, identity, id);
    if (!place) throw new TypeError('an offer is for a place');
    requireIfMatch(ifMatch, row.version);
    return { place, row, at: this.clock.now() };
  }

  private async done(
    manager: EntityManager,
    identity: Identity,
    { place, row, at }: Found,
    state: 'accepted' | 'declined',
    { facts, ...said }: Pick<PlacementAnsweredV1, 'reason' | 'address'> & { readonly facts: object },
  ) {
    const saying = {
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt: at,
    };
    const lanes = await this.answers.settle(manager, place, row, state, saying, said);
    const document = { answer: state, ...said, answeredAt: at.toISOString() };
    const { decision, projection } = this.policy.preview(
      { type: PLACEMENT_ANSWERED, document, purpose: row.purpose, facts },
      this.answers.askerOf(row),
      at,
    );
    await this.audit.append(manager, [
      actRecord(this.audit, identity, at, {
        kind: 'acknowledgement',
        purpose: row.purpose,
        legalBases: [...decision.legalBases],
        reference: row.reference,
        event: PLACEMENT_ANSWERED,
        eventId: row.eventId,
        counterpart: row.sender,
        policyDigest: decision.digest,
        fields: [],
      }),
    ]);
    const told = (projection?.data as Partial<PlacementAnsweredV1> | undefined)?.address;
    return {
      status: 202,
      lanes: [...lanes, this.audit.laneId],
      body: {
        id: row.id,
        state,
        version: row.version + 1,
        allowed: decision.allowed,
        denial: decision.denial?.code ?? null,
        addressTold: told !== undefined,
      },
    };
  }
}

/** @throws AppError `offer-answered` */
function requireRunning({ state }: OfferRow): void {
  if (state === 'held' || state === 'accepted') return;
  throw new AppError('offer-answered', `The offer is over: ${state}.`);
}
