import type { AgencyKind } from '@liaison/kernel';
import type { ConventionRef, Generalisation, Treatment } from './model';
import type { FactName, ObligationKind } from './vocabulary';

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
}

export interface Signature {
  readonly party: string;
  readonly by: string;
  readonly on: Date;
}

/** A conjunction: every fact named must have one of its values. */
export type Condition = ReadonlyMap<FactName, ReadonlySet<string | boolean>>;

/** What one rule says about one field or category. */
export interface TreatmentEntry {
  readonly treatment: Treatment;
  readonly to?: Generalisation;
  /** On `read`, only these roles; absent: all readers of the rule. */
  readonly readers?: readonly string[];
  readonly articles?: readonly string[];
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
  readonly fields: ReadonlyMap<string, TreatmentEntry>;
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
  /** The last of the required signatures; absent while one is missing. */
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
  /** Any one of these lifts it. */
  readonly unlessRelation: readonly string[];
  /** It also applies where a fact named here is unknown. */
  readonly when: Condition;
  /** The whole event, or the fields of these categories. */
  readonly withholds: 'event' | readonly string[];
}

/** A statutory floor: applies beside every convention and beats all of them. */
export interface Statute {
  /** Number in the list of disclosure rules, e.g. `R18`. */
  readonly id: string;
  readonly title: string;
  readonly mark: 'floor';
  readonly liftedByVitalInterest: boolean;
  readonly articles: readonly string[];
  readonly inForce: InForce;
  readonly forbids: readonly Forbid[];
  readonly file: string;
}
