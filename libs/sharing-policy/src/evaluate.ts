import type { Condition, Convention, Forbid, Rule, Statute, TreatmentEntry } from './convention';
import {
  isReading,
  type ConventionRef,
  type Decision,
  type EventDescription,
  type FieldDecision,
  type Obligation,
  type Operation,
} from './model';
import { strictestObligations } from './obligations';
import { isOpen, mostProtective, openness, sameTreatment, type Treated } from './treatments';
import { endingsOf } from './endings';
import { UNKNOWN, factTypeOf, VITAL_INTEREST, type DenialCode, type FactKey } from './vocabulary';

/** What stands to be decided, once dates and parties have chosen it: the same for every request it is asked for. */
export interface RuleSet {
  readonly event: EventDescription;
  /** Effective conventions that name the event between the two, by id, each with the rules that do. */
  readonly conventions: readonly { readonly convention: Convention; readonly rules: readonly Rule[] }[];
  readonly forbids: readonly { readonly forbid: Forbid; readonly statute: Statute }[];
  /** Why `conventions` is empty, where it is. */
  readonly absence: { readonly code: DenialCode; readonly convention?: ConventionRef };
}

export interface Query {
  readonly purpose: string;
  readonly operation: Operation;
  readonly role: string | undefined;
  readonly relations: ReadonlySet<string>;
  /** Established values only: what is not here is unknown. */
  readonly facts: ReadonlyMap<FactKey, string | boolean>;
}

export type Answer = Omit<Decision, 'at' | 'validUntil' | 'digest'>;

type Match = 'yes' | 'maybe' | 'no';
interface Contribution extends Treated {
  readonly rule: string;
  /** Instead of `rule`, where this is itself an answer. */
  readonly because?: readonly string[];
  readonly articles: readonly string[];
  readonly certain: boolean;
}

const DEFAULT_DENY: Contribution = {
  treatment: 'withhold',
  rule: 'R01',
  articles: ['RGPD 5(1)(c)', 'RGPD 25(2)'],
  certain: true,
};

/** Rules and articles of `rules.md` behind a denial that no rule of a convention explains. */
const GROUNDS: Partial<
  Record<DenialCode, { readonly rules: readonly string[]; readonly articles: readonly string[] }>
> = {
  'no-convention': { rules: ['R01'], articles: DEFAULT_DENY.articles },
  'convention-unknown': { rules: ['R01'], articles: DEFAULT_DENY.articles },
  'convention-not-in-force': { rules: ['R03'], articles: [] },
  'convention-ended': { rules: ['R03'], articles: [] },
  'convention-unsigned': { rules: ['R03'], articles: [] },
  'purpose-not-allowed': { rules: ['R04'], articles: ['RGPD 5(1)(b)', 'RGPD 6(4)'] },
};

/** Decides one query. Statutes first: what the law forbids, no convention allows. */
export function evaluate(set: RuleSet, query: Query): Answer {
  const applying = set.conventions
    .map(({ convention, rules }) => ({ convention, ...applyingRules(rules, query) }))
    .filter(({ sure, possible }) => sure.length + possible.length > 0);
  const forbidden = set.forbids.filter(
    ({ forbid, statute }) =>
      forbids(forbid, query) && !isLifted(statute, query) && !isSetAside(statute, applying),
  );
  const whole = forbidden.filter(({ forbid }) => forbid.withholds === 'event').map(({ statute }) => statute);
  const conventions = set.conventions.map(({ convention }) => refOf(convention));
  if (whole.length > 0) {
    return denied(set, conventions, 'forbidden-by-statute', {
      rules: sorted(whole.map(({ id }) => id)),
      articles: sorted(whole.flatMap(({ articles }) => articles)),
    });
  }
  if (set.conventions.length === 0) {
    const { code, convention } = set.absence;
    return denied(set, convention ? [convention] : [], code);
  }
  if (!applying.some(({ sure }) => sure.length > 0)) return denied(set, conventions, ...reason(set, query));

  const fields: Record<string, FieldDecision> = {};
  for (const { path, category } of set.event.fields) {
    const contributions = applying.flatMap(({ sure, possible }) => {
      const certain = contributionsOf(sure, path, category, query, true);
      const maybe = contributionsOf(possible, path, category, query, false);
      return certain.length > 0 ? [...certain, ...maybe] : [DEFAULT_DENY, ...maybe];
    });
    for (const { forbid, statute } of forbidden) {
      if (forbid.withholds === 'event') continue;
      if (!forbid.withholds.has(category) && !forbid.withholds.has(path)) continue;
      contributions.push({
        treatment: 'withhold',
        rule: statute.id,
        articles: statute.articles,
        certain: true,
      });
    }
    fields[path] = combined(contributions);
  }
  const sure = applying.flatMap((each) => each.sure);
  const open = new Map(
    set.event.fields
      .filter(({ path }) => isOpen(fields[path]))
      .map(({ path, category }) => [path, sure.filter((rule) => entryFor(rule, path, category))]),
  );
  const used = applying.flatMap(({ sure, possible }) => [...sure, ...possible]);
  return {
    allowed: true,
    ...refs(applying.map(({ convention }) => refOf(convention))),
    legalBases: [...new Set(applying.flatMap(({ convention }) => convention.legalBases))],
    fields,
    obligations: strictestObligations(used),
    endings: endingsOf(sure, open),
  };
}

