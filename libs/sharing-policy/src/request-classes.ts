import type { Condition, Forbid, Rule, Statute, TreatmentEntry } from './convention';
import { entryFor, type Query, type RuleSet } from './evaluate';
import { voucherOf } from './facts';
import type { EventField, Operation, PartyRef } from './model';
import { factTypeOf, SAME_AGENCY, UNKNOWN, VITAL_INTEREST, type FactKey } from './vocabulary';

/**
 * Equivalence classes of requests. What a rule set answers about one field depends on a request only through what its
 * rules and statutes make of it: whether each applies surely, perhaps, or not, and whether it hides the field from the
 * role that reads. Requests that are alike in all of that are one class, and asking for one of them asks for all.
 */
export interface RequestClass {
  readonly query: Query;
  /** How many facts and relations the query names: of a class, the query that names fewest stands for it. */
  readonly named: number;
}

/** The two agencies. */
export interface Sides {
  readonly from: PartyRef;
  readonly to: PartyRef;
}

type State = 'yes' | 'maybe' | 'no';

/** A rule, or a statute's prohibition, as far as it concerns one field (or, without one, the event as a whole). */
interface Item {
  readonly when: Condition;
  readonly entry: TreatmentEntry | undefined;
  readonly admits: (purpose: string, operation: Operation, role: string | undefined) => boolean;
  readonly related: (relations: ReadonlySet<string>) => boolean;
}

/** The classes that one or several rule sets make together. */
export function classesOf(
  sets: readonly RuleSet[],
  field: EventField | undefined,
  sides: Sides,
): readonly RequestClass[] {
  const rules = sets.flatMap((set) => set.conventions.flatMap((each) => each.rules));
  const forbids = sets
    .flatMap((set) => set.forbids)
    .filter(({ forbid }) => forbid.withholds === 'event' || concerns(forbid, field));
  const items = [...rules.map((rule) => ruleItem(rule, field)), ...forbids.map(forbidItem)];
  const sameAgency = sides.from.agency === sides.to.agency;
  const purposes = distinct(rules.flatMap((rule) => rule.purposes));
  const relations = relationsOf(rules, forbids, items, sameAgency);
  const classes = new Map<string, RequestClass>();
  for (const { operation, role } of askers(rules)) {
    const assignments = factsOf(items, operation === 'read' && !sameAgency, sides);
    for (const purpose of purposes) {
      const admitted = items.map((item) => item.admits(purpose, operation, role));
      const shown = items.map(({ entry }) => !isReaderKept(entry, operation, role));
      for (const related of relations) {
        for (const { states, facts } of assignments) {
          const key = states
            .map((state, index) =>
              admitted[index] && related.holds[index] ? `${state}${shown[index] ? '' : '!'}` : 'no',
            )
            .join();
          const named = facts.size + related.names.length;
          const held = classes.get(`${operation} ${key}`);
          if (held && held.named <= named) continue;
          classes.set(`${operation} ${key}`, {
            named,
            query: {
              purpose,
              operation,
              role,
              facts,
              relations: new Set([...related.names, ...(sameAgency ? [SAME_AGENCY] : [])]),
            },
          });
        }
      }
    }
  }
  return [...classes.values()];
}

/** Facts that rules and statutes ask for, with the values that they tell apart. */
function factsAsked(items: readonly Item[]): readonly FactKey[] {
  return distinct(items.flatMap(({ when }) => [...when.keys()])).sort();
}

export function concerns({ withholds }: Forbid, field: EventField | undefined): boolean {
  return (
    withholds !== 'event' &&
    field !== undefined &&
    (withholds.has(field.category) || withholds.has(field.path))
  );
}

function ruleItem(rule: Rule, field: EventField | undefined): Item {
  return {
    when: rule.when,
    entry: field && entryFor(rule, field.path, field.category),
    admits: (purpose, operation, role) =>
      rule.purposes.includes(purpose) &&
      (operation !== 'read' || (role !== undefined && rule.readers.includes(role))),
    related: (relations) => rule.relation.length === 0 || rule.relation.some((each) => relations.has(each)),
  };
}

