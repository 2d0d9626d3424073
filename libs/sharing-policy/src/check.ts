import { accepts, mistakesIn } from './check-names';
import type { Convention, Forbid, Rule, Statute, TreatmentEntry } from './convention';
import { entryFor } from './evaluate';
import { concerns } from './index-of-conventions';
import type { EventDescription, EventField } from './model';
import { isOpen, openness } from './treatments';
import { SAME_AGENCY } from './vocabulary';

/** What somebody who writes conventions should look at. */
export interface Finding {
  /** Stable. */
  readonly code: FindingCode;
  /** `error`: the set does not load, or a text says what cannot happen. `warning`: probably not what was meant. */
  readonly severity: 'error' | 'warning';
  /** `file:line:column` */
  readonly place: string;
  readonly message: string;
}

export const FINDING_CODES = [
  'name-unknown',
  'signature-of-another-text',
  'signature-missing',
  'rule-never-applies',
  'rule-hidden',
  'contradicts-statute',
  'no-retention',
  'derivative-open',
  'source-open',
  'generalisation-partial',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface CheckedSet {
  readonly conventions: readonly Convention[];
  readonly statutory: readonly Statute[];
  readonly events: readonly EventDescription[];
}

/** Categories that tell nothing about the person: who wrote, when, in which procedure. */
const IMPERSONAL: readonly string[] = ['procedure', 'dates'];

/**
 * Fields of which one gives the other away, by the ends of their paths: from the one that tells more to the one that
 * follows from it. A département beside a withheld address is no leak but what `generalise` does, and is not listed.
 */
const DERIVED: readonly (readonly [from: string, derived: string])[] = [
  ['birthDate', 'estimatedAge'],
  ['address.line', 'steps.organisation'],
  ['commune', 'communeCode'],
  ['communeCode', 'commune'],
  ['account', 'meansOfControl'],
];

/** All findings about a set, by place. Pure: what is not in the set is not looked at. */
export function checkSet({ conventions, statutory, events }: CheckedSet): readonly Finding[] {
  const described = new Map(events.map((event) => [event.type, event]));
  const findings = [
    ...mistakesIn(conventions, statutory, events).map((message) => fromMessage(message)),
    ...conventions.flatMap((convention) => [
      ...signatureFindings(convention),
      ...convention.rules.flatMap((rule) => [
        ...neverApplies(rule, convention, statutory, described),
        ...hiddenBy(rule, convention, described),
        ...retention(rule, convention, described),
        ...fieldFindings(rule, statutory, described),
      ]),
    ]),
  ];
  return findings.sort((a, b) => byPlace(a.place, b.place) || (a.code < b.code ? -1 : 1));
}

function signatureFindings({ digest, parties, signatures }: Convention): Finding[] {
  const others = signatures.filter(({ valid }) => !valid);
  const missing = parties.filter(({ id }) => !signatures.some(({ party }) => party === id));
  return [
    ...others.map(({ party, source }): Finding => ({
      code: 'signature-of-another-text',
      severity: 'error',
      place: source,
      message: `the signature of \`${party}\` is not over this text, whose digest is ${digest}: it does not count`,
    })),
    ...missing.map(({ id, source }): Finding => ({
      code: 'signature-missing',
      severity: 'warning',
      place: source,
      message: `\`${id}\` has not signed: until then the convention does not count`,
    })),
  ];
}

function neverApplies(
  rule: Rule,
  { inForce, signedOn }: Convention,
  statutes: readonly Statute[],
  described: ReadonlyMap<string, EventDescription>,
): Finding[] {
  const never = (message: string): Finding[] => [
    { code: 'rule-never-applies', severity: 'error', place: rule.source, message },
  ];
  if (rule.events.every((type) => !described.has(type))) return never('none of its events exists');
  if (
    rule.from !== rule.to &&
    rule.relation.length > 0 &&
    rule.relation.every((each) => each === SAME_AGENCY)
  ) {
    return never('an agency of one kind is never the same as one of another');
  }
  if (inForce.until && signedOn && signedOn >= inForce.until) {
    return never('the convention ended before its last party signed');
  }
  const whole = statutes.filter(({ mark, id, forbids }) => {
    if (mark === 'default' && rule.despite.includes(id)) return false;
    return rule.events.every((type) =>
      forbids.some((forbid) => forbid.withholds === 'event' && alwaysForbids(forbid, rule, type)),
    );
  });
  return whole.length > 0
    ? never(`${whole.map(({ id }) => id).join(', ')} forbids its events whenever it applies`)
    : [];
}

/** Whether a prohibition holds in every case in which the rule applies. Where a fact is unknown both hold back. */
function alwaysForbids(forbid: Forbid, rule: Rule, type: string): boolean {
  if (!concerns(forbid, type, rule.from, rule.to)) return false;
  if (forbid.operations && !forbid.operations.includes('release')) return false;
  if (forbid.purposes && !rule.purposes.every((purpose) => forbid.purposes?.includes(purpose))) return false;
  // Some relation lifts it, and nothing says that the recipient never has it.
  if (forbid.unlessRelation.some((each) => each !== SAME_AGENCY || rule.from === rule.to)) return false;
  return [...forbid.when].every(([fact, values]) => {
    const asked = rule.when.get(fact);
    return asked !== undefined && [...asked].every((value) => values.has(value));
  });
}

/** A rule beside which another of its convention always applies too, and lets through no more than it for every field. */
function hiddenBy(
  rule: Rule,
  { rules }: Convention,
  described: ReadonlyMap<string, EventDescription>,
): Finding[] {
  const fields = rule.events.flatMap((type) => described.get(type)?.fields ?? []);
  const hiding = rules.find(
    (other) =>
      other !== rule &&
      covers(other, rule) &&
      fields.every((field) => {
        const own = entryFor(rule, field.path, field.category);
        const others = entryFor(other, field.path, field.category);
        return !own || (others !== undefined && !tellsApart(own, others));
      }) &&
      // Of two that say the same, the second is the one too many.
      (!covers(rule, other) || rules.indexOf(other) < rules.indexOf(rule)),
  );
  if (!hiding || [...rule.obligations].some(([kind, value]) => hiding.obligations.get(kind) !== value))
    return [];
  return [
    {
      code: 'rule-hidden',
      severity: 'warning',
      place: rule.source,
      message: `\`${hiding.id}\` always applies too and is at least as protective for every field: this rule changes nothing`,
    },
  ];
}

/** Whether `wide` applies whenever `narrow` does. */
function covers(wide: Rule, narrow: Rule): boolean {
  const subset = (some: readonly string[], all: readonly string[]) =>
    some.every((each) => all.includes(each));
  return (
    wide.from === narrow.from &&
    wide.to === narrow.to &&
    subset(narrow.events, wide.events) &&
    subset(narrow.purposes, wide.purposes) &&
    subset(narrow.readers, wide.readers) &&
    (wide.relation.length === 0 || (narrow.relation.length > 0 && subset(narrow.relation, wide.relation))) &&
    [...wide.when].every(([fact, values]) => {
      const asked = narrow.when.get(fact);
      return asked !== undefined && [...asked].every((value) => values.has(value));
    })
  );
}

/** Whether the entry of a rule makes a difference beside that of another. */
function tellsApart(own: TreatmentEntry, other: TreatmentEntry): boolean {
  const sameReaders = JSON.stringify(own.readers) === JSON.stringify(other.readers);
  if (own.treatment === other.treatment && own.to === other.to)
    return !sameReaders && own.readers !== undefined;
  return openness(own) < openness(other) || own.treatment === 'generalise' || own.readers !== undefined;
}

function retention(
  rule: Rule,
  { rules }: Convention,
  described: ReadonlyMap<string, EventDescription>,
): Finding[] {
  // Obligations add up: one of a rule that always applies beside it counts for it too.
  const kept = rules.some(
    (other) => other.obligations.has('keep-no-longer-than') && (other === rule || covers(other, rule)),
  );
  if (kept) return [];
  if (rule.relation.length > 0 && rule.relation.every((each) => each === SAME_AGENCY)) return [];
  const personal = rule.events
    .flatMap((type) => described.get(type)?.fields ?? [])
    .find(
      (field) => !IMPERSONAL.includes(field.category) && isOpen(entryFor(rule, field.path, field.category)),
    );
  if (!personal) return [];
  return [
    {
      code: 'no-retention',
      severity: 'error',
      place: rule.source,
      message: `\`${personal.path}\` is released and nothing says how long it may be kept: add keep-no-longer-than`,
    },
  ];
}

function fieldFindings(
  rule: Rule,
  statutes: readonly Statute[],
  described: ReadonlyMap<string, EventDescription>,
): Finding[] {
  const findings = new Map<string, Finding>();
  const add = (finding: Finding) =>
    findings.set(`${finding.code} ${finding.place} ${finding.message}`, finding);
  for (const type of rule.events) {
    const fields = described.get(type)?.fields ?? [];
    for (const field of fields) {
      const entry = entryFor(rule, field.path, field.category);
      if (!entry || !isOpen(entry)) continue;
      const against = statutes.find((statute) => contradicts(statute, rule, type, field));
      if (against) {
        add({
          code: 'contradicts-statute',
          severity: 'error',
          place: entry.source,
          message: `\`${field.path}\` is ${entry.treatment}d, and ${against.id} withholds it whenever this rule applies`,
        });
      }
      if (!accepts(field, entry)) {
        add({
          code: 'generalisation-partial',
          severity: 'warning',
          place: entry.source,
          message: `\`${field.path}\` cannot be generalised to ${entry.to}: it is left out`,
        });
      }
    }
    for (const finding of derivations(rule, fields)) add(finding);
  }
  return [...findings.values()];
}

function contradicts({ mark, id, forbids }: Statute, rule: Rule, type: string, field: EventField): boolean {
  if (mark === 'default' && rule.despite.includes(id)) return false;
  return forbids.some(
    (forbid) =>
      forbid.withholds !== 'event' &&
      (forbid.withholds.has(field.category) || forbid.withholds.has(field.path)) &&
      alwaysForbids(forbid, rule, type),
  );
}

function derivations(rule: Rule, fields: readonly EventField[]): Finding[] {
  const ending = (path: string, end: string) => path === end || path.endsWith(`.${end}`);
  const sectionOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('.'), 0));
  return DERIVED.flatMap(([from, derived]) =>
    fields.flatMap((source) => {
      const target =
        ending(source.path, from) &&
        fields.find(
          ({ path }) =>
            ending(path, derived) && (derived.includes('.') || sectionOf(path) === sectionOf(source.path)),
        );
      if (!target) return [];
      const [own, other] = [source, target].map((each) => entryFor(rule, each.path, each.category));
      if (
        isOpen(own) === isOpen(other) ||
        own?.treatment === 'generalise' ||
        other?.treatment === 'generalise'
      )
        return [];
      const [open, closed] = isOpen(own) ? [source, target] : [target, source];
      return [
        {
          code: isOpen(own) ? ('source-open' as const) : ('derivative-open' as const),
          severity: 'warning' as const,
          place: (isOpen(own) ? own : other)?.source ?? rule.source,
          message: `\`${open.path}\` is released and tells what \`${closed.path}\`, which is not, would say`,
        },
      ];
    }),
  );
}

/** A message that begins with its place. */
function fromMessage(text: string): Finding {
  const [, place = '', message = text] = /^(.*?:\d+:\d+): (.*)$/s.exec(text) ?? [];
  return { code: 'name-unknown', severity: 'error', place, message };
}

function byPlace(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
