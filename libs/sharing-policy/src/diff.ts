import { evaluate, type Answer } from './evaluate';
import type { EventDescription, EventField, PartyRef } from './model';
import { seconds } from './obligations';
import type { PlainRequest } from './plain-request';
import { classesOf, type RequestClass } from './request-classes';
import { concerning } from './rule-texts';
import { situations, type ComparedSet, type Situation } from './situations';
import { isOpen, mostProtective, sameTreatment, type Treated } from './treatments';
import { EFFECTS, partsOfSetTest, RECIPIENTS_DEPARTEMENT } from './vocabulary';

/** One thing that a set of conventions shows or asks otherwise than another does, for some class of requests. */
export interface Change {
  /** What is neither more nor less (a year instead of an age band) tells something new, so it is a widening. */
  readonly direction: 'widening' | 'narrowing';
  readonly event: string;
  readonly from: string;
  readonly to: string;
  readonly operation: string;
  /** Paths of fields; `(event)` for whether it leaves at all; `(<obligation>)` for a duty. */
  readonly what: readonly string[];
  readonly before: string;
  readonly after: string;
  /** Rules that decide before and after. */
  readonly rulesBefore: readonly string[];
  readonly rulesAfter: readonly string[];
  /** How many classes of requests are decided so. */
  readonly classes: number;
  /** The smallest request that shows it: of it, what is not named is unknown. */
  readonly example: PlainRequest;
}

/**
 * Everything that two sets decide differently, over the whole domain of requests: event types, kinds and names of
 * agencies, dates, purposes, operations, roles, relations and facts. It is enumerated by classes of requests that no
 * rule of either set tells apart, not sampled. What is not signed yet is taken to be signed. `receipt` and `query` follow from `release` and `read`.
 * Sorted, widenings first.
 */
