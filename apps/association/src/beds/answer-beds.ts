import { type Acts, actRecord, type AgencyPolicy, type CaseFacts } from '@liaison/casework';
import { PLACEMENT_ANSWERED, type PlacementAnsweredV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { type AuditTrail, currentTraceparent } from '@liaison/messaging';
import { type BedsCommand, decideBeds } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { BedAnswers } from './bed-answers';
import type { Saying } from './bed-declarations';
import { bedsOf, lockPlace } from './beds';
import type { BedOffer, BedPlace } from './beds.entity';

export interface AnswerOffer {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

export interface FoundOffer<Place extends BedPlace, Offer extends BedOffer> {
  readonly place: Place;
  readonly row: Offer;
  readonly at: Date;
}

export interface SaidOfBeds extends Pick<PlacementAnsweredV1, 'reason' | 'address'> {
  /** On which it is decided whether whoever asked may be told. */
  readonly facts: CaseFacts;
}

interface Act {
  readonly route: string;
  readonly request: unknown;
}

/** T1 of what a shelter's people say to a question for beds: its state, the record of the act, what is free now and the answer, or nothing. */
export abstract class AnswerBeds<Place extends BedPlace, Offer extends BedOffer> {
  protected constructor(
    protected readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
    protected readonly answers: BedAnswers<Place, Offer>,
  ) {}

  /** Whether who is there is given back by declining: where somebody else than the shelter says when they leave. */
  protected readonly givesBack: boolean = false;

  /** @throws AppError one of its unit's, or none */
  protected abstract getOffer(manager: EntityManager, identity: Identity, id: string): Promise<Offer>;

  /** @throws AppError `precondition-*`, `offer-answered`, or what `getOffer`, `decideBeds` and `runOnce` throw */
  protected answer(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: AnswerOffer,
    { route, request }: Act,
    state: 'accepted' | 'declined',
    said: (manager: EntityManager, found: FoundOffer<Place, Offer>) => Promise<SaidOfBeds>,
  ) {
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const found = await this.find(manager, identity, { id, ifMatch });
      const { place, row, at } = found;
      const givesBack = this.givesBack && state === 'declined' && row.state === 'admitted';
      if (!givesBack) requireRunning(row);
      const command: BedsCommand =
        state === 'accepted'
          ? { type: 'accept', offer: id, at }
          : { type: givesBack ? 'leave' : 'release', offer: id };
      decideBeds(await bedsOf(manager, this.answers.book, place), command);
      return this.done(manager, identity, found, state, await said(manager, found));
    });
  }

  /** The place before its offer, as whatever arrives takes them. */
  protected async find(
    manager: EntityManager,
    identity: Identity,
    { id, ifMatch }: Pick<AnswerOffer, 'id' | 'ifMatch'>,
  ): Promise<FoundOffer<Place, Offer>> {
    const { placeId } = await this.getOffer(manager, identity, id);
    const place = await lockPlace(manager, this.answers.book, placeId);
    const row = await this.getOffer(manager, identity, id);
    if (!place) throw new TypeError('an offer is for a place');
    requireIfMatch(ifMatch, row.version);
    return { place, row, at: this.clock.now() };
  }

  protected saying({ unit, pseudonym }: Identity, decidedAt: Date): Saying {
    return {
      unit,
      agent: pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
    };
  }

  private async done(
    manager: EntityManager,
    identity: Identity,
    { place, row, at }: FoundOffer<Place, Offer>,
    state: 'accepted' | 'declined',
    { facts, ...said }: SaidOfBeds,
  ) {
    const lanes = await this.answers.settle(manager, place, row, state, this.saying(identity, at), said);
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
function requireRunning({ state }: BedOffer): void {
  if (state === 'held' || state === 'accepted') return;
  const why = state === 'admitted' ? 'They are there: say when they leave.' : `It is over: ${state}.`;
  throw new AppError('offer-answered', why);
}
