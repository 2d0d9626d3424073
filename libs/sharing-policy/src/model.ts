import type { AgencyKind } from '@liaison/kernel';
import type { Effect, Ground } from './vocabulary';

export type { EventDescription, EventField } from '@liaison/contracts';

/** What may happen to one field, from the most open to the most protective. */
export const TREATMENTS = ['release', 'generalise', 'mask', 'withhold'] as const;
export type Treatment = (typeof TREATMENTS)[number];

/** Named, typed generalisations; `to` of a field's decision. */
export const GENERALISATIONS = [
  'day',
  'month',
  'year',
  'age-band',
  'departement',
  'region',
  'nothing',
] as const;
export type Generalisation = (typeof GENERALISATIONS)[number];

/**
 * `release`: the sender lets data leave. `receipt`: the recipient checks what came.
 * `read`: what a role may see of what the agency holds.
 * `query`: on which fields a role may filter, sort, search and count over many cases (see `query.ts`).
 */
export const OPERATIONS = ['release', 'receipt', 'read', 'query'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Whether a role at the recipient asks. */
export function isReading({ operation }: { readonly operation: Operation }): boolean {
  return operation === 'read' || operation === 'query';
}

/** A party of one decision, as the directory knows it. */
export interface PartyRef {
  readonly agency: string;
  readonly kind: AgencyKind;
  /** INSEE code. */
  readonly departement?: string;
}

/** One fact, with who vouches for it and who may see it (`trust.md`, facts have owners). */
export interface Fact {
  /** The string `unknown` where nobody established it: unknown protects. A list for a fact that is a set. */
  readonly value: string | boolean | readonly string[];
  /** Who states it: agency id, or `directory`. Where that one cannot vouch for this fact, it is unknown. */
  readonly owner: string;
  /** `sender`: hidden from the recipient. `both`: the recipient knows it too. */
  readonly visibleTo: 'sender' | 'both';
  /** The instant from which it no longer stands, e.g. the 18th birthday of a minor. From then on it is unknown. */
  readonly until?: Date;
  /** For whom and for what it was given, as a consent is (R11); under another recipient or purpose it is unknown. */
  readonly scope?: { readonly to?: AgencyKind; readonly purpose?: string };
}

export type Facts = Readonly<Record<string, Fact>>;

/** What a decision is asked about. What is missing is unknown, and unknown protects. */
export interface DecisionRequest {
  /** The instant of the decision (UTC). */
  readonly at: Date;
  readonly purpose: string;
  readonly operation: Operation;
  readonly from: PartyRef;
  readonly to: PartyRef;
  /** Relations of the recipient to the case, e.g. `competent`. */
  readonly relation: readonly string[];
  /** Role of the reader; only for `read` and `query`. */
  readonly role?: string;
  /** Event type, e.g. `liaison.notice.issued.v2`. */
  readonly event: string;
  readonly facts: Facts;
  /** For `receipt` and `read`: decide under this version, not under the one in force at `at`. */
  readonly under?: ConventionRef;
}

export interface ConventionRef {
  readonly id: string;
  readonly version: number;
}

/** The answer for one field (a leaf path such as `civilStatus.real.familyName`; list items share one path). */
export interface FieldDecision {
  readonly treatment: Treatment;
  /** Only where the treatment is `generalise`. */
  readonly to?: Generalisation;
  /** Ids of the rules that decided, e.g. `police-prefecture/notice` or `R18`. */
  readonly rules: readonly string[];
  /** The texts they rest on, e.g. `CPP 11`. */
  readonly articles: readonly string[];
}

export interface Obligation {
  /** One of `OBLIGATIONS`, or `only-roles`. */
  readonly kind: string;
  readonly value: string;
  readonly rule: string;
}

/** What follows for what is shared now, or for a part of it, when its ground ends. */
export interface Ending {
  readonly ground: Ground;
  readonly effect: Effect;
  /** Fields that this effect reaches; absent: all that are open. What none reaches stays when the ground ends. */
  readonly fields?: readonly string[];
  /** The rules that say so; empty where none does and the default holds, `stop`. */
  readonly rules: readonly string[];
}

/** The decision and its reasons. Deterministic: the same request gives the same digest. */
export interface Decision {
  /** False: the event does not leave (release), is refused (receipt), or is not shown (read). */
  readonly allowed: boolean;
  /** Why the whole event is denied; a stable code, empty where allowed. */
  readonly denial?: {
    readonly code: string;
    readonly rules: readonly string[];
    readonly articles: readonly string[];
  };
  /** The instant that was asked about. */
  readonly at: Date;
  /** Under which convention; absent where none names the event between the two. Of several, the first by id. */
  readonly convention?: ConventionRef;
  /** All conventions that took part, by id. What several allow is what each of them allows. */
  readonly conventions: readonly ConventionRef[];
  readonly legalBases: readonly string[];
  readonly fields: Readonly<Record<string, FieldDecision>>;
  readonly obligations: readonly Obligation[];
  /** For each ground that the release rests on, one for each effect, the most protective first; empty where denied. */
  readonly endings: readonly Ending[];
  /** Until when the answer holds (UTC), if a date in it ends it. */
  readonly validUntil?: Date;
  /**
   * SHA-256 (hex) over the canonical JSON of `{answer, request, validUntil}`, where `answer` is itself the SHA-256 of
   * the canonical JSON of everything else in this object.
   */
  readonly digest: string;
}

/** UTF-8 text in, lower-case hex SHA-256 out; passed in so that this library runs anywhere. */
export type Sha256Hex = (text: string) => string;
