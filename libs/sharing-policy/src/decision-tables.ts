import { BoundedMap } from './bounded-map';
import type { Convention } from './convention';
import { DecisionTable } from './decision-table';
import type { RuleSet } from './evaluate';
import type { ConventionIndex, Pair } from './index-of-conventions';
import {
  isReading,
  type DecisionRequest,
  type EventDescription,
  type PartyRef,
  type Sha256Hex,
} from './model';

/** What answers a request, and until when (ms) no date of a convention or statute changes that. */
export interface DatedTable {
  readonly table: DecisionTable;
  readonly end: number;
}

/** One event type between two agencies. */
interface Between {
  readonly pair: Pair;
  /** By the number of the period, see `Pair.boundaries`. */
  readonly periods: DatedTable[];
  /** Under a named version; by the number of the period, and whether a reader asks. */
  readonly versions: Map<Convention, DatedTable[]>;
}

/** Agencies and pairs that are remembered; far more than a service has to do with. */
const MOST_PARTIES = 4_096;
const MOST_PAIRS = 4_096;
const MOST_TABLES = 1_024;
/** More than `MOST_PARTIES`, so that an event type and two parties make one number. */
const RADIX = 2 ** 20;

/**
 * Finds the table that answers a request. What it remembers is bounded, and takes no place for what a message makes up:
 * an event type that is not described or a version that is not in the set is looked up anew each time.
 */
export class DecisionTables {
  private readonly eventNumbers: ReadonlyMap<string, number>;
  private parties = new Map<string, { readonly party: PartyRef; readonly number: number }[]>();
  private partyCount = 0;
  private pairs = new BoundedMap<number, Between>(MOST_PAIRS);
  /** One for all pairs to which the same conventions and statutes apply. */
  private readonly tables = new BoundedMap<string, DecisionTable>(MOST_TABLES);

  constructor(
    private readonly index: ConventionIndex,
    events: readonly EventDescription[],
    private readonly sha256: Sha256Hex,
  ) {
    this.eventNumbers = new Map(events.map(({ type }, number) => [type, number]));
  }

  find(request: DecisionRequest): DatedTable {
    const { at, event, from, to, under } = request;
    const number = this.eventNumbers.get(event);
    const convention = under && this.index.find(under);
    if (number === undefined || (under && !convention)) {
      const pair = this.index.pair(event, from, to);
      const period = countPassed(pair.boundaries, at.getTime());
      return datedBy(pair, period, new DecisionTable(this.ruleSet(pair, request), this.sha256));
    }
    const { pair, periods, versions } = this.between(number, request);
    const period = countPassed(pair.boundaries, at.getTime());
    if (!convention) return (periods[period] ??= datedBy(pair, period, this.tableFor(pair, request)));
    let dated = versions.get(convention);
    if (!dated) versions.set(convention, (dated = []));
    return (dated[2 * period + (isReading(request) ? 1 : 0)] ??= datedBy(
      pair,
      period,
      this.tableFor(pair, request),
    ));
  }

  private between(number: number, { event, from, to }: DecisionRequest): Between {
    if (this.partyCount + 2 > MOST_PARTIES) this.forget();
    const key = (number * RADIX + this.numberOf(from)) * RADIX + this.numberOf(to);
    return this.pairs.getOrMake(key, () => ({
      pair: this.index.pair(event, from, to),
      periods: [],
      versions: new Map(),
    }));
  }

  private numberOf(party: PartyRef): number {
    let variants = this.parties.get(party.agency);
    if (!variants) this.parties.set(party.agency, (variants = []));
    for (const { party: held, number } of variants) {
      if (held.kind === party.kind && held.departement === party.departement) return number;
    }
    const number = this.partyCount++;
    variants.push({ party: { ...party }, number });
    return number;
  }

  private forget(): void {
    this.parties = new Map();
    this.partyCount = 0;
    this.pairs = new BoundedMap(MOST_PAIRS);
  }

  private tableFor(pair: Pair, request: DecisionRequest): DecisionTable {
    const set = this.ruleSet(pair, request);
    const signature = JSON.stringify([
      request.event,
      request.from.kind,
      request.to.kind,
      set.conventions.map(({ convention: { id, version } }) => [id, version]),
      set.forbids.map(({ statute }) => statute.id),
      set.absence,
    ]);
    return this.tables.getOrMake(signature, () => new DecisionTable(set, this.sha256));
  }

  private ruleSet(pair: Pair, { at, operation, under }: DecisionRequest): RuleSet {
    return this.index.ruleSet(pair, at.getTime(), operation, under);
  }
}

function datedBy(pair: Pair, period: number, table: DecisionTable): DatedTable {
  return { table, end: pair.boundaries[period] ?? Infinity };
}

/** How many of the ascending instants have passed. */
function countPassed(instants: readonly number[], now: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? Infinity) <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}
