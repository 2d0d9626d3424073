import { AppError } from '@liaison/kernel';

export const STAND_STATES = ['held', 'accepted', 'admitted'] as const;

/** What one offer takes of a place. */
export interface Stand {
  readonly offer: string;
  /** As many beds as people. */
  readonly beds: number;
  readonly state: (typeof STAND_STATES)[number];
  /** While it is only held: the instant from which nobody waits any more. */
  readonly until?: Date;
}

/** The beds of one place, as the shelter keeps them: it alone says who gets the last one. */
export interface Beds {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly capacity: number;
  readonly stands: readonly Stand[];
}

export type BedsCommand =
  | { readonly type: 'declare'; readonly capacity: number }
  | { readonly type: 'hold'; readonly offer: string; readonly beds: number; readonly until: Date }
  | { readonly type: 'accept'; readonly offer: string; readonly at: Date }
  | { readonly type: 'lapse'; readonly offer: string; readonly at: Date }
  | { readonly type: 'admit'; readonly offer: string }
  /** Declined by the shelter, or withdrawn by whoever asked. */
  | { readonly type: 'release'; readonly offer: string }
  /** Whoever was there has left. */
  | { readonly type: 'leave'; readonly offer: string };

export type BedsEvent =
  | { readonly type: 'declared'; readonly capacity: number }
  | { readonly type: 'held'; readonly stand: Stand }
  /** Another request was first. It is told, not thrown: whoever asked asks the next place. */
  | { readonly type: 'refused'; readonly offer: string }
  | { readonly type: 'accepted'; readonly offer: string }
  | { readonly type: 'admitted'; readonly offer: string }
  | { readonly type: 'released'; readonly offer: string };

/**
 * One event a command. A hold takes beds that are free now, or none: of two requests for the last place one gets it. Fewer
 * beds may be declared than are taken, which puts nobody out.
 * @throws AppError `place-not-found`, `capacity-impossible`, `offer-exists`, `offer-not-found`, `hold-lapsed`,
 * `hold-runs`, `offer-answered`, `offer-not-accepted`, `somebody-admitted`, `nobody-admitted`
 */
export function decideBeds(beds: Beds | undefined, command: BedsCommand): BedsEvent {
  if (command.type === 'declare') {
    if (!Number.isInteger(command.capacity) || command.capacity < 0) {
      throw new AppError('capacity-impossible', 'The capacity is a number of beds, 0 or more.');
    }
    return { type: 'declared', capacity: command.capacity };
  }
  if (!beds) throw new AppError('place-not-found', 'The shelter has declared no such place.');
  if (command.type === 'hold') {
    const { offer, beds: wanted, until } = command;
    if (beds.stands.some((stand) => stand.offer === offer)) {
      throw new AppError('offer-exists', 'Beds are held for that offer already.');
    }
    if (freeBeds(beds) < wanted) return { type: 'refused', offer };
    return { type: 'held', stand: { offer, beds: wanted, state: 'held', until } };
  }
  const { offer, state, until } = standOf(beds, command.offer);
  switch (command.type) {
    case 'accept':
      if (state !== 'held') throw new AppError('offer-answered', 'The offer has been accepted already.');
      if (until && command.at >= until) {
        throw new AppError(
          'hold-lapsed',
          'Whoever asked waits no more for this answer: they have to ask again.',
        );
      }
      return { type: 'accepted', offer };
    case 'lapse':
      if (state !== 'held' || (until && command.at < until)) {
        throw new AppError('hold-runs', 'The beds are not held in vain.');
      }
      return { type: 'released', offer };
    case 'admit':
      if (state !== 'accepted') {
        throw new AppError('offer-not-accepted', 'Somebody is admitted once, after the offer was accepted.');
      }
      return { type: 'admitted', offer };
    case 'release':
      // A withdrawal that comes too late puts nobody out.
      if (state === 'admitted') throw new AppError('somebody-admitted', 'They are there already.');
      return { type: 'released', offer };
    case 'leave':
      if (state !== 'admitted') throw new AppError('nobody-admitted', 'Nobody was admitted there.');
      return { type: 'released', offer };
  }
}

export function evolveBeds(beds: Beds | undefined, event: BedsEvent): Beds {
  if (event.type === 'declared') {
    return { version: (beds?.version ?? 0) + 1, capacity: event.capacity, stands: beds?.stands ?? [] };
  }
  if (!beds) throw new TypeError('a place begins with its declaration');
  const next = { ...beds, version: beds.version + 1 };
  switch (event.type) {
    case 'held':
      return { ...next, stands: [...beds.stands, event.stand] };
    case 'refused':
      return next;
    case 'accepted':
    case 'admitted': {
      const { type: state, offer: wanted } = event;
      const moved = ({ offer, beds: taken }: Stand): Stand => ({ offer, beds: taken, state });
      return {
        ...next,
        stands: beds.stands.map((stand) => (stand.offer === wanted ? moved(stand) : stand)),
      };
    }
    case 'released':
      return { ...next, stands: beds.stands.filter(({ offer }) => offer !== event.offer) };
  }
}

/** Beds that nobody is in and that nobody holds. */
export const freeBeds = ({ capacity, stands }: Beds): number =>
  Math.max(0, capacity - stands.reduce((sum, { beds }) => sum + beds, 0));

function standOf({ stands }: Beds, wanted: string): Stand {
  const stand = stands.find(({ offer }) => offer === wanted);
  if (!stand) throw new AppError('offer-not-found', 'No bed is held for that offer.');
  return stand;
}
