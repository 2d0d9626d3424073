import type {
  Citation,
  Convention,
  Forbid,
  InForce,
  Party,
  Rule,
  Statute,
  TreatmentEntry,
} from './convention';
import { canonicalDocument } from './digest';
import type { Generalisation, Sha256Hex, Treatment } from './model';
import {
  type Effect,
  type FactKey,
  type FactName,
  type Ground,
  type ObligationKind,
  type SetFactName,
  setTest,
} from './vocabulary';
import { schemaFor, YamlSource } from './yaml-source';
import { CONVENTION_SCHEMA } from './convention-schema';
import { STATUTORY_SCHEMA } from './statutory-schema';

type Treating =
  | Exclude<Treatment, 'generalise'>
  | {
      readonly treatment?: Exclude<Treatment, 'generalise'>;
      readonly generalise?: Generalisation;
      readonly readers?: readonly string[];
      readonly articles?: readonly string[];
    };
type SetCondition = { readonly includes: readonly string[] } | { readonly excludes: readonly string[] };
type When = Partial<Record<FactName, readonly (string | boolean)[]>> &
  Partial<Record<SetFactName, SetCondition>>;
interface Period {
  readonly from: string;
  readonly until?: string;
}
interface RuleFile {
  readonly id: string;
  readonly from: { readonly kind: string };
  readonly to: { readonly kind: string };
  readonly relation?: readonly string[];
  readonly events: readonly string[];
  readonly purposes?: readonly string[];
  readonly when?: When;
  readonly readers: readonly string[];
  readonly treatments: {
    readonly categories?: Readonly<Record<string, Treating>>;
    readonly fields?: Readonly<Record<string, Treating>>;
  };
  readonly despite?: readonly string[];
  readonly whenItEnds?: Partial<Record<Ground, Effect>>;
  readonly articles: readonly string[];
  readonly obligations?: Partial<Record<ObligationKind, string | true>>;
}
interface ConventionFile {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly legalBases: readonly string[];
  readonly purposes: readonly string[];
  readonly parties: readonly Party[];
  readonly inForce: Period;
  readonly signatures: readonly {
    readonly party: string;
    readonly by: string;
    readonly on: string;
    readonly digest?: string;
  }[];
  readonly rules: readonly RuleFile[];
}
interface ForbidFile extends Omit<Forbid, 'exceptEvents' | 'unlessRelation' | 'when' | 'withholds'> {
  readonly exceptEvents?: readonly string[];
  readonly unlessRelation?: readonly string[];
  readonly when?: When;
  readonly withholds: 'event' | readonly string[];
}
interface StatuteFile extends Pick<Statute, 'id' | 'title' | 'mark' | 'liftedByVitalInterest'> {
  readonly articles: readonly Citation[];
  readonly inForce: Period;
  readonly forbids?: readonly ForbidFile[];
  readonly heldBy?: readonly string[];
}

const conventionSchema = schemaFor<ConventionFile>(CONVENTION_SCHEMA);
const statutorySchema = schemaFor<StatuteFile>(STATUTORY_SCHEMA);

/**
 * Digest of a convention's text without its signatures: what its parties sign. Comments, line breaks and the order of
 * lists do not matter; every word that decides does.
 * @throws AppError `convention-invalid`, with file, line and column
 */
export function conventionDigest(text: string, fileName: string, sha256: Sha256Hex): string {
  const source = new YamlSource(text, fileName, 'convention-invalid');
  return digestOf(source.checked(conventionSchema), sha256);
}

function digestOf({ signatures: _, ...signed }: ConventionFile, sha256: Sha256Hex): string {
  return sha256(canonicalDocument(signed));
}

/**
 * Reads one convention file.
 * @throws AppError `convention-invalid`, with file, line and column: what is not understood does not load.
 */
