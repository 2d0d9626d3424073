import { canonicalJson } from '@liaison/kernel';
import { BoundedMap } from './bounded-map';
import { evaluate, opennessOf, type Answer, type Query, type RuleSet } from './evaluate';
import type { DecisionRequest, Sha256Hex } from './model';
import { FACTS, FACT_NAMES, RELATIONS, SAME_AGENCY, UNKNOWN, type FactName } from './vocabulary';

/** An answer that is computed once and shared by all decisions that come to it. */
export interface Outcome {
  readonly answer: Answer;
  readonly digest: string;
  readonly openness: number;
}

type Values = readonly (string | boolean | undefined)[];

/** The outcomes of one rule set, each computed when it is first asked for. */
export class DecisionTable {
  /** Facts that some rule here asks for. */
  private readonly facts: readonly FactName[];
  private readonly relations: ReadonlyMap<string, number>;
  private readonly purposes: ReadonlyMap<string, number>;
  private readonly roles: ReadonlyMap<string, number>;
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
    this.facts = FACT_NAMES.filter((fact) => conditions.some((condition) => condition.has(fact)));
    this.relations = numbered(RELATIONS.filter((relation) => asked.has(relation)));
    this.purposes = numbered(new Set(rules.flatMap(({ purposes }) => purposes)));
    this.roles = numbered(new Set(rules.flatMap(({ readers }) => readers)));
  }

  /**
   * The outcome of a request; what it does not carry is unknown, and unknown protects. One exception: who reads what
   * another agency sent cannot know the facts that are never told to it. The sender judged them at the release, so
   * they count here as they would let most be read: what they forbid did not come.
   */
  outcome(request: DecisionRequest): Outcome {
    const values = this.valuesOf(request);
    if (request.operation === 'read' && request.from.agency !== request.to.agency) {
      const hidden = this.facts.filter(
        (fact, index) => values[index] === undefined && FACTS[fact].knownTo === 'sender',
      );
      if (hidden.length > 0) return this.mostOpen(request, values, hidden);
    }
    return this.lookup(request, values);
  }

  /** Every outcome that some assignment of the facts missing from the request gives, the most open first. */
  possibleOutcomes(request: DecisionRequest): readonly Outcome[] {
    const values = this.valuesOf(request);
    const missing = this.facts.filter((_fact, index) => values[index] === undefined);
    return this.candidates.getOrMake(`${this.keyOf(request, values)} all`, () =>
      this.assigned(request, values, missing),
    );
  }

  /** The earliest end among the facts that count here. */
  factsEnd(request: DecisionRequest): number {
    let end = Infinity;
    for (const name of this.facts) {
      const until = request.facts[name]?.until?.getTime();
      if (until !== undefined && until > request.at.getTime() && until < end) end = until;
    }
    return end;
  }

  private mostOpen(request: DecisionRequest, values: Values, hidden: readonly FactName[]): Outcome {
    const outcomes = this.candidates.getOrMake(`${this.keyOf(request, values)} hidden`, () =>
      this.assigned(request, values, hidden),
    );
    return outcomes[0] ?? this.lookup(request, values);
  }

  private assigned(
    request: DecisionRequest,
    values: Values,
    missing: readonly FactName[],
  ): readonly Outcome[] {
    let assignments: Values[] = [values];
    for (const fact of missing) {
      const index = this.facts.indexOf(fact);
      // Unknown shows no more than any value does, except where a rule may name it.
      const values = FACTS[fact].unknownMayBeNamed ? [undefined, ...FACTS[fact].values] : FACTS[fact].values;
      assignments = assignments.flatMap((each) => values.map((value) => each.with(index, value)));
    }
    const outcomes = new Map(
      assignments.map((each) => this.lookup(request, each)).map((each) => [each.digest, each]),
    );
    return [...outcomes.values()].sort((a, b) => b.openness - a.openness || (a.digest < b.digest ? -1 : 1));
  }

  private lookup(request: DecisionRequest, values: Values): Outcome {
    return this.outcomes.getOrMake(this.keyOf(request, values), () => {
      const answer = evaluate(this.set, this.queryOf(request, values));
      return { answer, digest: this.sha256(canonicalJson(answer)), openness: opennessOf(answer) };
    });
  }

  private valuesOf(request: DecisionRequest): Values {
    return this.facts.map((name) => {
      const fact = request.facts[name];
      if (!fact || (fact.until !== undefined && fact.until.getTime() <= request.at.getTime()))
        return undefined;
      return (FACTS[name].values as readonly unknown[]).includes(fact.value) && fact.value !== UNKNOWN
        ? (fact.value as string | boolean)
        : undefined;
    });
  }

  private queryOf(request: DecisionRequest, values: Values): Query {
    const relations = new Set(request.relation.filter((relation) => relation !== SAME_AGENCY));
    if (isSameAgency(request)) relations.add(SAME_AGENCY);
    const facts = new Map<FactName, string | boolean>();
    this.facts.forEach((name, index) => {
      const value = values[index];
      if (value !== undefined) facts.set(name, value);
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
    const role = request.operation === 'read' ? (this.roles.get(request.role ?? '') ?? -1) : '-';
    let key = `${purpose}/${role}/${relations}`;
    for (const value of values) key += `/${value}`;
    return key;
  }
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
