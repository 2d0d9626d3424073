import { AppError, type AgencyKind } from '@liaison/kernel';
import type { Convention, Forbid, Party, Rule, Statute } from './convention';
import type { RuleSet } from './evaluate';
import type { ConventionRef, EventDescription, Operation, PartyRef } from './model';
import type { DenialCode } from './vocabulary';

/** What concerns one event type between two agencies, over all time. */
export interface Pair {
  readonly event: EventDescription;
  /** Ids of the conventions of which some version names the event between the two, in order. */
  readonly ids: readonly string[];
  readonly forbids: readonly { readonly forbid: Forbid; readonly statute: Statute }[];
  readonly from: PartyRef;
  readonly to: PartyRef;
  /** Instants (ms) at which a date changes what applies, ascending. */
  readonly boundaries: readonly number[];
}

/**
 * Finds what concerns two agencies without looking at the conventions of others: rules are keyed by event and kinds,
 * and by the recipient's département or id where the convention names them.
 */
export class ConventionIndex {
  private readonly events: ReadonlyMap<string, EventDescription>;
  /** All versions of an id, newest first. */
  private readonly versions = new Map<string, Convention[]>();
  private readonly byRecipient = new Map<string, Set<string>>();

  constructor(
    conventions: readonly Convention[],
    private readonly statutes: readonly Statute[],
    events: readonly EventDescription[],
  ) {
    this.events = new Map(events.map((event) => [event.type, event]));
    for (const convention of conventions) {
      const versions = this.versions.get(convention.id) ?? [];
      const same = versions.find(({ version }) => version === convention.version);
      if (same) {
        throw new AppError(
          'convention-invalid',
          `${convention.file}: ${convention.id}@${convention.version} stands in ${same.file} already; raise the version`,
        );
      }
      versions.push(convention);
      this.versions.set(convention.id, versions);
      for (const rule of convention.rules) this.add(convention, rule);
    }
    for (const versions of this.versions.values()) versions.sort((a, b) => b.version - a.version);
  }

  find({ id, version }: ConventionRef): Convention | undefined {
    return this.versions.get(id)?.find((each) => each.version === version);
  }

  pair(type: string, from: PartyRef, to: PartyRef): Pair {
    const described = this.events.get(type);
    const event = described ?? { type, fields: [] };
    // An event type that nobody described has no fields to decide about: no convention can mean it.
    const ids = (described ? recipientKeys(to) : [])
      .flatMap((recipient) => [
        ...(this.byRecipient.get(indexKey(type, from.kind, to.kind, recipient)) ?? []),
      ])
      .filter((id) => this.versions.get(id)?.some((convention) => names(convention, type, from, to)));
    const candidates = [...new Set(ids)].sort();
    const forbids = this.statutes.flatMap((statute) =>
      statute.forbids
        .filter((forbid) => concerns(forbid, type, from.kind, to.kind))
        .map((forbid) => ({ forbid, statute })),
    );
    const dates = [
      ...forbids.flatMap(({ statute }) => [statute.inForce.from, statute.inForce.until]),
      ...candidates
        .flatMap((id) => this.versions.get(id) ?? [])
        .flatMap(({ inForce, signedOn }) => [inForce.from, inForce.until, signedOn]),
    ];
    const boundaries = [...new Set(dates.flatMap((date) => (date ? [date.getTime()] : [])))].sort(
      (a, b) => a - b,
    );
    return { event, ids: candidates, forbids, from, to, boundaries };
  }

  /** What applies at an instant; under one named version, or under the effective version of each convention. */
  ruleSet(pair: Pair, at: number, operation: Operation, under: ConventionRef | undefined): RuleSet {
    const found = under
      ? [this.underVersion(pair, at, operation, under)]
      : pair.ids.map((id) => this.effective(pair, at, id));
    const conventions = found.flatMap((each) =>
      each.code === undefined
        ? [
            {
              convention: each.convention,
              rules: rulesFor(each.convention, pair.event.type, pair.from.kind, pair.to.kind),
            },
          ]
        : [],
    );
    const absences = found.flatMap((each) => (each.code === undefined ? [] : [each]));
    return {
      event: pair.event,
      conventions,
      forbids: pair.forbids.filter(({ statute: { inForce } }) => isWithin(inForce, at)),
      absence: furthest(absences),
    };
  }

  /** The newest version that has come into force and been signed; older ones do not come back when it ends. */
  private effective(pair: Pair, at: number, id: string): Found {
    const versions = this.versions.get(id) ?? [];
    const begun = versions.find(
      ({ inForce, signedOn }) => inForce.from.getTime() <= at && signedOn && signedOn.getTime() <= at,
    );
    if (begun) {
      const convention = refOf(begun);
      if (!names(begun, pair.event.type, pair.from, pair.to)) return { code: 'no-convention' };
      return isWithin(begun.inForce, at) ? { convention: begun } : { code: 'convention-ended', convention };
    }
    return furthest(
      versions
        .filter((each) => names(each, pair.event.type, pair.from, pair.to))
        .map((each) => ({ code: notYet(each, at), convention: refOf(each) })),
    );
  }