/** The most protective of several answers to one question, field by field; denied where one of them is. */
export function narrowest<One extends Answer>(answers: readonly [One, ...One[]]): One {
  const [first, ...others] = answers;
  const denial = answers.find(({ allowed }) => !allowed);
  if (denial) return denial;
  const fields = Object.fromEntries(
    Object.entries(first.fields).map(([path, field]) => {
      const all = [field, ...others.flatMap((answer) => answer.fields[path] ?? [])];
      return [path, combined(all.map((each) => ({ ...each, certain: true, rule: '', because: each.rules })))];
    }),
  );
  return { ...first, fields };
}

/** The facts that can change the answer: what only other purposes, roles, relations or operations ask for cannot. */
export function factsThatMatter(set: RuleSet, query: Omit<Query, 'facts'>): ReadonlySet<FactKey> {
  const rules = set.conventions.flatMap((each) => each.rules).filter((rule) => !admits(rule, query));
  const forbids = set.forbids.flatMap(({ forbid }) => (concerns(forbid, query) ? [forbid] : []));
  return new Set([...rules, ...forbids].flatMap(({ when }) => [...when.keys()]));
}

function forbids(forbid: Forbid, query: Query): boolean {
  return concerns(forbid, query) && matches(forbid.when, query.facts) !== 'no';
}

/** Whatever the facts are. */
function concerns(forbid: Forbid, query: Omit<Query, 'facts'>): boolean {
  return (
    (forbid.operations?.includes(query.operation === 'query' ? 'read' : query.operation) ?? true) &&
    (forbid.purposes?.includes(query.purpose) ?? true) &&
    !forbid.unlessRelation.some((relation) => query.relations.has(relation))
  );
}

function isLifted(statute: Statute, query: Query): boolean {
  return statute.liftedByVitalInterest && query.facts.get(VITAL_INTEREST) === true;
}

/** A default gives way only where each convention that takes part says so, in a rule that surely applies. */
function isSetAside({ id, mark }: Statute, applying: readonly { readonly sure: readonly Rule[] }[]): boolean {
  return (
    mark === 'default' &&
    applying.length > 0 &&
    applying.every(({ sure }) => sure.some(({ despite }) => despite.includes(id)))
  );
}

/** How much an answer shows in all; -1 where it shows nothing because the event is denied. */
export function opennessOf(answer: Answer): number {
  if (!answer.allowed) return -1;
  return Object.values(answer.fields).reduce((sum, field) => sum + openness(field), 0);
}

/**
 * Whether a condition holds. Where a fact it names is unknown it may hold (`maybe`): then a rule's protection counts
 * and its release does not. A rule that names `unknown` itself, or every value, means it.
 */
function matches(condition: Condition, facts: Query['facts']): Match {
  let match: Match = 'yes';
  for (const [fact, values] of condition) {
    const value = facts.get(fact);
    if (value === undefined) {
      const all = factTypeOf(fact).values.every((each) => values.has(each));
      if (!values.has(UNKNOWN) && !all) match = 'maybe';
    } else if (!values.has(value)) return 'no';
  }
  return match;
}

