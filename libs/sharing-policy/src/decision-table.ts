import { canonicalJson } from '@liaison/kernel';
import { BoundedMap } from './bounded-map';
import {
  evaluate,
  factsThatMatter,
  narrowest,
  opennessOf,
  type Answer,
  type Query,
  type RuleSet,
} from './evaluate';
import { askedFact, holdsAt, valueOf, type AskedFact } from './facts';
import { isReading, OPERATIONS, type DecisionRequest, type Sha256Hex } from './model';
import { RELATIONS, SAME_AGENCY, VITAL_INTEREST, type FactKey } from './vocabulary';

/** An answer that is computed once and shared by all decisions that come to it. */
export interface Outcome {
  readonly answer: Answer;
  readonly digest: string;
  readonly openness: number;
}

/**
 * What of a request the rules of a table look at, as numbers: for each fact 0 (unknown) or the place of its value, then
 * relations, purpose, role and operation. Everything else cannot change the answer, so the digits name the answer.
 */
type Digits = readonly number[];
/** The digits as one number, or as text where they are too many for one. */
type Key = number | string;

/**
 * How a question is put beside its digits: plainly, or as who reads what another agency sent, and for one case or (a
 * query) for many.
 */
const PLAIN = 0;
const READING_ANOTHERS = 1;
const QUERY = 2;
const MODES = 4;

/** The outcomes of one rule set, each computed when it is first asked for. */
export class DecisionTable {
  /** What the rules here ask for. */
  private readonly facts: readonly AskedFact[];
  private readonly relations: ReadonlyMap<string, number>;
  private readonly purposes: ReadonlyMap<string, number>;
  private readonly roles: ReadonlyMap<string, number>;
  /** Whether some statute here forbids for some operations only. */
  private readonly byOperation: boolean;
  /** What each digit counts in a key; empty where the digits do not fit into a number. */
  private readonly weights: readonly number[];
  private readonly outcomes = new BoundedMap<Key, Outcome>(2_000);
  private readonly possible = new BoundedMap<Key, readonly Outcome[]>(500);

  constructor(
    private readonly set: RuleSet,
    private readonly sha256: Sha256Hex,
  ) {
    const rules = set.conventions.flatMap((each) => each.rules);
    const conditions = [...rules.map(({ when }) => when), ...set.forbids.map(({ forbid }) => forbid.when)];
    const asked = new Set([
      ...rules.flatMap(({ relation }) => relation),
      ...set.forbids.flatMap(({ forbid }) => forbid.unlessRelation),
    ]);
    const liftable = set.forbids.some(({ statute }) => statute.liftedByVitalInterest);
    const keys = new Set<FactKey>(conditions.flatMap((each) => [...each.keys()]));
    if (liftable) keys.add(VITAL_INTEREST);
    this.facts = [...keys].sort().map(askedFact);
    this.byOperation = set.forbids.some(({ forbid }) => forbid.operations !== undefined);
    this.relations = numbered(RELATIONS.filter((relation) => asked.has(relation)));
    this.purposes = numbered(
      new Set([
        ...rules.flatMap(({ purposes }) => purposes),
        ...set.forbids.flatMap(({ forbid }) => forbid.purposes ?? []),
      ]),
    );
    this.roles = numbered(new Set(rules.flatMap(({ readers }) => readers)));
    this.weights = weightsOf([
      ...this.facts.map(({ type }) => type.values.length + 1),
      2 ** this.relations.size,
      this.purposes.size + 1,
      this.roles.size + 2,
      OPERATION_DIGITS.size,
    ]);
  }

  /**
   * The outcome of a request; what it does not carry is unknown, and unknown protects. One exception: who reads what
   * another agency sent cannot know the facts that are never told to it. The sender judged them at the release, so
   * they count here as they would let most be read: what they forbid did not come.
   */
  outcome(request: DecisionRequest): Outcome {
    const digits = this.digitsOf(request);
    const mode = modeOf(request);
    if (mode === PLAIN) return this.plain(request, digits);
    return this.outcomes.getOrMake(this.keyOf(digits, mode), () => this.ofReader(request, digits, mode));
  }

