import { type OfferAnswer, PLACEMENT_ANSWERED, type PlacementAnsweredV1 } from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import type { Outbox } from '@liaison/messaging';
import { decideBeds } from '@liaison/placement';
import type { EntityManager, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import type { BedDeclarations, Saying } from './bed-declarations';
import { type BedBook, bedsOf, lockPlace, takes } from './beds';
import type { BedOffer, BedPlace, BedState } from './beds.entity';

type Said = Pick<PlacementAnsweredV1, 'reason' | 'address'>;

/** Whatever an asker says, a bed is held no longer than this without an answer. */
const LONGEST_HOLD_MS = 72 * 3_600_000;

/** How a question ends that is taken back, by how it stands: whoever is there already stays. */
const TAKEN_BACK: Partial<Record<BedState, BedState>> = { held: 'withdrawn', accepted: 'withdrawn' };
/** The same, where whoever asked says when those who are there leave. */
export const OR_LEFT = { ...TAKEN_BACK, admitted: 'left' } as const;

/**
 * What becomes of a question for beds, and who is told. Every method runs in a transaction that holds the lock of the place, and gives lanes
 * to wake.
 */
export abstract class BedAnswers<Place extends BedPlace, Offer extends BedOffer> {
  protected constructor(
    private readonly directory: Directory,
    private readonly outbox: Outbox,
    private readonly declarations: BedDeclarations<Place, Offer>,
  ) {}

  get book(): BedBook<Place, Offer> {
    return this.declarations.book;
  }

  /** Nothing of whoever was asked for stays in such a state. */
  protected forgets(state: BedState): boolean {
    return !takes(state);
  }

  /** What else was kept of whoever was asked for. */
  protected forget(_manager: EntityManager, _offer: Offer): Promise<void> {
    return Promise.resolve();
  }

  /** @throws AppError `sender-unknown` */
  askerOf({ sender }: Pick<BedOffer, 'sender'>): Agency {
    const asker = this.directory.findAgency(sender);
    if (asker) return asker;
    throw new AppError('sender-unknown', 'The directory no longer knows who asked: tell the operators.');
  }

  /** To whoever asked. */
  async say(
    manager: EntityManager,
    row: BedOffer,
    document: PlacementAnsweredV1,
    saying: Saying,
  ): Promise<readonly number[]> {
    const { lanes } = await this.outbox.append(manager, row.caseId, {
      ...saying,
      type: PLACEMENT_ANSWERED,
      document,
      purpose: row.purpose,
      causationId: row.eventId,
      recipients: [{ agency: this.askerOf(row) }],
    });
    return lanes;
  }

  /**
   * A question has come: beds are held at once, or whoever asked is told at once that there are none.
   * @param row as it would stand if they are held; what is refused keeps nothing of whoever was asked for
   */
  async hold(manager: EntityManager, place: Place, row: Offer, saying: Saying): Promise<void> {
    const until = new Date(Math.min(row.answerBy.getTime(), row.receivedAt.getTime() + LONGEST_HOLD_MS));
    const hold = { type: 'hold', offer: row.id, beds: row.beds, until } as const;
    const isHeld = decideBeds(await bedsOf(manager, this.book, place), hold).type === 'held';
    const answer = until <= row.receivedAt ? 'lapsed' : isHeld ? 'held' : 'refused';
    Object.assign(row, { answerBy: until, state: answer });
    if (answer !== 'held') Object.assign(row, { content: {}, withheld: [] });
    await manager.insert(this.book.offers, row as QueryDeepPartialEntity<Offer>);
    await this.say(manager, row, { answer, answeredAt: saying.decidedAt.toISOString() }, saying);
    if (answer === 'held') await this.declarations.again(manager, place, saying);
  }

  /** The next state, its answer, and what is free now where that changed. */
  async settle(
    manager: EntityManager,
    place: Place,
    row: Offer,
    state: Exclude<BedState, 'held' | 'refused' | 'withdrawn'> & OfferAnswer,
    saying: Saying,
    said: Said = {},
  ): Promise<readonly number[]> {
    const told = await this.move(manager, place, row, state, saying, said.reason);
    const answeredAt = saying.decidedAt.toISOString();
    return [...told, ...(await this.say(manager, row, { answer: state, ...said, answeredAt }, saying))];
  }

  /** Whoever asked has taken it back, or may no longer ask: there is nothing to answer. */
  async takeBack(
    manager: EntityManager,
    { id, placeId }: Pick<Offer, 'id' | 'placeId'>,
    { correlationId, at }: { readonly correlationId: string; readonly at: Date },
    ends: Partial<Record<BedState, BedState>> = TAKEN_BACK,
  ): Promise<void> {
    const place = await lockPlace(manager, this.book, placeId);
    const row = await manager.findOneBy(this.book.offers, { id } as FindOptionsWhere<Offer>);
    const end = row && ends[row.state];
    if (!place || !end) return;
    const { unit, eventId: causationId } = row;
    await this.move(manager, place, row, end, { unit, correlationId, causationId, decidedAt: at });
  }

  /** The next state without a word to whoever asked, and what is free now where that changed. */
  async move(
    manager: EntityManager,
    place: Place,
    row: Offer,
    state: BedState,
    saying: Saying,
    reason?: Said['reason'],
  ): Promise<readonly number[]> {
    const gone = this.forgets(state);
    await manager.update<BedOffer>(this.book.offers, row.id, {
      state,
      version: row.version + 1,
      // Of what is said to whoever asked: who comes and goes is the shelter's own.
      ...(state !== 'admitted' && state !== 'left' && { answeredAt: saying.decidedAt }),
      ...(reason !== undefined && { reason }),
      ...(gone && { content: {}, withheld: [] }),
    });
    if (gone) await this.forget(manager, row);
    if (takes(row.state) === takes(state)) return [];
    return this.declarations.again(manager, place, saying);
  }
}
