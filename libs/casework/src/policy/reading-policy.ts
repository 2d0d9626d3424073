import type { Agency, Directory } from '@liaison/kernel';
import type { Provenance } from '@liaison/messaging';
import { noteDecided } from '@liaison/platform';
import {
  type ConventionRef,
  type Decision,
  type DecisionRequest,
  type EventDescription,
  type FieldDecision,
  type Policy,
  project,
  type Queryable,
  queryable,
  RESTRICTED_READERS,
} from '@liaison/sharing-policy';
import { legalDay } from '../legal-day';
import { type CaseFacts, factsAt } from './case-facts';
import { isOpenField, openFields } from './open-fields';
import { partyOf, relationsOf } from './relations';

/** Something that this agency holds, its own or another's, with what is known of its case. */
export interface Held {
  readonly type: string;
  readonly data: unknown;
  readonly purpose: string;
  readonly facts: CaseFacts;
  /** Where it came from: absent for the agency's own. */
  readonly provenance?: Provenance;
  readonly withheld?: readonly string[];
  /** Its sender has restricted it: fewer see it. */
  readonly restricted?: boolean;
  /** Of these fields alone fewer see anything. */
  readonly restrictedFields?: readonly string[];
}

/**
 * What this agency's readers may see and ask of what it holds. Pure but for the conventions and the directory it was
 * given; `adopt` gives it other conventions.
 */
export class ReadingPolicy {
  private readonly events: ReadonlyMap<string, EventDescription>;
  private readonly cameWith = new Map<string, ArrivalFacts>();

  constructor(
    protected policy: Policy,
    protected readonly directory: Directory,
    protected readonly agency: Agency,
    events: readonly EventDescription[],
  ) {
    this.events = new Map(events.map((event) => [event.type, event]));
  }

  /** From now on every answer is by this set. Whoever keeps a digest has to be told as well (`noteConventions`). */
  adopt(policy: Policy): void {
    this.policy = policy;
    this.cameWith.clear();
  }

  get digest(): string {
    return this.policy.digest;
  }

  /** Versions of conventions in the set. */
  get versions(): number {
    return this.policy.conventions().length;
  }

  /** What a reader's roles may see of what this agency holds; of several roles, the one that sees most counts. */
  read(
    held: Held,
    roles: readonly string[],
    at: Date,
  ): { decision: Decision; data: unknown; withheld: readonly string[] } | undefined {
    noteDecided();
    const from = this.directory.findAgency(held.provenance?.agency ?? this.agency.id);
    if (!from) return undefined;
    const widest = this.widestOf(
      roles
        .filter((role) => !held.restricted || RESTRICTED_READERS.includes(role))
        .map((role) => this.asking('read', held, from, role, at)),
      ({ role = '' }) => (RESTRICTED_READERS.includes(role) ? [] : (held.restrictedFields ?? [])),
    );
    if (!widest) return undefined;
    return { decision: widest, ...this.shown(held, widest, at) };
  }

  /** What a decision shows of it, and what is withheld: now, or since it came. */
  private shown(
    held: Held,
    decision: Decision,
    at: Date,
  ): { readonly data: unknown; readonly withheld: readonly string[] } {
    const day = () => legalDay(at, held.facts.departement);
    const { data, withheld } = project(held.data, decision, this.describe(held.type), day);
    return { data, withheld: [...new Set([...(held.withheld ?? []), ...withheld])].sort() };
  }

  /**
   * What a vital interest opens of what this agency holds: what any role here may read, and what the statutes that give
   * way to vital interests keep back (those marked `default`, and the floors that say so). Every other floor stands.
   * `opens`: fields that the reader's own roles do not read. Nothing where they may not know of it at all.
   */
  openInEmergency(
    held: Held,
    roles: readonly string[],
    at: Date,
  ):
    { decision: Decision; data: unknown; withheld: readonly string[]; opens: readonly string[] } | undefined {
    const own = this.read(held, roles, at);
    const from = this.directory.findAgency(held.provenance?.agency ?? this.agency.id);
    if (!own || !from) return undefined;
    const vital = { value: true, owner: this.agency.id, visibleTo: 'both' as const };
    const widest = this.widestOf(
      CASE_ROLES.filter((role) => !held.restricted || RESTRICTED_READERS.includes(role))
        .map((role) => this.asking('read', held, from, role, at))
        .map((asked) => ({ ...asked, facts: { ...asked.facts, vitalInterest: vital } })),
      // Whose own roles do not read what is restricted: an emergency opens what conventions keep back, not that.
      () => (roles.some((role) => RESTRICTED_READERS.includes(role)) ? [] : (held.restrictedFields ?? [])),
    );
    const decision = widest && openFields(widest) > openFields(own.decision) ? widest : own.decision;
    const opens = Object.keys(decision.fields).filter(
      (path) => isOpenField(decision, path) && !isOpenField(own.decision, path),
    );
    return { decision, ...this.shown(held, decision, at), opens };
  }

