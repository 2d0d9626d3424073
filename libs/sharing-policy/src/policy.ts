import { BoundedMap } from './bounded-map';
import { checkNames } from './check-names';
import type { Convention, Statute } from './convention';
import { DecisionTable, type Outcome } from './decision-table';
import { canonicalPolicy, canonicalRequest } from './digest';
import { ConventionIndex, type Pair } from './index-of-conventions';
import type { Decision, DecisionRequest, EventDescription, PartyRef, Sha256Hex } from './model';
import { overShared, presentIn } from './receipt';

export interface PolicySource {
  readonly conventions: readonly Convention[];
  readonly statutory: readonly Statute[];
  readonly events: readonly EventDescription[];
  readonly sha256: Sha256Hex;
}

export interface ReceiptCheck {
  /** Paths that no assignment of the hidden facts allows together with the rest; empty: nothing is over-shared. */
  readonly overShared: readonly string[];
  /** Under the assignment that allows it (or comes nearest). Where it denies, the event is refused as a whole. */
  readonly decision: Decision;
}

/** A compiled set of conventions and statutes. */
export interface Policy {
  /** SHA-256 (hex) of the whole set, whatever the order of its files and rules. */
  readonly digest: string;
  decide(request: DecisionRequest): Decision;
  /**
   * The recipient's check of what it received (`data` as it came, before anything is stored). Pass only the facts that
   * the recipient knows; those it does not know are tried with every value.
   */
  checkReceipt(request: DecisionRequest, data: unknown): ReceiptCheck;
  /** By id, the newest version first. */
  conventions(): readonly Convention[];
}

/**
 * Compiles conventions and statutes. Older versions stay in the set, so that old decisions stay explicable.
 * @throws AppError `convention-invalid`: a rule names a field or category that its events do not have, or one
 * version stands in two files.
 */
export function compilePolicy({ conventions, statutory, events, sha256 }: PolicySource): Policy {
  checkNames(conventions, statutory, events);
  const index = new ConventionIndex(conventions, statutory, events);
  const pairs = new BoundedMap<Pair>(4_096);
  const tables = new BoundedMap<{ readonly table: DecisionTable; readonly end: number }>(8_192);
  const shared = new BoundedMap<DecisionTable>(1_024);

  const tableFor = (request: DecisionRequest) => {
    const { at, event, from, to, under, operation } = request;
    const pairKey = keyOfPair(event, from, to);
    const pair = pairs.getOrMake(pairKey, () => index.pair(event, from, to));
    const now = at.getTime();
    const passed = countPassed(pair.boundaries, now);
    const version =
      under === undefined
        ? ''
        : `|${operation === 'read' || operation === 'query'}|${under.id}@${under.version}`;
    return tables.getOrMake(`${pairKey}|${passed}${version}`, () => {
      const set = index.ruleSet(pair, now, operation, under);
      const signature = JSON.stringify([
        event,
        from.kind,
        to.kind,
        set.conventions.map(({ convention: { id, version: number } }) => [id, number]),
        set.forbids.map(({ statute }) => statute.id),
        set.absence,
      ]);
      const table = shared.getOrMake(signature, () => new DecisionTable(set, sha256));
      return { table, end: pair.boundaries[passed] ?? Infinity };
    });
  };

  const decision = (
    request: DecisionRequest,
    { answer, digest: answerDigest }: Outcome,
    end: number,
  ): Decision => {
    const { at } = request;
    const prefix = `{"answer":"${answerDigest}","request":${canonicalRequest(request)}`;
    if (!Number.isFinite(end)) return { ...answer, at, digest: sha256(`${prefix}}`) };
    const validUntil = new Date(end);
    return {
      ...answer,
      at,
      validUntil,
      digest: sha256(`${prefix},"validUntil":"${validUntil.toISOString()}"}`),
    };
  };

  const inOrder = [...conventions].sort((a, b) =>
    a.id < b.id ? -1 : a.id > b.id ? 1 : b.version - a.version,
  );
  const described = new Map(events.map((event) => [event.type, event]));
  return {
    digest: sha256(canonicalPolicy(conventions, statutory)),
    conventions: () => inOrder,
    decide(request) {
      const { table, end } = tableFor(request);
      return decision(request, table.outcome(request), Math.min(end, table.factsEnd(request)));
    },
    checkReceipt(request, data) {
      const { table, end } = tableFor(request);
      const present = presentIn(data, described.get(request.event) ?? { type: request.event, fields: [] });
      let best: { readonly outcome: Outcome; readonly excess: readonly string[] } | undefined;
      for (const outcome of table.possibleOutcomes(request)) {
        const excess = overShared(present, outcome.answer.fields, request.at);
        if (!best || (outcome.answer.allowed && excess.length < best.excess.length))
          best = { outcome, excess };
        if (best.excess.length === 0) break;
      }
      const { outcome, excess } = best ?? { outcome: table.outcome(request), excess: [] };
      return {
        overShared: excess,
        decision: decision(request, outcome, Math.min(end, table.factsEnd(request))),
      };
    },
  };
}

/** With the lengths in front, no two pairs share a key, whatever stands in the names. */
function keyOfPair(event: string, from: PartyRef, to: PartyRef): string {
  const lengths = `${event.length}.${from.agency.length}.${from.kind.length}.${to.agency.length}.${to.kind.length}`;
  const names = `${event}${from.agency}${from.kind}${to.agency}${to.kind}`;
  return `${lengths}|${names}|${from.departement ?? ''}|${to.departement ?? ''}`;
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