function admits(rule: Rule, query: Omit<Query, 'facts'>): DenialCode | undefined {
  if (!rule.purposes.includes(query.purpose)) return 'purpose-not-allowed';
  if (rule.relation.length > 0 && !rule.relation.some((relation) => query.relations.has(relation))) {
    return 'relation-missing';
  }
  if (isReading(query) && !(query.role !== undefined && rule.readers.includes(query.role))) {
    return 'role-not-allowed';
  }
  return undefined;
}

function applyingRules(rules: readonly Rule[], query: Query) {
  const admitted = rules.filter((rule) => admits(rule, query) === undefined);
  const having = (match: Match) => admitted.filter((rule) => matches(rule.when, query.facts) === match);
  return { sure: having('yes'), possible: having('maybe') };
}

/** Of all rules, the one that came furthest says why nothing applies. */
function reason(set: RuleSet, query: Query): [DenialCode, Ground?] {
  const order: readonly DenialCode[] = [
    'condition-not-met',
    'role-not-allowed',
    'relation-missing',
    'purpose-not-allowed',
  ];
  const rules = set.conventions.flatMap((each) => each.rules);
  const failures = rules.map((rule) => ({ rule, code: admits(rule, query) ?? 'condition-not-met' }));
  const code = order.find((each) => failures.some((failure) => failure.code === each)) ?? 'no-convention';
  if (GROUNDS[code]) return [code];
  const failed = failures.filter((failure) => failure.code === code).map(({ rule }) => rule);
  return [
    code,
    {
      rules: sorted(failed.map(({ id }) => id)),
      articles: sorted(failed.flatMap(({ articles }) => articles)),
    },
  ];
}

type Ground = { readonly rules: readonly string[]; readonly articles: readonly string[] };

function denied(
  set: RuleSet,
  conventions: readonly ConventionRef[],
  code: DenialCode,
  ground?: Ground,
): Answer {
  const { rules, articles } = ground ?? GROUNDS[code] ?? { rules: [], articles: [] };
  const fields = Object.fromEntries(
    set.event.fields.map(({ path }) => [path, { treatment: 'withhold', rules, articles } as const]),
  );
  return {
    allowed: false,
    denial: { code, rules, articles },
    ...refs(conventions),
    legalBases: [],
    fields,
    obligations: [] as readonly Obligation[],
    endings: [],
  };
}

function contributionsOf(
  rules: readonly Rule[],
  path: string,
  category: string,
  query: Query,
  certain: boolean,
): Contribution[] {
  return rules.flatMap((rule) => {
    const entry = entryFor(rule, path, category);
    if (!entry) return [];
    const hidden = isReading(query) && entry.readers && !entry.readers.includes(query.role ?? '');
    const treated: Treated = hidden
      ? { treatment: 'withhold' }
      : { treatment: entry.treatment, ...(entry.to ? { to: entry.to } : {}) };
    return [{ ...treated, rule: rule.id, articles: entry.articles ?? rule.articles, certain }];
  });
}

/** The entry of the field beats that of a section around it, the inner before the outer, and these that of the category. */
export function entryFor(
  { fields, categories }: Rule,
  path: string,
  category: string,
): TreatmentEntry | undefined {
  if (fields.size === 0) return categories.get(category);
  for (let name = path; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
    const entry = fields.get(name);
    if (entry) return entry;
  }
  return categories.get(category);
}

function combined(contributions: readonly Contribution[]): FieldDecision {
  const { treatment, to } = contributions.map((each): Treated => each).reduce(mostProtective);
  const result: Treated = { treatment, ...(to ? { to } : {}) };
  const equal = contributions.filter((each) => sameTreatment(each, result));
  const certain = equal.filter((each) => each.certain);
  const generalising = contributions.filter((each) => each.treatment === 'generalise');
  // None is equal where generalisations that exclude each other leave nothing: then each of them decided.
  const deciding = certain.length > 0 ? certain : equal.length > 0 ? equal : generalising;
  return {
    ...result,
    rules: sorted(deciding.flatMap(({ rule, because }) => because ?? rule)),
    articles: sorted(deciding.flatMap(({ articles }) => articles)),
  };
}

function refs(conventions: readonly ConventionRef[]) {
  const [convention] = conventions;
  return { ...(convention ? { convention } : {}), conventions };
}

function refOf({ id, version }: ConventionRef): ConventionRef {
  return { id, version };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
