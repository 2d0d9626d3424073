import { AppError } from '@liaison/kernel';
import type { Criterion } from './criteria';
import { type Needs, type RankedPlace, rankPlaces } from './matching';
import type { Lodging, Place } from './place';

/** An order is obeyed at once; that it waits too long after a day is judgement. */
export const OBEY_WITHIN_MS = 24 * 3_600_000;

/** An order that has been there since then, or longer, waits too long. */
export const waitsTooLongSince = (at: Date): Date => new Date(at.getTime() - OBEY_WITHIN_MS);

/** What an order says of where and how a child is to live. Absent: child protection chooses, as without an order. */
export interface OrderedPlace {
  readonly departement?: string;
  readonly lodging?: Lodging;
}

/** `not-executed`: child protection has said that it cannot be. `lifted`: by a judge. */
export const JUDGE_ORDER_STATES = ['received', 'obeyed', 'not-executed', 'lifted', 'taken-back'] as const;
export type JudgeOrderState = (typeof JUDGE_ORDER_STATES)[number];

/** An order to place a child, at the child protection that obeys it. */
export interface JudgeOrder {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly state: JudgeOrderState;
  readonly says: OrderedPlace;
  /** The rules' criteria that it contradicts, by the needs of the child: obeyed all the same, and said (R25). */
  readonly contradicts: readonly Criterion[];
}

export type JudgeOrderCommand =
  | { readonly type: 'receive'; readonly says: OrderedPlace }
  /** `place`: absent where the child is to live in a place that no shelter declares. */
  | {
      readonly type: 'obey';
      readonly needs: Needs;
      readonly place?: { readonly is: Place; readonly ranked: RankedPlace };
    }
  | { readonly type: 'cannot-execute' }
  | { readonly type: 'lift' }
  | { readonly type: 'take-back' };

export type JudgeOrderEvent =
  | { readonly type: 'received'; readonly says: OrderedPlace }
  | { readonly type: 'obeyed'; readonly contradicts: readonly Criterion[] }
  | { readonly type: 'not-executed' }
  | { readonly type: 'lifted' }
  | { readonly type: 'taken-back' };

/**
 * One event a command. An order goes as far as it says: a place in the département that it names may be too near, one of the kind that
 * it names may be none for a minor; that it has a bed, or takes that age, no order brings about. It is obeyed again where the
 * shelter that was asked declines, or where what stood in the way does no longer. Nobody is moved by an order that is lifted.
 * @throws AppError `order-exists`, `order-not-found`, `order-taken-back`, `order-lifted`, `order-not-executed`, `place-not-ordered`, `place-does-not-fit`
 */
export function decideJudgeOrder(order: JudgeOrder | undefined, command: JudgeOrderCommand): JudgeOrderEvent {
  if (command.type === 'receive') {
    if (order) throw new AppError('order-exists', 'There is such an order already.');
    return { type: 'received', says: command.says };
  }
  if (!order) throw new AppError('order-not-found', 'There is no such order.');
  if (order.state === 'taken-back') {
    throw new AppError('order-taken-back', 'Whoever sent the order has taken it back.');
  }
  if (command.type === 'take-back') return { type: 'taken-back' };
  if (order.state === 'lifted')
    throw new AppError('order-lifted', 'The order was lifted: it no longer stands.');
  if (command.type === 'lift') return { type: 'lifted' };
  if (command.type === 'cannot-execute') {
    if (order.state === 'not-executed') {
      throw new AppError(
        'order-not-executed',
        'Whoever sent the order has been told that it cannot be executed.',
      );
    }
    return { type: 'not-executed' };
  }
  const { needs, place } = command;
  if (place) requireOrdered(order.says, place.is, place.ranked);
  return { type: 'obeyed', contradicts: place ? unmet(place.ranked) : contradictionsOf(order.says, needs) };
}

export function evolveJudgeOrder(order: JudgeOrder | undefined, event: JudgeOrderEvent): JudgeOrder {
  if (event.type === 'received') return { version: 1, state: 'received', says: event.says, contradicts: [] };
  if (!order) throw new TypeError('an order begins when it arrives');
  const version = order.version + 1;
  switch (event.type) {
    case 'obeyed':
      return { ...order, version, state: 'obeyed', contradicts: event.contradicts };
    case 'not-executed':
    case 'lifted':
    case 'taken-back':
      return { ...order, version, state: event.type };
  }
}

/** Criteria that the order itself contradicts, whichever place is found: R24 by its kind, R25 by its département. */
export function contradictionsOf(says: OrderedPlace, needs: Needs): readonly Criterion[] {
  const [ranked] = rankPlaces(needs, [
    {
      ...ANY_PLACE,
      ...(says.departement !== undefined && { departement: says.departement }),
      ...(says.lodging && { lodging: says.lodging }),
    },
  ]);
  const own = ordered(says);
  return ranked ? unmet(ranked).filter((criterion) => own.includes(criterion)) : [];
}

/** What an order decides in the place of the rules. */
const ordered = ({ departement, lodging }: OrderedPlace): readonly Criterion[] => [
  ...(lodging ? (['lodging'] as const) : []),
  ...(departement === undefined ? [] : (['departement', 'distance'] as const)),
];

const unmet = ({ reasons }: RankedPlace): readonly Criterion[] =>
  reasons.flatMap(({ required, outcome, criterion }) => (required && outcome === 'unmet' ? [criterion] : []));

function requireOrdered(says: OrderedPlace, place: Place, ranked: RankedPlace): void {
  const elsewhere = says.departement !== undefined && says.departement !== place.departement;
  const otherwise = says.lodging !== undefined && says.lodging !== place.lodging;
  if (elsewhere || otherwise) {
    throw new AppError(
      'place-not-ordered',
      'The order says another département or kind of place: choose one that it allows, or ask the judge to change it.',
    );
  }
  const own = ordered(says);
  const why = ranked.reasons.filter(
    ({ required, outcome, criterion }) => required && outcome === 'unmet' && !own.includes(criterion),
  );
  if (why.length === 0) return;
  throw new AppError(
    'place-does-not-fit',
    `The order does not say so: ${why.map(({ says: said, rule }) => (rule ? `${said} (${rule})` : said)).join(' ')}`,
  );
}

/** Of which only what the order says is looked at. */
const ANY_PLACE: Place = {
  id: 'ordered',
  lodging: 'registered-carer',
  departement: '',
  free: 1,
  ages: { from: 0, to: 20 },
  sexes: ['female', 'male'],
  languages: [],
  trainedStaff: false,
  secure: false,
  schooling: [],
};