  /** Every outcome that some assignment of the facts missing from the request gives, the most open first. */
  possibleOutcomes(request: DecisionRequest): readonly Outcome[] {
    const digits = this.digitsOf(request);
    return this.possible.getOrMake(this.keyOf(digits, PLAIN), () => {
      const missing = this.facts.filter((_fact, index) => digits[index] === 0);
      return this.outcomesOf(request, [...this.assignments(request, digits, missing)]);
    });
  }

  /** The earliest end among the facts that count here. */
  factsEnd(request: DecisionRequest): number {
    let end = Infinity;
    for (const { name } of this.facts) {
      const fact = request.facts[name];
      if (fact?.until && holdsAt(fact, request.at)) end = Math.min(end, fact.until.getTime());
    }
    return end;
  }

  private ofReader(request: DecisionRequest, digits: Digits, mode: number): Outcome {
    const hidden = (mode & READING_ANOTHERS) === 0 ? [] : this.hiddenOf(digits);
    if ((mode & QUERY) !== 0) return this.whateverTheCase(request, digits, hidden);
    return hidden.length > 0 ? this.mostOpen(request, digits, hidden) : this.plain(request, digits);
  }

  /** Facts that nobody established and the sender never tells. */
  private hiddenOf(digits: Digits): readonly AskedFact[] {
    return this.facts.filter(({ type }, index) => digits[index] === 0 && type.knownTo === 'sender');
  }

  /**
   * A question over many cases may rest on a field only as far as it is open whatever the facts of a case are. The answers of
   * single cases are not kept: they are many, and nobody asked for them.
   */
  private whateverTheCase(request: DecisionRequest, digits: Digits, hidden: readonly AskedFact[]): Outcome {
    const open = this.facts.filter((fact, index) => digits[index] === 0 && !hidden.includes(fact));
    const answers: Answer[] = [];
    for (const each of this.assignments(request, digits, open, { unknownToo: true })) {
      const answer =
        hidden.length > 0
          ? this.mostOpen(request, each, hidden).answer
          : evaluate(this.set, this.queryOf(request, each));
      // It is denied where one of them is: the first says why.
      if (!answer.allowed) return this.outcomeOf(answer);
      answers.push(answer);
    }
    const [first, ...others] = answers;
    return this.outcomeOf(first ? narrowest([first, ...others]) : this.plain(request, digits).answer);
  }

  private mostOpen(request: DecisionRequest, digits: Digits, hidden: readonly AskedFact[]): Outcome {
    const [first] = this.outcomesOf(request, [...this.assignments(request, digits, hidden)]);
    return first ?? this.plain(request, digits);
  }

  /** The values that these facts may have together, the first facts changing last; those that change no answer stay unknown. */
  private *assignments(
    request: DecisionRequest,
    digits: Digits,
    missing: readonly AskedFact[],
    { unknownToo = false } = {},
  ): Generator<Digits> {
    const matter = factsThatMatter(this.set, this.queryOf(request, digits));
    const tried = missing
      .filter(({ key }) => matter.has(key))
      .map((fact) => ({ index: this.facts.indexOf(fact), values: triedOf(fact, unknownToo) }));
    const changed = [...digits];
    const from = function* (place: number): Generator<Digits> {
      const fact = tried[place];
      if (!fact) {
        yield [...changed];
        return;
      }
      for (const value of fact.values) {
        changed[fact.index] = value;
        yield* from(place + 1);
      }
    };
    for (const each of from(0)) if (this.isPossible(each)) yield each;
  }

  /** A set with one of `13, 75` in it has `13` or `75`, so it cannot lack each of them. */
  private isPossible(digits: Digits): boolean {
    const tests = this.facts.flatMap((fact, index) =>
      fact.sought ? [{ name: fact.name, sought: fact.sought, result: valueAt(fact, digits[index]) }] : [],
    );
    return tests.every(
      ({ name, sought, result }) =>
        result !== true ||
        sought.some(
          (each) =>
            !tests.some(
              (other) => other.name === name && other.result === false && other.sought.includes(each),
            ),
        ),
    );
  }