export function diffOf(
  before: ComparedSet,
  after: ComparedSet,
  events: readonly EventDescription[],
): readonly Change[] {
  const found = new Map<string, Change & { readonly named: number }>();
  for (const situation of situations(before, after, events)) {
    for (const each of changesIn(situation)) {
      const { direction, event, from, to, operation } = each;
      const key = [
        direction,
        event,
        from,
        to,
        operation,
        each.before,
        each.after,
        each.rulesBefore.join(),
        each.rulesAfter.join(),
        // A duty is a change of its own.
        each.what[0]?.startsWith('(') ? each.what[0] : '',
      ].join('|');
      const held = found.get(key);
      found.set(key, held ? joined(held, each) : each);
    }
  }
  return [...found.values()]
    .map(({ named: _named, ...change }) => change)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function joined<T extends Change & { readonly named: number }>(a: T, b: T): T {
  const smaller = b.named < a.named ? b : a;
  const what = [...new Set([...a.what, ...b.what])];
  return { ...smaller, what, classes: a.classes + b.classes };
}

function sortKey({ direction, event, from, to, operation, what }: Change): string {
  return [direction === 'widening' ? 0 : 1, from, to, event, operation, what[0]].join('|');
}

type Found = Change & { readonly named: number };

function* changesIn(situation: Situation): Generator<Found> {
  const { before, after, event } = situation;
  if (concerning(before, undefined) !== concerning(after, undefined)) yield* changesOfEvent(situation);
  for (const field of event.fields) {
    // What is written alike decides alike.
    if (concerning(before, field) === concerning(after, field)) continue;
    yield* changesOfField(situation, field);
  }
}

function* changesOfField(situation: Situation, field: EventField): Generator<Found> {
  for (const each of asked(situation, field)) {
    const [left, right] = each.answers.map((answer) => answer.fields[field.path]);
    if (!left || !right) continue;
    if (sameTreatment(left, right)) {
      if (isOpen(left)) yield* changesOfReach(situation, field, each);
      continue;
    }
    yield {
      ...each.described,
      direction: isNarrower(right, left) ? 'narrowing' : 'widening',
      what: [field.path],
      before: wordsOf(left),
      after: wordsOf(right),
      rulesBefore: left.rules,
      rulesAfter: right.rules,
    };
  }
}

/** What follows for one open field when a ground ends, where for the event as a whole nothing else follows than before. */
function* changesOfReach(
  { before, after, event }: Situation,
  { path }: EventField,
  { answers, described, query }: Asked,
): Generator<Found> {
  const [left, right] = answers;
  if (described.operation !== 'release') return;
  const whole = [before, after].map(
    (set) => evaluate({ ...set, event: { type: event.type, fields: [] } }, query).endings,
  ) as [Answer['endings'], Answer['endings']];
  for (const { ground, effect, rules } of right.endings) {
    const was = left.endings.find((ending) => ending.ground === ground);
    const [old, now] = whole.map((endings) => endings.find((ending) => ending.ground === ground)?.effect);
    if (!was || was.effect === effect || old !== now) continue;
    yield {
      ...described,
      direction: EFFECTS.indexOf(effect) > EFFECTS.indexOf(was.effect) ? 'narrowing' : 'widening',
      what: [path],
      before: `${was.effect} when ${ground} ends`,
      after: `${effect} when ${ground} ends`,
      rulesBefore: was.rules,
      rulesAfter: rules,
    };
  }
}

/** Whether the event leaves at all, and under which duties. */
function* changesOfEvent(situation: Situation): Generator<Found> {
  for (const { answers, described } of asked(situation, undefined)) {
    const [left, right] = answers;
    if (left.allowed !== right.allowed) {
      yield {
        ...described,
        direction: right.allowed ? 'widening' : 'narrowing',
        what: ['(event)'],
        before: left.denial?.code ?? 'allowed',
        after: right.denial?.code ?? 'allowed',
        rulesBefore: left.denial?.rules ?? [],
        rulesAfter: right.denial?.rules ?? [],
      };
    }
    if (!left.allowed || !right.allowed || described.operation !== 'release') continue;
    const kinds = [left, right].flatMap(({ obligations }) => obligations.map(({ kind }) => kind));
    for (const kind of new Set(kinds)) {
      // Who may read shows in the reading itself.
      if (kind === 'only-roles') continue;
      const [was, is] = answers.map(({ obligations }) => obligations.find((duty) => duty.kind === kind));
      if (was?.value === is?.value) continue;
      yield {
        ...described,
        direction: is && (!was || seconds(is.value) <= seconds(was.value)) ? 'narrowing' : 'widening',
        what: [`(${kind})`],
        before: was?.value ?? 'none',
        after: is?.value ?? 'none',
        rulesBefore: was ? [was.rule] : [],
        rulesAfter: is ? [is.rule] : [],
      };
    }
    for (const { ground, effect, rules } of right.endings) {
      const was = left.endings.find((ending) => ending.ground === ground);
      if (!was || was.effect === effect) continue;
      yield {
        ...described,
        direction: EFFECTS.indexOf(effect) > EFFECTS.indexOf(was.effect) ? 'narrowing' : 'widening',
        what: [`(when ${ground} ends)`],
        before: was.effect,
        after: effect,
        rulesBefore: was.rules,
        rulesAfter: rules,
      };
    }
  }
}

interface Asked {
  readonly query: RequestClass['query'];
  readonly answers: readonly [Answer, Answer];
  readonly described: Pick<Found, 'event' | 'from' | 'to' | 'operation' | 'classes' | 'example' | 'named'>;
}

/** Every class of requests, with what both sets answer about one field. */
function asked(situation: Situation, field: EventField | undefined): readonly Asked[] {
  const { before, after, event, from, to } = situation;
  const one = { type: event.type, fields: field ? [field] : [] };
  return classesOf([before, after], field, { from, to }).map((each) => ({
    query: each.query,
    answers: [
      evaluate({ ...before, event: one }, each.query),
      evaluate({ ...after, event: one }, each.query),
    ],
    described: {
      event: event.type,
      from: from.kind,
      to: to.kind,
      operation: each.query.operation,
      classes: 1,
      example: exampleOf(situation, each),
      named: each.named,
    },
  }));
}

function exampleOf({ event, from, to, at }: Situation, { query }: RequestClass): PlainRequest {
  const { purpose, operation, role, relations, facts } = query;
  return {
    at: new Date(at).toISOString(),
    purpose,
    operation,
    from,
    to,
    relation: [...relations].sort(),
    ...(role === undefined ? {} : { role }),
    event: event.type,
    facts: plainFacts(facts, to),
  };
}

/** A test on a set that holds is met by a set of one of its values, one that does not by the empty set. */
function plainFacts(facts: RequestClass['query']['facts'], to: PartyRef): NonNullable<PlainRequest['facts']> {
  const plain: Record<string, string | boolean | readonly string[]> = {};
  const sets = new Map<string, string[]>();
  for (const [key, value] of [...facts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const test = partsOfSetTest(key);
    if (!test) plain[key] = value;
    else {
      const [first = ''] = test.values;
      const member = first === RECIPIENTS_DEPARTEMENT ? (to.departement ?? first) : first;
      const held = sets.get(test.fact) ?? [];
      plain[test.fact] = held;
      sets.set(test.fact, held);
      if (value === true) held.push(member);
    }
  }
  return plain;
}

function isNarrower(a: Treated, b: Treated): boolean {
  return sameTreatment(mostProtective(a, b), a);
}

function wordsOf({ treatment, to }: Treated): string {
  return to === undefined ? treatment : `${treatment} ${to}`;
}
