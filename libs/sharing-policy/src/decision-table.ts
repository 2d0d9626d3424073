import { canonicalJson } from '@liaison/kernel';
import { BoundedMap } from './bounded-map';
import { evaluate, narrowest, opennessOf, type Answer, type Query, type RuleSet } from './evaluate';
import { holdsAt, valueOf } from './facts';
import type { DecisionRequest, Sha256Hex } from './model';
import {
  factTypeOf,
  partsOfSetTest,
  RELATIONS,
  SAME_AGENCY,
  VITAL_INTEREST,
  type FactKey,
} from './vocabulary';

/** An answer that is computed once and shared by all decisions that come to it. */
export interface Outcome {
  readonly answer: Answer;
  readonly digest: string;
  readonly openness: number;
}

type Values = readonly (string | boolean | undefined)[];

/** The outcomes of one rule set, each computed when it is first asked for. */
export class DecisionTable {
  /** What the rules here ask for. */
  private readonly facts: readonly FactKey[];
  private readonly relations: ReadonlyMap<string, number>;
  private readonly purposes: ReadonlyMap<string, number>;
  private readonly roles: ReadonlyMap<string, number>;
  /** Whether some statute here forbids for some operations only. */
  private readonly byOperation: boolean;
  private readonly outcomes = new BoundedMap<Outcome>(2_000);
  private readonly candidates = new BoundedMap<readonly Outcome[]>(500);

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
    this.facts = [...keys].sort();
    this.byOperation = set.forbids.some(({ forbid }) => forbid.operations !== undefined);
    this.relations = numbered(RELATIONS.filter((relation) => asked.has(relation)));
    this.purposes = numbered(
      new Set([
        ...rules.flatMap(({ purposes }) => purposes),
        ...set.forbids.flatMap(({ forbid }) => forbid.purposes ?? []),
      ]),
    );
    this.roles = numbered(new Set(rules.flatMap(({ readers }) => readers)));
  }

  /**
   * The outcome of a request; what it does not carry is unknown, and unknown protects. One exception: who reads what
   * another agency sent cannot know the facts that are never told to it. The sender judged them at the release, so
   * they count here as they would let most be read: what they forbid did not come.
   */
  outcome(request: DecisionRequest): Outcome {
    const values = this.valuesOf(request);
    const hidden =
      isReading(request) && request.from.agency !== request.to.agency
        ? this.facts.filter(
            (fact, index) => values[index] === undefined && factTypeOf(fact).knownTo === 'sender',
          )
        : [];
    if (request.operation === 'query') return this.whateverTheCase(request, values, hidden);
    return hidden.length > 0 ? this.mostOpen(request, values, hidden) : this.lookup(request, values);
  }

  /** Every outcome that some assignment of the facts missing from the request gives, the most open first. */
  possibleOutcomes(request: DecisionRequest): readonly Outcome[] {
    const values = this.valuesOf(request);
    const missing = this.facts.filter((_fact, index) => values[index] === undefined);
    return this.candidates.getOrMake(`${this.keyOf(request, values)} all`, () =>
      this.outcomesOf(request, this.assignments(values, missing)),
    );
  }

  /** The earliest end among the facts that count here. */
  factsEnd(request: DecisionRequest): number {
    let end = Infinity;
    for (const key of this.facts) {
      const fact = request.facts[partsOfSetTest(key)?.fact ?? key];
      if (fact?.until && holdsAt(fact, request.at)) end = Math.min(end, fact.until.getTime());
    }
    return end;
  }

  /** A question over many cases may rest on a field only as far as it is open whatever the facts of a case are. */
  private whateverTheCase(request: DecisionRequest, values: Values, hidden: readonly FactKey[]): Outcome {
    return this.outcomes.getOrMake(`${this.keyOf(request, values)} query`, () => {
      const open = this.facts.filter((fact, index) => values[index] === undefined && !hidden.includes(fact));
      const answers = this.assignments(values, open, { unknownToo: true }).map(
        (each) =>
          (hidden.length > 0 ? this.mostOpen(request, each, hidden) : this.lookup(request, each)).answer,
      );
      const [first, ...others] = answers;
      return this.outcomeOf(first ? narrowest([first, ...others]) : this.lookup(request, values).answer);
    });
  }

  private mostOpen(request: DecisionRequest, values: Values, hidden: readonly FactKey[]): Outcome {
    const outcomes = this.candidates.getOrMake(`${this.keyOf(request, values)} hidden`, () =>
      this.outcomesOf(request, this.assignments(values, hidden)),
    );
    return outcomes[0] ?? this.lookup(request, values);
  }

  private assignments(
    values: Values,
    missing: readonly FactKey[],
    { unknownToo = false } = {},
  ): readonly Values[] {
    let assignments: readonly Values[] = [values];
    for (const fact of missing) {
      const index = this.facts.indexOf(fact);
      const { values: known, unknownMayBeNamed } = factTypeOf(fact);
      // Unknown shows no more than any value does, except where a rule may name it. That somebody's life is at stake is
      // never assumed: whoever relies on it says so.
      const tried =
        fact === VITAL_INTEREST
          ? [undefined]
          : unknownMayBeNamed || unknownToo
            ? [undefined, ...known]
            : known;
      assignments = assignments.flatMap((each) => tried.map((value) => each.with(index, value)));
    }
    return assignments.filter((each) => this.isPossible(each));
  }

  /** A set with one of `13, 75` in it has `13` or `75`, so it cannot lack each of them. */
  private isPossible(values: Values): boolean {
    const tests = this.facts.flatMap((key, index) => {
      const parts = partsOfSetTest(key);
      return parts ? [{ ...parts, result: values[index] }] : [];
    });
    return tests.every(
      ({ fact, values: of, result }) =>
        result !== true ||
        of.some(
          (each) =>
            !tests.some(
              (other) => other.fact === fact && other.result === false && other.values.includes(each),
            ),
        ),
    );
  }

  private outcomesOf(request: DecisionRequest, assignments: readonly Values[]): readonly Outcome[] {
    const outcomes = new Map(
      assignments.map((each) => this.lookup(request, each)).map((each) => [each.digest, each]),
    );
    return [...outcomes.values()].sort((a, b) => b.openness - a.openness || (a.digest < b.digest ? -1 : 1));
  }

  private lookup(request: DecisionRequest, values: Values): Outcome {
    return this.outcomes.getOrMake(this.keyOf(request, values), () =>
      this.outcomeOf(evaluate(this.set, this.queryOf(request, values))),
    );
  }

  private outcomeOf(answer: Answer): Outcome {
    return { answer, digest: this.sha256(canonicalJson(answer)), openness: opennessOf(answer) };
  }

  private valuesOf(request: DecisionRequest): Values {
    return this.facts.map((key) => valueOf(key, request));
  }

  private queryOf(request: DecisionRequest, values: Values): Query {
    const relations = new Set(request.relation.filter((relation) => relation !== SAME_AGENCY));
    if (isSameAgency(request)) relations.add(SAME_AGENCY);
    const facts = new Map<FactKey, string | boolean>();
    this.facts.forEach((key, index) => {
      const value = values[index];
      if (value !== undefined) facts.set(key, value);
    });
    const { purpose, operation, role } = request;
    return { purpose, operation, role, relations, facts };
  }

  /** What of a request these rules look at; everything else cannot change the answer. */
  private keyOf(request: DecisionRequest, values: Values): string {
    let relations = isSameAgency(request) ? bit(this.relations.get(SAME_AGENCY)) : 0;
    for (const relation of request.relation) {
      if (relation !== SAME_AGENCY) relations |= bit(this.relations.get(relation));
    }
    const purpose = this.purposes.get(request.purpose) ?? -1;
    const role = isReading(request) ? (this.roles.get(request.role ?? '') ?? -1) : '-';
    let key = `${this.byOperation ? request.operation : ''}/${purpose}/${role}/${relations}`;
    for (const value of values) key += `/${value}`;
    return key;
  }
}

function isReading({ operation }: DecisionRequest): boolean {
  return operation === 'read' || operation === 'query';
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
