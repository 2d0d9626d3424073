import type { Convention, Statute } from './convention';
import type { RuleSet } from './evaluate';
import { ConventionIndex, type Pair } from './index-of-conventions';
import type { EventDescription, PartyRef } from './model';
import { partyClasses } from './party-classes';

/** Conventions and floors, as two versions of them are compared. */
export interface ComparedSet {
  readonly conventions: readonly Convention[];
  readonly statutory: readonly Statute[];
}

/** Two rule sets for one event type between two agencies, in one period. */
export interface Situation {
  readonly before: RuleSet;
  readonly after: RuleSet;
  readonly event: EventDescription;
  readonly from: PartyRef;
  readonly to: PartyRef;
  readonly at: number;
}

/** What a text opens is compared before it is signed, too: as if its parties had signed it by its first day. */
function asSigned(convention: Convention): Convention {
  return { ...convention, signedOn: convention.signedOn ?? convention.inForce.from };
}

/** Every two rule sets that two versions apply to the same request and that differ; each once. */
export function* situations(
  before: ComparedSet,
  after: ComparedSet,
  events: readonly EventDescription[],
): Generator<Situation> {
  const conventions = [...before.conventions, ...after.conventions];
  const [old, now] = [before, after].map(
    (set) => new ConventionIndex(set.conventions.map(asSigned), set.statutory, events),
  ) as [ConventionIndex, ConventionIndex];
  const classes = new Map<string, readonly PartyRef[]>();
  const agencies = (kind: string) => {
    const held = classes.get(kind) ?? partyClasses(conventions, kind);
    classes.set(kind, held);
    return held;
  };
  const setNumber = numbering();
  for (const event of events) {
    const seen = new Set<string>();
    for (const [from, to] of pairsOf(conventions, event.type, agencies)) {
      const pairs: [Pair, Pair] = [old.pair(event.type, from, to), now.pair(event.type, from, to)];
      for (const at of [...new Set(pairs.flatMap((pair) => pair.boundaries))].sort((a, b) => a - b)) {
        const sets = [
          old.ruleSet(pairs[0], at, 'release', undefined),
          now.ruleSet(pairs[1], at, 'release', undefined),
        ];
        const [left, right] = sets as [RuleSet, RuleSet];
        const [was, is] = [setNumber(left), setNumber(right)];
        const key = `${from.kind} ${to.kind} ${from.agency === to.agency} ${was} ${is}`;
        if (was === is || seen.has(key)) continue;
        seen.add(key);
        yield { before: left, after: right, event, from, to, at };
      }
    }
  }
}

function* pairsOf(
  conventions: readonly Convention[],
  event: string,
  agencies: (kind: string) => readonly PartyRef[],
): Generator<readonly [PartyRef, PartyRef]> {
  const kinds = new Set(
    conventions
      .flatMap(({ rules }) => rules)
      .filter((rule) => rule.events.includes(event))
      .map(({ from, to }) => `${from} ${to}`),
  );
  for (const pair of [...kinds].sort()) {
    const [from = '', to = ''] = pair.split(' ');
    for (const sender of agencies(from)) {
      if (from === to) yield [sender, sender];
      for (const recipient of agencies(to)) {
        yield [sender, sender.agency === recipient.agency ? another(recipient) : recipient];
      }
    }
  }
}

/** An agency that is the same party as another, and not the same agency. */
function another(agency: PartyRef): PartyRef {
  return { ...agency, agency: `other-${agency.agency}` };
}

/** Numbers rule sets, the same for the same conventions, rules and floors. */
function numbering(): (set: RuleSet) => string {
  const numbers = new Map<object, number>();
  const numberOf = (each: object) => {
    const held = numbers.get(each) ?? numbers.size;
    numbers.set(each, held);
    return held;
  };
  return ({ conventions, forbids }) =>
    [...conventions.flatMap(({ rules }) => rules), ...forbids.map(({ forbid }) => forbid)]
      .map(numberOf)
      .join();
}