export function parseConvention(text: string, fileName: string, sha256: Sha256Hex): Convention {
  const source = new YamlSource(text, fileName, 'convention-invalid');
  const file = source.checked(conventionSchema);
  const partyIds = new Set<string>();
  file.parties.forEach(({ id }, index) => {
    if (partyIds.has(id)) throw source.failure(['parties', index, 'id'], `party \`${id}\` stands here twice`);
    partyIds.add(id);
  });
  const digest = digestOf(file, sha256);
  const signatures = file.signatures.map((signature, index) => {
    if (!partyIds.has(signature.party)) {
      throw source.failure(
        ['signatures', index, 'party'],
        `\`${signature.party}\` is no party of this convention`,
      );
    }
    const on = instantAt(source, ['signatures', index, 'on'], signature.on);
    return {
      ...{ ...signature, on, digest: signature.digest ?? '', valid: signature.digest === digest },
      source: source.place(['signatures', index]),
    };
  });
  const ruleIds = new Set<string>();
  const rules = file.rules.map((rule, index) => {
    if (ruleIds.has(rule.id))
      throw source.failure(['rules', index, 'id'], `rule \`${rule.id}\` stands here twice`);
    ruleIds.add(rule.id);
    return readRule(source, file, rule, ['rules', index]);
  });
  const signedOn = lastSignature(file.parties, signatures);
  return {
    id: file.id,
    version: file.version,
    title: file.title,
    legalBases: file.legalBases,
    purposes: file.purposes,
    parties: file.parties.map((party, index) => ({ ...party, source: source.place(['parties', index]) })),
    inForce: readPeriod(source, file.inForce),
    signatures,
    digest,
    ...(signedOn && { signedOn }),
    rules,
    file: fileName,
  };
}

/** From when every party has signed; of several signatures of a party the first counts. */
function lastSignature(
  parties: ConventionFile['parties'],
  signatures: Convention['signatures'],
): Date | undefined {
  const dates = parties.map(({ id }) =>
    Math.min(...signatures.flatMap(({ party, on, valid }) => (party === id && valid ? [on.getTime()] : []))),
  );
  return dates.every(Number.isFinite) ? new Date(Math.max(...dates)) : undefined;
}

/**
 * Reads one rule of law.
 * @throws AppError `convention-invalid`, with file, line and column.
 */
export function parseStatutory(text: string, fileName: string): Statute {
  const source = new YamlSource(text, fileName, 'convention-invalid');
  const { articles, forbids = [], heldBy = [], inForce, ...file } = source.checked(statutorySchema);
  if (file.mark === 'process' && forbids.length > 0) {
    throw source.failure(['mark'], 'a `process` rule forbids nothing: mark it `floor` or `default`');
  }
  articles.forEach(({ checked, source: where, why }, index) => {
    if (checked === 'no' ? why === undefined : where === undefined) {
      const missing = checked === 'no' ? '`why` it could not be checked' : 'its `source`: where it was read';
      throw source.failure(['articles', index], `an article marked \`${checked}\` says ${missing}`);
    }
  });
  if (forbids.length === 0 && heldBy.length === 0) {
    throw source.failure(['mark'], 'a rule that forbids nothing says in `heldBy` what holds it');
  }
  return {
    ...file,
    articles: articles.map(({ article }) => article),
    citations: articles,
    inForce: readPeriod(source, inForce),
    forbids: forbids.map(({ exceptEvents = [], unlessRelation = [], when, withholds, ...forbid }) => ({
      ...forbid,
      exceptEvents,
      unlessRelation,
      when: readCondition(when),
      withholds: withholds === 'event' ? withholds : new Set(withholds),
    })),
    heldBy,
    file: fileName,
    places: placesOf(source, forbids),
  };
}

