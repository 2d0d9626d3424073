import { Acts, AgencyPolicy, CLOCK } from '@liaison/casework';
import type { DeclineReason } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AnswerBeds, type AnswerOffer } from '../beds/answer-beds';
import type { PlaceRow } from '../place/place.entity';
import { OfferAnswers } from './offer-answers';
import type { OfferRow } from './placement-offer.entity';
import { getOffer } from './stored-offer';

/** What measures hide, as far as the shelter knows (CPP 706-57, 706-62-2). */
export interface OfferProtection {
  readonly identity: boolean;
  readonly address: boolean;
}

/** What a shelter's people say to child protection that asks for a place. */
@Injectable()
export class AnswerOfferHandler extends AnswerBeds<PlaceRow, OfferRow> {
  constructor(
    @Inject(CLOCK) clock: Clock,
    policy: AgencyPolicy,
    audit: AuditTrail,
    acts: Acts,
    answers: OfferAnswers,
  ) {
    super(clock, policy, audit, acts, answers);
  }

  /**
   * From then on whoever asked takes the child there, and learns where that is.
   * @throws AppError `offer-not-found`, `hold-lapsed`, `offer-answered`, `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  accept(identity: Identity, answer: AnswerOffer, protection: OfferProtection) {
    const request = { id: answer.id, protection };
    const act = { route: 'POST /v1/placement-offers/:id/accept', request };
    return this.answer(identity, answer, act, 'accepted', async (manager, { place, row }) => {
      const facts = {
        takesInCharge: [row.sender],
        protectedIdentity: protection.identity,
        protectedAddress: protection.address,
      };
      await manager.query(
        'UPDATE messaging.cases SET facts = facts || $2, facts_version = facts_version + 1 WHERE id = $1',
        [row.caseId, JSON.stringify(facts)],
      );
      return { address: place.address, facts };
    });
  }

  /**
   * Also what was accepted; of a child who is there, that it is given back: child protection looks for another place.
   * @throws AppError `offer-not-found`, `offer-answered`, `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  decline(identity: Identity, answer: AnswerOffer, reason: DeclineReason) {
    const request = { id: answer.id, reason };
    const act = { route: 'POST /v1/placement-offers/:id/decline', request };
    return this.answer(identity, answer, act, 'declined', () => Promise.resolve({ reason, facts: {} }));
  }

  protected override readonly givesBack = true;

  protected getOffer(manager: EntityManager, identity: Identity, id: string): Promise<OfferRow> {
    return getOffer(manager, identity, id);
  }
}
