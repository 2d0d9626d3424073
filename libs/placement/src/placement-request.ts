import { AppError } from '@liaison/kernel';
import type { Criterion } from './criteria';
import type { RankedPlace } from './matching';

export const OFFER_STATES = ['asked', 'held', 'accepted', 'declined', 'withdrawn'] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** One place that was asked for: the shelter holds a bed, then accepts or declines. */
export interface Offer {
  readonly id: string;
  readonly place: string;
  readonly state: OfferState;
  /** A judge ordered it. */
  readonly ordered: boolean;
  /** Required criteria that the place does not meet: empty unless a judge ordered it. */
  readonly contradicts: readonly Criterion[];
}

export const REQUEST_STATES = ['open', 'offered', 'placed', 'withdrawn'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** A placement request as the ASE keeps it. It asks one shelter at a time, so that it keeps no bed from others. */
export interface PlacementRequest {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly state: RequestState;
  /** In the order in which they were made. */
  readonly offers: readonly Offer[];
  /** The child of its case has turned 18 since it was filed (R17). */
  readonly ofAge?: true;
  /** What whoever is of age says to help that goes on: it does with their agreement only (CASF L222-5). */
  readonly agrees?: boolean;
}

/**
 * `place`: as matching ranked it when the offer is made, for places fill and needs change. `age`: where nobody knows, a minor's (R15).
 * `children`: as many as are to be placed together.
 */
export type RequestCommand =
  | { readonly type: 'file'; readonly age?: 'minor' | 'adult' }
  | { readonly type: 'offer'; readonly offer: string; readonly place: RankedPlace }
  | { readonly type: 'obey-order'; readonly offer: string; readonly place: RankedPlace }
  | { readonly type: 'receive-hold'; readonly offer: string }
  | { readonly type: 'receive-acceptance'; readonly offer: string }
  | { readonly type: 'receive-refusal'; readonly offer: string }
  | { readonly type: 'withdraw-offer'; readonly offer: string }
  | { readonly type: 'withdraw' }
  | { readonly type: 'come-of-age'; readonly children: number }
  | { readonly type: 'hear-adult'; readonly agrees: boolean };

export type RequestEvent =
  | { readonly type: 'filed' }
  | { readonly type: 'offered'; readonly offer: Offer }
  | { readonly type: 'answered'; readonly offer: string; readonly state: OfferState }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'came-of-age'; readonly withdrawn: boolean }
  | { readonly type: 'adult-heard'; readonly agrees: boolean };

/**
 * One event a command. A birthday ends the search for whoever turns 18 (R17): a place for minors is none for them (R30). Where siblings are
 * placed together it takes no bed from those who are minors: what follows a person decides. What crosses on the way ends alike on both sides: an answer to an offer that was withdrawn changes
 * nothing, for the shelter releases the bed when the withdrawal comes.
 * @throws AppError `placement-request-exists`, `placement-request-not-found`, `placement-request-closed`, `placement-of-adult`,
 * `placement-of-minor`, `adult-heard`, `offer-pending`, `offer-exists`, `offer-not-found`, `place-does-not-fit` (with the reasons),
 * `offer-answered`
 */
export function decideRequest(request: PlacementRequest | undefined, command: RequestCommand): RequestEvent {
  if (command.type === 'file') {
    if (request) throw new AppError('placement-request-exists', 'There is such a request already.');
    if (command.age === 'adult') throw ofAdult('The person is of age');
    return { type: 'filed' };
  }
  if (!request) throw new AppError('placement-request-not-found', 'There is no such placement request.');
  switch (command.type) {
    case 'offer':
      requireFree(request, command.offer);
      requireFit(command.place);
      return { type: 'offered', offer: offerOf(command.offer, command.place, false) };
    case 'obey-order':
      requireFree(request, command.offer);
      return { type: 'offered', offer: offerOf(command.offer, command.place, true) };
    case 'receive-hold':
      return answer(offerNamed(request, command.offer), ['asked'], 'held');
    case 'receive-acceptance':
      return answer(offerNamed(request, command.offer), ['asked', 'held'], 'accepted');
    case 'receive-refusal':
      // A shelter may have to take back what it accepted: until the child is there, the search goes on.
      return answer(offerNamed(request, command.offer), ['asked', 'held', 'accepted'], 'declined');
    case 'withdraw-offer': {
      const { id, state } = offerNamed(request, command.offer);
      if (state === 'declined' || state === 'withdrawn') throw answered();
      return { type: 'answered', offer: id, state: 'withdrawn' };
    }
    case 'withdraw':
      if (request.state === 'withdrawn') throw closed();
      return { type: 'withdrawn' };
    case 'come-of-age':
      if (request.state === 'withdrawn' || request.ofAge) throw closed();
      return { type: 'came-of-age', withdrawn: command.children === 1 };
    case 'hear-adult':
      if (!request.ofAge) {
        throw new AppError('placement-of-minor', 'Nobody has turned 18 since this request was filed.');
      }
      if (request.agrees !== undefined) {
        throw new AppError('adult-heard', 'What the person says is recorded already.');
      }
      return { type: 'adult-heard', agrees: command.agrees };
  }
}

