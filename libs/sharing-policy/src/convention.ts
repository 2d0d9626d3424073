import type { AgencyKind } from '@liaison/kernel';
import type { ConventionRef, Generalisation, Operation, Treatment } from './model';
import type { Effect, FactKey, Ground, Mark, ObligationKind } from './vocabulary';

/** A period of law: from `from` (inclusive) to `until` (exclusive). */
export interface InForce {
  readonly from: Date;
  readonly until?: Date;
}

export interface Party {
  readonly id: string;
  readonly kind: AgencyKind;
  /** INSEE codes; absent: all. */
  readonly departements?: readonly string[];
  /** Agency ids; absent: all of the kind. */
  readonly agencies?: readonly string[];
  /** `file:line:column` */
  readonly source: string;
}

export interface Signature {
  readonly party: string;
  readonly by: string;
  readonly on: Date;
  /** Digest of the text that was signed, see `conventionDigest`. */
  readonly digest: string;
  /** False where that is not this text: the signature does not count. */
  readonly valid: boolean;
  /** `file:line:column` */
  readonly source: string;
}

/** A conjunction: every fact named must have one of its values, every test on a set the result named. */
export type Condition = ReadonlyMap<FactKey, ReadonlySet<string | boolean>>;

/** What one rule says about one field or category. */
export interface TreatmentEntry {
  readonly treatment: Treatment;
  readonly to?: Generalisation;
  /** On `read`, only these roles; absent: all readers of the rule. */
  readonly readers?: readonly string[];
  readonly articles?: readonly string[];
  /** `file:line:column` */
  readonly source: string;
}

export interface Rule {
  /** `<convention id>/<rule id>` */
  readonly id: string;
  readonly from: AgencyKind;
  readonly to: AgencyKind;
  /** Any one of these is enough; empty: none needed. */
  readonly relation: readonly string[];
  readonly events: readonly string[];
  readonly purposes: readonly string[];
  readonly when: Condition;
  /** Roles at the recipient that may read the event at all. */
  readonly readers: readonly string[];
  readonly categories: ReadonlyMap<string, TreatmentEntry>;
  /** By path of a field, or of a section whose fields are all masked or withheld unless they are named themselves. */
  readonly fields: ReadonlyMap<string, TreatmentEntry>;
  /** Statutes marked `default` that this rule sets aside. */
  readonly despite: readonly string[];
  /** Only what is stated; for every other ground it is `stop`. */
  readonly whenItEnds: ReadonlyMap<Ground, Effect>;
  readonly articles: readonly string[];
  /** ISO 8601 durations, or `true`. */
  readonly obligations: ReadonlyMap<ObligationKind, string>;
  /** `file:line:column` of the rule, for messages. */
  readonly source: string;
}

export interface Convention extends ConventionRef {
  readonly title: string;
  readonly legalBases: readonly string[];
  readonly purposes: readonly string[];
  readonly parties: readonly Party[];
  readonly inForce: InForce;
  readonly signatures: readonly Signature[];
  /** SHA-256 (hex) of the text without its signatures: what is signed. */
  readonly digest: string;
  /** The last of the required signatures of this text; absent while one is missing. */
  readonly signedOn?: Date;
  readonly rules: readonly Rule[];
  readonly file: string;
}

/** One prohibition of a statute. What it leaves open it does not restrict. */
export interface Forbid {
  /** Event types; a `*` at the end stands for any rest. */
  readonly events: readonly string[];
  readonly exceptEvents: readonly string[];
  readonly from?: readonly AgencyKind[];
  readonly fromOtherThan?: readonly AgencyKind[];
  readonly to?: readonly AgencyKind[];
  readonly toOtherThan?: readonly AgencyKind[];
  /** Absent: every operation. */
  readonly operations?: readonly Operation[];
  /** Absent: every purpose. */
  readonly purposes?: readonly string[];
  /** Any one of these lifts it. */
  readonly unlessRelation: readonly string[];
  /** It also applies where a fact named here is unknown. */
  readonly when: Condition;
  /** The whole event, or the fields of these categories or with these paths. */
  readonly withholds: 'event' | ReadonlySet<string>;
}

/** A rule of the list of disclosure rules: what it forbids applies beside every convention. */
export interface Statute {
  /** Number in the list of disclosure rules, e.g. `R18`. */
  readonly id: string;
  readonly title: string;
  readonly mark: Mark;
  /** Whether what it forbids may be shown where vital interest is established. */
  readonly liftedByVitalInterest: boolean;
  readonly articles: readonly string[];
  /** One for each article. */
  readonly citations: readonly Citation[];
  readonly inForce: InForce;
  readonly forbids: readonly Forbid[];
  /** Where a rule of the mark `process` is held, and what of another is: engine, code, or the people who do it. */
  readonly heldBy: readonly string[];
  readonly file: string;
  /** `file:line:column` of each category and path that it withholds, where it first stands. */
  readonly places: ReadonlyMap<string, string>;
}

/** How an article was checked. */
export interface Citation {
  readonly article: string;
  /** `text`: read in a stored copy. `secondary`: a summary or other official page says so. `no`: to be checked. */
  readonly checked: 'text' | 'secondary' | 'no';
  /** Where it was read. */
  readonly source?: string;
  /** Why it could not be checked. */
  readonly why?: string;
}
