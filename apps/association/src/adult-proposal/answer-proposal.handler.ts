import { Acts, AgencyPolicy, CLOCK, factsOfCase, legalDay } from '@liaison/casework';
import type { DeclineReason } from '@liaison/contracts';
import { AppError, type Clock, type Day } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import type { AdultPlaceRow } from '../adult-place/adult-place.entity';
import { AnswerBeds, type AnswerOffer } from '../beds/answer-beds';
import { bedsOf } from '../beds/beds';
import { NamedPersonRow, ProposalRow } from './adult-proposal.entity';
import { ProposalAnswers } from './proposal-answers';
import { getProposal } from './stored-proposal';

/** What a shelter's people say to a proposal of the coordination, and that somebody has come and has left. */
@Injectable()
export class AnswerProposalHandler extends AnswerBeds<AdultPlaceRow, ProposalRow> {
  constructor(
    @Inject(CLOCK) clock: Clock,
    policy: AgencyPolicy,
    audit: AuditTrail,
    private readonly running: Acts,
    answers: ProposalAnswers,
  ) {
    super(clock, policy, audit, running, answers);
  }

  /**
   * The coordination learns that there is a bed, and not where (R23); who comes is named once the person has said yes.
   * @throws AppError `proposal-not-found`, `hold-lapsed`, `offer-answered`, `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  accept(identity: Identity, answer: AnswerOffer) {
    const act = { route: 'POST /v1/adult-proposals/:id/accept', request: { id: answer.id } };
    return this.answer(identity, answer, act, 'accepted', async (manager, { row }) => ({
      facts: await factsOfCase(manager, row.caseId),
    }));
  }

  /**
   * Also what was accepted, until the person is there.
   * @throws AppError `proposal-not-found`, `offer-answered`, `sender-unknown`, `precondition-*`, or what `runOnce` throws
   */
  decline(identity: Identity, answer: AnswerOffer, reason: DeclineReason) {
    const act = { route: 'POST /v1/adult-proposals/:id/decline', request: { id: answer.id, reason } };
    return this.answer(identity, answer, act, 'declined', async (manager, { row }) => ({
      reason,
      facts: await factsOfCase(manager, row.caseId),
    }));
  }

  /**
   * The person has come: from now on only that they leave frees the bed, and no withdrawal puts them out.
   * @throws AppError `proposal-not-found`, `person-not-named`, `offer-not-accepted`, `day-in-the-future`, `precondition-*`, or what
   * `runOnce` throws
   */
  admit(identity: Identity, answer: AnswerOffer, on: Day) {
    return this.stay(identity, answer, { verb: 'admit', state: 'admitted', on });
  }

  /** @throws AppError `proposal-not-found`, `nobody-admitted`, `day-in-the-future`, `day-before-admission`, or as `admit` */
  leave(identity: Identity, answer: AnswerOffer, on: Day) {
    return this.stay(identity, answer, { verb: 'leave', state: 'left', on });
  }

  protected getOffer(manager: EntityManager, identity: Identity, id: string): Promise<ProposalRow> {
    return getProposal(manager, identity, id);
  }

  private stay(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: AnswerOffer,
    {
      verb,
      state,
      on,
    }: { readonly verb: 'admit' | 'leave'; readonly state: 'admitted' | 'left'; readonly on: Day },
  ) {
    const asked = { route: `POST /v1/adult-proposals/:id/${verb}`, idempotencyKey, request: { id, on } };
    return this.running.run(identity, asked, async (manager) => {
      const { place, row, at } = await this.find(manager, identity, { id, ifMatch });
      decideBeds(await this.bedsWith(manager, place, row), { type: verb, offer: id });
      if (on > legalDay(at, place.departement)) {
        throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
      }
      if (verb === 'leave' && row.admittedOn !== null && on < row.admittedOn) {
        throw new AppError('day-before-admission', 'The person came later than that: correct the date.');
      }
      if (
        verb === 'admit' &&
        !(await manager.existsBy(NamedPersonRow, { proposalId: id, purgedAt: IsNull() }))
      ) {
        throw new AppError(
          'person-not-named',
          'The coordination has not said who comes: the person says yes first, and nobody is expected before.',
        );
      }
      const lanes = await this.answers.move(manager, place, row, state, this.saying(identity, at));
      await manager.update(ProposalRow, id, verb === 'admit' ? { admittedOn: on } : { leftOn: on });
      return { status: 200, lanes, body: { id, state, version: row.version + 1 } };
    });
  }

  /** What takes no bed any more has no stand: it is over. @throws AppError `offer-answered` */
  private async bedsWith(manager: EntityManager, place: AdultPlaceRow, { id, state }: ProposalRow) {
    const beds = await bedsOf(manager, this.answers.book, place);
    if (beds.stands.some(({ offer }) => offer === id)) return beds;
    throw new AppError('offer-answered', `It is over: ${state}.`);
  }
}