export function evolveRequest(request: PlacementRequest | undefined, event: RequestEvent): PlacementRequest {
  if (event.type === 'filed') return { version: 1, state: 'open', offers: [] };
  if (!request) throw new TypeError('a placement request begins with its filing');
  const next = { ...request, version: request.version + 1 };
  switch (event.type) {
    case 'offered':
      return { ...next, state: 'offered', offers: [...request.offers, event.offer] };
    case 'answered': {
      const offers = request.offers.map((offer) =>
        offer.id === event.offer ? { ...offer, state: event.state } : offer,
      );
      return { ...next, offers, state: request.state === 'withdrawn' ? 'withdrawn' : stateOf(offers) };
    }
    case 'withdrawn':
      return takenBack(next);
    case 'came-of-age':
      return { ...(event.withdrawn ? takenBack(next) : next), ofAge: true };
    case 'adult-heard':
      return { ...next, agrees: event.agrees };
  }
}

const takenBack = (request: PlacementRequest): PlacementRequest => ({
  ...request,
  state: 'withdrawn',
  offers: request.offers.map((offer) => (isLive(offer) ? { ...offer, state: 'withdrawn' } : offer)),
});

/** The offer that a shelter has not declined and nobody withdrew; one at most. */
export const liveOffer = ({ offers }: PlacementRequest): Offer | undefined => offers.find(isLive);

const isLive = ({ state }: Offer): boolean => state === 'asked' || state === 'held' || state === 'accepted';

function stateOf(offers: readonly Offer[]): RequestState {
  const live = offers.find(isLive);
  if (!live) return 'open';
  return live.state === 'accepted' ? 'placed' : 'offered';
}

const offerOf = (id: string, { place, reasons }: RankedPlace, ordered: boolean): Offer => ({
  id,
  place,
  state: 'asked',
  ordered,
  contradicts: reasons.flatMap(({ required, outcome, criterion }) =>
    required && outcome === 'unmet' ? [criterion] : [],
  ),
});

function answer(offer: Offer, from: readonly OfferState[], state: OfferState): RequestEvent {
  if (offer.state === 'withdrawn') return { type: 'answered', offer: offer.id, state: 'withdrawn' };
  if (!from.includes(offer.state)) throw answered();
  return { type: 'answered', offer: offer.id, state };
}

function requireFree(request: PlacementRequest, offer: string): void {
  if (request.ofAge) {
    throw ofAdult(
      'One of those for whom a place is looked for is of age: file another request for who is not',
    );
  }
  if (request.state === 'withdrawn') throw closed();
  if (request.offers.some(({ id }) => id === offer)) {
    throw new AppError('offer-exists', 'There is such an offer already.');
  }
  if (liveOffer(request)) {
    throw new AppError(
      'offer-pending',
      'A shelter has been asked: wait for its answer, or withdraw the offer.',
    );
  }
}

function requireFit({ fits, reasons }: RankedPlace): void {
  if (fits) return;
  const why = reasons.filter(({ required, outcome }) => required && outcome === 'unmet');
  throw new AppError(
    'place-does-not-fit',
    `Only a judge can order a place that does not fit. ${why.map(({ says, rule }) => (rule ? `${says} (${rule})` : says)).join(' ')}`,
  );
}

function offerNamed({ offers }: PlacementRequest, wanted: string): Offer {
  const offer = offers.find(({ id }) => id === wanted);
  if (!offer) throw new AppError('offer-not-found', 'The request has no such offer.');
  return offer;
}

const ofAdult = (who: string) =>
  new AppError(
    'placement-of-adult',
    `${who}. A place for minors is none for an adult. Help goes on with their agreement only (R17, CASF L222-5): POST /v1/orientation-requests asks for a place for adults.`,
  );
const answered = () => new AppError('offer-answered', 'The offer has been answered or withdrawn already.');
const closed = () => new AppError('placement-request-closed', 'The request was withdrawn: file another one.');