function placesOf(source: YamlSource, forbids: readonly ForbidFile[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  forbids.forEach(({ withholds }, index) => {
    if (withholds === 'event') return;
    withholds.forEach((name, at) => {
      if (!places.has(name)) places.set(name, source.place(['forbids', index, 'withholds', at]));
    });
  });
  return places;
}

function readRule(
  source: YamlSource,
  file: ConventionFile,
  rule: RuleFile,
  path: readonly (string | number)[],
): Rule {
  const kinds = new Set(file.parties.map(({ kind }) => kind));
  for (const side of ['from', 'to'] as const) {
    if (!kinds.has(rule[side].kind)) {
      throw source.failure(
        [...path, side, 'kind'],
        `no party of this convention is of kind \`${rule[side].kind}\``,
      );
    }
  }
  rule.purposes?.forEach((purpose, index) => {
    if (!file.purposes.includes(purpose)) {
      throw source.failure([...path, 'purposes', index], `\`${purpose}\` is no purpose of this convention`);
    }
  });
  const entries = (part: 'categories' | 'fields') =>
    new Map(
      Object.entries(rule.treatments[part] ?? {}).map(([name, treating]) => {
        const entry = readTreatment(treating, source.place([...path, 'treatments', part, name]));
        const stranger = entry.readers?.find((role) => !rule.readers.includes(role));
        if (stranger !== undefined) {
          throw source.failure(
            [...path, 'treatments', part, name],
            `role \`${stranger}\` is not among the readers of the rule`,
          );
        }
        return [name, entry];
      }),
    );
  return {
    id: `${file.id}/${rule.id}`,
    from: rule.from.kind,
    to: rule.to.kind,
    relation: rule.relation ?? [],
    events: rule.events,
    purposes: rule.purposes ?? file.purposes,
    when: readCondition(rule.when),
    readers: rule.readers,
    categories: entries('categories'),
    fields: entries('fields'),
    despite: rule.despite ?? [],
    whenItEnds: new Map(Object.entries(rule.whenItEnds ?? {}) as [Ground, Effect][]),
    articles: rule.articles,
    obligations: new Map(
      Object.entries(rule.obligations ?? {}).map(([kind, value]) => [kind as ObligationKind, String(value)]),
    ),
    source: source.place(path),
  };
}

function readTreatment(treating: Treating, source: string): TreatmentEntry {
  if (typeof treating === 'string') return { treatment: treating, source };
  const { treatment, generalise, ...rest } = treating;
  return generalise === undefined
    ? { treatment: treatment ?? 'withhold', ...rest, source }
    : { treatment: 'generalise', to: generalise, ...rest, source };
}

function readCondition(when: When | undefined): Rule['when'] {
  return new Map(
    Object.entries(when ?? {}).map(([fact, values]): [FactKey, ReadonlySet<string | boolean>] => {
      if (Array.isArray(values)) return [fact as FactName, new Set(values as readonly (string | boolean)[])];
      const asked = values as SetCondition;
      const [of, holds] = 'includes' in asked ? [asked.includes, true] : [asked.excludes, false];
      return [setTest(fact as SetFactName, of), new Set([holds])];
    }),
  );
}

function readPeriod(source: YamlSource, { from, until }: Period): InForce {
  const start = instantAt(source, ['inForce', 'from'], from);
  if (until === undefined) return { from: start };
  const end = instantAt(source, ['inForce', 'until'], until);
  const lastDay = until.length === 'YYYY-MM-DD'.length;
  if (lastDay) end.setUTCDate(end.getUTCDate() + 1);
  if (end <= start) throw source.failure(['inForce', 'until'], 'it ends before it begins');
  return { from: start, until: end };
}

function instantAt(source: YamlSource, path: readonly (string | number)[], text: string): Date {
  const date = new Date(text);
  const day = text.slice(0, 10);
  const real = new Date(`${day}T00:00:00Z`);
  // `Date` turns 31 February into 2 March instead of refusing it.
  if (Number.isNaN(date.getTime()) || real.toISOString().slice(0, 10) !== day) {
    throw source.failure(path, `\`${text}\` is not a date of the calendar`);
  }
  return date;
}
