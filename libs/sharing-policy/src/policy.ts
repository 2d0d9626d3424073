import { checkNames } from './check-names';
import type { Convention, Statute } from './convention';
import type { Outcome } from './decision-table';
import { DecisionTables } from './decision-tables';
import { canonicalPolicy, canonicalRequest } from './digest';
import type { Answer } from './evaluate';
import { ConventionIndex } from './index-of-conventions';
import type { Decision, DecisionRequest, EventDescription, Sha256Hex } from './model';
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
   * What `decide` answers, without the digest that makes one decision provable and without saying until when it holds: for
   * asking about many at once, where nothing leaves and nothing is recorded. The same object for every request that no
   * rule tells apart.
   */
  answer(request: DecisionRequest): Answer;
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
  const tables = new DecisionTables(new ConventionIndex(conventions, statutory, events), events, sha256);

  const iso = isoTexts();
  const decision = (
    request: DecisionRequest,
    { answer, digest: answerDigest }: Outcome,
    end: number,
  ): Decision => {
    const { at } = request;
    const prefix = `{"answer":"${answerDigest}","request":${canonicalRequest(request, iso(at))}`;
    if (!Number.isFinite(end)) return decided(answer, at, undefined, sha256(`${prefix}}`));
    const validUntil = new Date(end);
    return decided(answer, at, validUntil, sha256(`${prefix},"validUntil":"${iso(validUntil)}"}`));
  };

  const inOrder = [...conventions].sort((a, b) =>
    a.id < b.id ? -1 : a.id > b.id ? 1 : b.version - a.version,
  );
  const described = new Map(events.map((event) => [event.type, event]));
  return {
    digest: sha256(canonicalPolicy(conventions, statutory)),
    conventions: () => inOrder,
    decide(request) {
      const { table, end } = tables.find(request);
      return decision(request, table.outcome(request), Math.min(end, table.factsEnd(request)));
    },
    answer: (request) => tables.find(request).table.outcome(request).answer,
    checkReceipt(request, data) {
      const { table, end } = tables.find(request);
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

/** Written out, because spreading an answer costs more than everything else that a decision takes. */
function decided(answer: Answer, at: Date, validUntil: Date | undefined, digest: string): Decision {
  const { allowed, convention, conventions, legalBases, fields, obligations, endings } = answer;
  if (!allowed || !convention) return { ...answer, at, ...(validUntil && { validUntil }), digest };
  return validUntil
    ? { allowed, convention, conventions, legalBases, fields, obligations, endings, at, validUntil, digest }
    : { allowed, convention, conventions, legalBases, fields, obligations, endings, at, digest };
}

/** ISO 8601 texts of instants; the last ones are kept, for a batch is decided at one. */
function isoTexts(): (date: Date) => string {
  const texts = new Map<number, string>();
  return (date) => {
    const time = date.getTime();
    const held = texts.get(time);
    if (held !== undefined) return held;
    const text = date.toISOString();
    if (texts.size >= 16) texts.clear();
    texts.set(time, text);
    return text;
  };
}