/** Vital interest lifts a statute that says so, and only where it is established: as if the statute asked for it. */
function forbidItem({ forbid, statute }: { readonly forbid: Forbid; readonly statute: Statute }): Item {
  const { when, operations, purposes, unlessRelation } = forbid;
  return {
    when: statute.liftedByVitalInterest ? new Map([...when, [VITAL_INTEREST, NOT_ESTABLISHED]]) : when,
    entry: undefined,
    admits: (purpose, operation) =>
      (operations?.includes(operation) ?? true) && (purposes?.includes(purpose) ?? true),
    related: (relations) => !unlessRelation.some((each) => relations.has(each)),
  };
}

const NOT_ESTABLISHED: ReadonlySet<string | boolean> = new Set([false, UNKNOWN]);

/** Who asks: the sender when it releases, and every role when it reads; a role that no rule names reads nothing. */
function askers(
  rules: readonly Rule[],
): { readonly operation: Operation; readonly role: string | undefined }[] {
  const roles = distinct(rules.flatMap(({ readers }) => readers));
  return [
    { operation: 'release', role: undefined },
    ...roles.map((role) => ({ operation: 'read' as const, role })),
  ];
}

function isReaderKept(
  entry: TreatmentEntry | undefined,
  operation: Operation,
  role: string | undefined,
): boolean {
  return operation === 'read' && entry?.readers !== undefined && !entry.readers.includes(role ?? '');
}

/** The sets of relations that the items tell apart, the smallest for each. */
function relationsOf(
  rules: readonly Rule[],
  forbids: readonly { readonly forbid: Forbid }[],
  items: readonly Item[],
  sameAgency: boolean,
) {
  const asked = distinct([
    ...rules.flatMap(({ relation }) => relation),
    ...forbids.flatMap(({ forbid }) => forbid.unlessRelation),
  ]).filter((each) => each !== SAME_AGENCY);
  const found = new Map<string, { readonly names: readonly string[]; readonly holds: readonly boolean[] }>();
  const subsets = asked
    .reduce<string[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]])
    .sort((a, b) => a.length - b.length);
  for (const names of subsets) {
    const present = new Set([...names, ...(sameAgency ? [SAME_AGENCY] : [])]);
    const holds = items.map((item) => item.related(present));
    const key = holds.join();
    if (!found.has(key)) found.set(key, { names, holds });
  }
  return [...found.values()];
}

interface Assignment {
  readonly states: readonly State[];
  readonly facts: ReadonlyMap<FactKey, string | boolean>;
}

/**
 * The values of facts that the items tell apart, the fewest facts for each. Who reads what another agency sent is not
 * told some facts: for it they have a value, whichever shows most, and are not unknown.
 */
function factsOf(
  items: readonly Item[],
  hiddenAreKnown: boolean,
  { from, to }: Sides,
): readonly Assignment[] {
  let found: readonly Assignment[] = [{ states: items.map(() => 'yes'), facts: new Map() }];
  for (const fact of factsAsked(items)) {
    const { values, knownTo } = factTypeOf(fact);
    const hidden = hiddenAreKnown && knownTo === 'sender';
    // What nobody can vouch for stays unknown.
    const known = hidden || voucherOf(fact, from, to) !== undefined ? values : [];
    const tried = hidden ? known : [undefined, ...known];
    const next = new Map<string, Assignment>();
    for (const assignment of found) {
      for (const value of tried) {
        const states = assignment.states.map((state, index) =>
          weaker(state, stateOf(items[index]?.when.get(fact), fact, value)),
        );
        const facts =
          value === undefined ? assignment.facts : new Map([...assignment.facts, [fact, value] as const]);
        const key = states.join();
        const held = next.get(key);
        if (!held || facts.size < held.facts.size) next.set(key, { states, facts });
      }
    }
    found = [...next.values()];
  }
  return found;
}

function stateOf(
  wanted: ReadonlySet<string | boolean> | undefined,
  fact: FactKey,
  value: string | boolean | undefined,
): State {
  if (!wanted) return 'yes';
  if (value !== undefined) return wanted.has(value) ? 'yes' : 'no';
  return wanted.has(UNKNOWN) || factTypeOf(fact).values.every((each) => wanted.has(each)) ? 'yes' : 'maybe';
}

function weaker(a: State, b: State): State {
  return a === 'no' || b === 'no' ? 'no' : a === 'maybe' || b === 'maybe' ? 'maybe' : 'yes';
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