  private outcomesOf(request: DecisionRequest, assignments: readonly Digits[]): readonly Outcome[] {
    const outcomes = new Map(
      assignments.map((each) => this.plain(request, each)).map((each) => [each.digest, each]),
    );
    return [...outcomes.values()].sort((a, b) => b.openness - a.openness || (a.digest < b.digest ? -1 : 1));
  }

  private plain(request: DecisionRequest, digits: Digits): Outcome {
    return this.outcomes.getOrMake(this.keyOf(digits, PLAIN), () =>
      this.outcomeOf(evaluate(this.set, this.queryOf(request, digits))),
    );
  }

  private outcomeOf(answer: Answer): Outcome {
    return { answer, digest: this.sha256(canonicalJson(answer)), openness: opennessOf(answer) };
  }

  private queryOf(request: DecisionRequest, digits: Digits): Query {
    const relations = new Set(request.relation.filter((relation) => relation !== SAME_AGENCY));
    if (isSameAgency(request)) relations.add(SAME_AGENCY);
    const facts = new Map<FactKey, string | boolean>();
    this.facts.forEach((fact, index) => {
      const value = valueAt(fact, digits[index]);
      if (value !== undefined) facts.set(fact.key, value);
    });
    const { purpose, operation, role } = request;
    return { purpose, operation, role, relations, facts };
  }

  private digitsOf(request: DecisionRequest): Digits {
    const digits: number[] = [];
    for (const fact of this.facts) {
      const value = valueOf(fact, request);
      digits.push(value === undefined ? 0 : fact.type.values.indexOf(value) + 1);
    }
    let relations = isSameAgency(request) ? bit(this.relations.get(SAME_AGENCY)) : 0;
    for (const relation of request.relation) {
      if (relation !== SAME_AGENCY) relations |= bit(this.relations.get(relation));
    }
    digits.push(relations, 1 + (this.purposes.get(request.purpose) ?? -1));
    digits.push(isReading(request) ? 2 + (this.roles.get(request.role ?? '') ?? -1) : 0);
    digits.push(this.byOperation ? (OPERATION_DIGITS.get(request.operation) ?? 0) : 0);
    return digits;
  }

  private keyOf(digits: Digits, mode: number): Key {
    const { weights } = this;
    if (weights.length === 0) return `${mode}/${digits.join('/')}`;
    let key = mode;
    for (let index = 0; index < digits.length; index += 1)
      key += (digits[index] ?? 0) * (weights[index] ?? 0);
    return key;
  }
}

const OPERATION_DIGITS = numbered(OPERATIONS);

/**
 * Unknown shows no more than any value does, except where a rule may name it. That somebody's life is at stake is never assumed:
 * whoever relies on it says so.
 */
function triedOf(
  { key, type: { values, unknownMayBeNamed } }: AskedFact,
  unknownToo: boolean,
): readonly number[] {
  if (key === VITAL_INTEREST) return [0];
  const known = values.map((_value, place) => place + 1);
  return unknownMayBeNamed || unknownToo ? [0, ...known] : known;
}

/** From how many values each digit has. The mode of a question comes first. */
function weightsOf(sizes: readonly number[]): readonly number[] {
  let weight = MODES;
  const weights = sizes.map((size) => {
    const own = weight;
    weight *= size;
    return own;
  });
  return weight <= Number.MAX_SAFE_INTEGER ? weights : [];
}

function valueAt({ type }: AskedFact, digit: number | undefined): string | boolean | undefined {
  return digit === undefined ? undefined : type.values[digit - 1];
}

function modeOf(request: DecisionRequest): number {
  if (!isReading(request)) return PLAIN;
  return (
    (request.from.agency === request.to.agency ? PLAIN : READING_ANOTHERS) |
    (request.operation === 'query' ? QUERY : PLAIN)
  );
}

function isSameAgency({ from, to }: DecisionRequest): boolean {
  return from.agency === to.agency && from.kind === to.kind;
}

function numbered(names: Iterable<string>): ReadonlyMap<string, number> {
  return new Map([...names].map((name, index) => [name, index]));
}

function bit(index: number | undefined): number {
  return index === undefined ? 0 : 1 << index;
}