  private underVersion(pair: Pair, at: number, operation: Operation, under: ConventionRef): Found {
    const convention = this.find(under);
    const ref = refOf(under);
    if (!convention) return { code: 'convention-unknown', convention: ref };
    if (!names(convention, pair.event.type, pair.from, pair.to)) return { code: 'no-convention' };
    const { inForce, signedOn } = convention;
    if (inForce.from.getTime() > at || !signedOn || signedOn.getTime() > at)
      return { code: notYet(convention, at), convention: ref };
    // The end of a convention stops what is shared anew; what was received under it stays readable.
    return isWithin(inForce, at) || operation === 'read' || operation === 'query'
      ? { convention }
      : { code: 'convention-ended', convention: ref };
  }

  private add(convention: Convention, rule: Rule): void {
    const recipients = convention.parties.filter(({ kind }) => kind === rule.to).flatMap(partyKeys);
    for (const event of rule.events) {
      for (const recipient of recipients) {
        const key = indexKey(event, rule.from, rule.to, recipient);
        const ids = this.byRecipient.get(key);
        if (ids) ids.add(convention.id);
        else this.byRecipient.set(key, new Set([convention.id]));
      }
    }
  }
}

type Absence = { readonly code: DenialCode; readonly convention?: ConventionRef };
type Found = Absence | { readonly code?: undefined; readonly convention: Convention };

const ABSENCE_ORDER: readonly DenialCode[] = [
  'convention-unknown',
  'convention-unsigned',
  'convention-ended',
  'convention-not-in-force',
];

/** The absence that came nearest to a convention that applies. */
function furthest(absences: readonly Absence[]): Absence {
  for (const code of ABSENCE_ORDER) {
    const found = absences.find((absence) => absence.code === code);
    if (found) return found;
  }
  return { code: 'no-convention' };
}

function notYet({ inForce }: Convention, at: number): DenialCode {
  if (inForce.until && inForce.until.getTime() <= at) return 'convention-ended';
  return inForce.from.getTime() > at ? 'convention-not-in-force' : 'convention-unsigned';
}

function names(convention: Convention, event: string, from: PartyRef, to: PartyRef): boolean {
  return (
    rulesFor(convention, event, from.kind, to.kind).length > 0 &&
    convention.parties.some((party) => isParty(party, from)) &&
    convention.parties.some((party) => isParty(party, to))
  );
}

function rulesFor({ rules }: Convention, event: string, from: AgencyKind, to: AgencyKind): readonly Rule[] {
  return rules.filter((rule) => rule.from === from && rule.to === to && rule.events.includes(event));
}

export function isParty(party: Party, agency: PartyRef): boolean {
  return (
    party.kind === agency.kind &&
    (party.agencies?.includes(agency.agency) ?? true) &&
    (party.departements === undefined ||
      (agency.departement !== undefined && party.departements.includes(agency.departement)))
  );
}

/** Whether a prohibition is about this event between these kinds. */
export function concerns(forbid: Forbid, event: string, from: AgencyKind, to: AgencyKind): boolean {
  const fits = (pattern: string) =>
    pattern.endsWith('*') ? event.startsWith(pattern.slice(0, -1)) : event === pattern;
  return (
    forbid.events.some(fits) &&
    !forbid.exceptEvents.some(fits) &&
    (forbid.from?.includes(from) ?? true) &&
    !(forbid.fromOtherThan?.includes(from) ?? false) &&
    (forbid.to?.includes(to) ?? true) &&
    !(forbid.toOtherThan?.includes(to) ?? false)
  );
}

function isWithin({ from, until }: { readonly from: Date; readonly until?: Date }, at: number): boolean {
  return from.getTime() <= at && (until === undefined || at < until.getTime());
}

function indexKey(event: string, from: AgencyKind, to: AgencyKind, recipient: string): string {
  return `${event} ${from} ${to} ${recipient}`;
}

function partyKeys({ agencies, departements }: Party): string[] {
  return (
    agencies?.map((id) => `agency:${id}`) ?? departements?.map((code) => `departement:${code}`) ?? ['any']
  );
}

function recipientKeys({ agency, departement }: PartyRef): string[] {
  return [`agency:${agency}`, `departement:${departement ?? ''}`, 'any'];
}

function refOf({ id, version }: ConventionRef): ConventionRef {
  return { id, version };
}