  /**
   * On which fields these roles may filter, sort, search and count among what this agency holds: of several roles, what
   * the one that may most. Over cases whose facts differ, pass none: then only what is open whatever they are counts.
   * Every list, search and count over fields of an event asks here first; filtering on a hidden field leaks it.
   */
  queryable(
    held: Pick<Held, 'type' | 'purpose' | 'facts'> & {
      provenance?: Pick<Provenance, 'agency' | 'convention'>;
    },
    roles: readonly string[],
    at: Date,
  ): ReadonlyMap<string, Queryable> {
    noteDecided();
    const from = this.directory.findAgency(held.provenance?.agency ?? this.agency.id);
    if (!from) return new Map();
    const answers = roles.map((role) =>
      queryable(this.policy.answer(this.asking('query', held, from, role, at))),
    );
    return answers.sort((a, b) => b.size - a.size)[0] ?? new Map<string, Queryable>();
  }

  /**
   * Of several questions the one that opens most, decided; undefined where none is allowed.
   * @param closed fields that whoever asks does not see for another reason
   */
  private widestOf(
    requests: readonly DecisionRequest[],
    closed: (request: DecisionRequest) => readonly string[],
  ): Decision | undefined {
    const [widest] = requests
      .map((request) => ({ request, answer: closing(this.policy.answer(request), closed(request)) }))
      .filter(({ answer }) => answer.allowed)
      .sort((a, b) => openFields(b.answer) - openFields(a.answer));
    return widest && closing(this.policy.decide(widest.request), closed(widest.request));
  }

  /**
   * What was known of a person for this to have come from there: where each rule of its convention asks for an adult, it was one; where
   * they ask for consent, it was given; where one asks for a contact by name, the receipt was checked for that.
   */
  arrivedWith(type: string, convention: string | undefined, from: Pick<Agency, 'kind'>): ArrivalFacts {
    const key = `${type} ${convention ?? ''} ${from.kind}`;
    const known = this.cameWith.get(key);
    if (known) return known;
    const under = conventionOf(convention);
    const rules = this.policy
      .conventions()
      .filter(({ id, version }) => id === under?.id && version === under.version)
      .flatMap((each) => each.rules)
      .filter(
        (rule) => rule.from === from.kind && rule.to === this.agency.kind && rule.events.includes(type),
      );
    const each = (fact: 'age' | 'consent', value: string) =>
      rules.length > 0 &&
      rules.every(({ when }) => when.get(fact)?.size === 1 && when.get(fact)?.has(value) === true);
    const facts: ArrivalFacts = {
      adult: each('age', 'adult'),
      consented: each('consent', 'given'),
      named: rules.some(({ relation }) => relation.includes('named-contact')),
    };
    this.cameWith.set(key, facts);
    return facts;
  }

  private asking(
    operation: 'read' | 'query',
    held: Pick<Held, 'type' | 'purpose' | 'facts'> & { provenance?: Pick<Provenance, 'convention'> },
    from: Agency,
    role: string,
    at: Date,
  ): DecisionRequest {
    const came = held.provenance && this.arrivedWith(held.type, held.provenance.convention, from);
    const facts: CaseFacts = {
      ...held.facts,
      ...(came?.adult && { adult: true }),
      ...(came?.named && { namedContact: [this.agency.id] }),
    };
    return {
      at,
      purpose: held.purpose,
      operation,
      from: partyOf(from),
      to: partyOf(this.agency),
      relation: relationsOf(this.agency, facts),
      role,
      event: held.type,
      facts: factsAt(facts, at, this.agency.id),
      ...(held.provenance && { under: conventionOf(held.provenance.convention) }),
    };
  }

  protected describe(type: string): EventDescription {
    return this.events.get(type) ?? { type, fields: [] };
  }
}

/** A ground on which they were shared has ended: withheld, whatever the convention lets this reader see. */
function closing<Answer extends Pick<Decision, 'fields'>>(answer: Answer, paths: readonly string[]): Answer {
  if (paths.length === 0) return answer;
  const closed = paths.flatMap((path) =>
    Object.hasOwn(answer.fields, path) ? [[path, CLOSED] as const] : [],
  );
  return { ...answer, fields: { ...answer.fields, ...Object.fromEntries(closed) } };
}

const CLOSED: FieldDecision = { treatment: 'withhold', rules: ['share-revoked'], articles: [] };

/** What a convention says was established about a person for something to come under it. */
export interface ArrivalFacts {
  readonly adult: boolean;
  readonly consented: boolean;
  readonly named: boolean;
}

/** `<id>@<version>` */
export function conventionOf(named: string | undefined): ConventionRef | undefined {
  const [id, version] = named?.split('@') ?? [];
  return id && version ? { id, version: Number(version) } : undefined;
}

/** Roles that may see personal data. */
const CASE_ROLES = ['caseworker', 'supervisor', 'officer', 'desk'] as const;
