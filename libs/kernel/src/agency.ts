/** Kinds of agency (glossary, domain.md section 2). A new kind is a row in the directory, so this is a string. */
export type AgencyKind = string;

/** A legal recipient with one inbox. */
export interface Agency {
  /** Short, stable, lower-case: it is part of topic names (`liaison.inbox.<id>`). */
  readonly id: string;
  readonly kind: AgencyKind;
  readonly name: string;
  /** INSEE code of the département it belongs to; absent for a national agency. */
  readonly departement?: string;
  /** INSEE codes of the départements for which it is competent. */
  readonly competentFor: readonly string[];
  /** Entries inside the agency, carried in tokens; they are not recipients of their own. */
  readonly units: readonly AgencyUnit[];
  readonly contactPoints: readonly ContactPoint[];
  /** Partitions of its inbox topic. */
  readonly inboxPartitions: number;
  /** Versions of event types that it understands, such as `{ 'notice.issued': [1, 2] }`; of what is not named, nobody has said. */
  readonly understands?: Readonly<Record<string, readonly number[]>>;
}

export interface AgencyUnit {
  readonly id: string;
  readonly name: string;
}

export interface ContactPoint {
  readonly id: string;
  readonly purpose: string;
  readonly name: string;
}

/**
 * Who the agencies are. A file fills it today, the compacted topic `liaison.directory` later; readers do not see
 * the difference.
 */
export interface Directory {
  findAgency(id: string): Agency | undefined;
  /** Agencies of a kind that are competent for a département (INSEE code), in order of id. */
  competentAgencies(kind: AgencyKind, departement: string): readonly Agency[];
  agencies(): readonly Agency[];
}
