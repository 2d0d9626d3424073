import { evaluate, type RuleSet } from './evaluate';
import { ConventionIndex } from './index-of-conventions';
import type { ComparedSet } from './situations';
import type { EventDescription, EventField, FieldDecision, PartyRef } from './model';
import { partyClasses } from './party-classes';
import { classesOf, type RequestClass } from './request-classes';
import { openness, sameTreatment } from './treatments';
import type { FactKey } from './vocabulary';

/** What one kind of agency learns of one field, from another kind, and when. */
export interface MatrixRow {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly field: string;
  readonly category: string;
  readonly treatment: string;
  /** Only for some agencies of the kinds: one that stands for them. Absent: whichever. */
  readonly between?: readonly [from: PartyRef, to: PartyRef];
  /** All of these have to hold: relations of the recipient to the case, and values of facts. */
  readonly relation: readonly string[];
  readonly facts: readonly (readonly [fact: FactKey, value: string | boolean])[];
  readonly purposes: readonly string[];
  /** Roles at the recipient that read it. */
  readonly readers: readonly string[];
  readonly rules: readonly string[];
  readonly articles: readonly string[];
}

/**
 * Who learns what from whom at an instant, as the engine decides it. A field has a row for each treatment that is not the
 * most protective, with the least that has to be established for it; a field that is always withheld has one row. More
 * that is established shows no less, for unknown protects. In the order of kinds, events and fields.
 */
export function matrixOf(
  set: ComparedSet,
  events: readonly EventDescription[],
  at: Date,
): readonly MatrixRow[] {
  const index = new ConventionIndex(set.conventions, set.statutory, events);
  const rules = set.conventions.flatMap((each) => each.rules);
  const kinds = [...new Set(rules.map(({ from, to }) => `${from} ${to}`))].sort();
  return kinds.flatMap((pair) => {
    const [from = '', to = ''] = pair.split(' ');
    return events.flatMap((event) => {
      const seen = new Map<string, { sides: readonly [PartyRef, PartyRef]; ruleSet: RuleSet }>();
      for (const sides of sidesOf(set, from, to)) {
        const ruleSet = index.ruleSet(index.pair(event.type, ...sides), at.getTime(), 'release', undefined);
        if (ruleSet.conventions.length === 0) continue;
        const key = ruleSet.conventions.map(({ convention }) => convention.id).join();
        if (!seen.has(key)) seen.set(key, { sides, ruleSet });
      }
      return [...seen.values()].flatMap(({ sides, ruleSet }) =>
        event.fields.flatMap((field) => rowsOf(ruleSet, field, sides, seen.size > 1)),
      );
    });
  });
}

function* sidesOf(set: ComparedSet, from: string, to: string): Generator<readonly [PartyRef, PartyRef]> {
  const senders = partyClasses(set.conventions, from);
  for (const sender of senders) {
    if (from === to) yield [sender, sender];
    for (const recipient of partyClasses(set.conventions, to)) {
      if (recipient.agency !== sender.agency) yield [sender, recipient];
    }
  }
}

function rowsOf(
  ruleSet: RuleSet,
  field: EventField,
  [from, to]: readonly [PartyRef, PartyRef],
  ofSome: boolean,
): MatrixRow[] {
  const one = { ...ruleSet, event: { type: ruleSet.event.type, fields: [field] } };
  const decided = classesOf([ruleSet], field, { from, to }).flatMap((each) => {
    const answer = evaluate(one, each.query);
    const decision = answer.fields[field.path];
    return answer.allowed && decision ? [{ ...each, decision }] : [];
  });
  const leaving = decided
    .filter(({ query }) => query.operation === 'release')
    .sort((a, b) => openness(b.decision) - openness(a.decision) || a.named - b.named);
  const open = leaving.filter(({ decision }) => decision.treatment !== 'withhold');
  const minimal = (open.length > 0 ? open : leaving.slice(-1)).filter(
    (each, index, all) => !all.some((other, place) => place !== index && isWithin(other, each)),
  );
  const purposes = [
    ...new Set(ruleSet.conventions.flatMap(({ rules }) => rules.flatMap((rule) => rule.purposes))),
  ];
  return minimal.map((each) => {
    const { query, decision } = each;
    return {
      from: from.kind,
      to: to.kind,
      event: ruleSet.event.type,
      field: field.path,
      category: field.category,
      treatment: wordsOf(decision),
      ...(ofSome ? { between: [from, to] as const } : {}),
      relation: [...query.relations].sort(),
      facts: [...query.facts].sort(([a], [b]) => (a < b ? -1 : 1)),
      purposes: purposes.filter((purpose) => {
        const other = evaluate(one, { ...query, purpose }).fields[field.path];
        return other && sameTreatment(other, decision);
      }),
      readers: readersOf(one, each),
      rules: decision.rules,
      articles: decision.articles,
    };
  });
}

type Decided = RequestClass & { readonly decision: FieldDecision };

/** Whether `a` shows the same and needs nothing that `b` does not need (or the same, and comes first by its text). */
function isWithin(a: Decided, b: Decided): boolean {
  return (
    sameTreatment(a.decision, b.decision) &&
    [...a.query.relations].every((each) => b.query.relations.has(each)) &&
    [...a.query.facts].every(([fact, value]) => b.query.facts.get(fact) === value) &&
    (a.named < b.named || a.query.purpose < b.query.purpose)
  );
}

/** Roles at the recipient that read what was released so. */
function readersOf(one: RuleSet, { query, decision }: Decided): readonly string[] {
  const [field] = one.event.fields;
  if (!field || openness(decision) === 0) return [];
  const roles = one.conventions.flatMap(({ rules }) => rules.flatMap(({ readers }) => readers));
  return [...new Set(roles)].sort().filter((role) => {
    const answer = evaluate(one, { ...query, operation: 'read', role });
    return answer.allowed && openness(answer.fields[field.path] ?? { treatment: 'withhold' }) > 0;
  });
}

function wordsOf({ treatment, to }: FieldDecision): string {
  return to === undefined ? treatment : `${treatment} ${to}`;
}
