import type { Convention, Forbid, InForce, Party, Rule, Statute, TreatmentEntry } from './convention';
import type { Generalisation, Treatment } from './model';
import { CONVENTION_SCHEMA, STATUTORY_SCHEMA } from './schema';
import type { FactName, ObligationKind } from './vocabulary';
import { schemaFor, YamlSource } from './yaml-source';

type Treating =
  | Exclude<Treatment, 'generalise'>
  | {
      readonly treatment?: Exclude<Treatment, 'generalise'>;
      readonly generalise?: Generalisation;
      readonly readers?: readonly string[];
      readonly articles?: readonly string[];
    };
type When = Partial<Record<FactName, readonly (string | boolean)[]>>;
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
  readonly signatures: readonly { readonly party: string; readonly by: string; readonly on: string }[];
  readonly rules: readonly RuleFile[];
}
interface StatuteFile extends Omit<Statute, 'inForce' | 'forbids' | 'file'> {
  readonly inForce: Period;
  readonly forbids: readonly (Omit<Forbid, 'exceptEvents' | 'unlessRelation' | 'when'> & {
    readonly exceptEvents?: readonly string[];
    readonly unlessRelation?: readonly string[];
    readonly when?: When;
  })[];
}

const conventionSchema = schemaFor<ConventionFile>(CONVENTION_SCHEMA);
const statutorySchema = schemaFor<StatuteFile>(STATUTORY_SCHEMA);

/**
 * Reads one convention file.
 * @throws AppError `convention-invalid`, with file, line and column: what is not understood does not load.
 */
export function parseConvention(text: string, fileName: string): Convention {
  const source = new YamlSource(text, fileName, 'convention-invalid');
  const file = source.checked(conventionSchema);
  const partyIds = new Set<string>();
  file.parties.forEach(({ id }, index) => {
    if (partyIds.has(id)) throw source.failure(['parties', index, 'id'], `party \`${id}\` stands here twice`);
    partyIds.add(id);
  });
  const signatures = file.signatures.map((signature, index) => {
    if (!partyIds.has(signature.party)) {
      throw source.failure(
        ['signatures', index, 'party'],
        `\`${signature.party}\` is no party of this convention`,
      );
    }
    return { ...signature, on: instantAt(source, ['signatures', index, 'on'], signature.on) };
  });
  const missing = file.parties.some(({ id }) => !signatures.some(({ party }) => party === id));
  const ruleIds = new Set<string>();
  const rules = file.rules.map((rule, index) => {
    if (ruleIds.has(rule.id))
      throw source.failure(['rules', index, 'id'], `rule \`${rule.id}\` stands here twice`);
    ruleIds.add(rule.id);
    return readRule(source, file, rule, ['rules', index]);
  });
  return {
    id: file.id,
    version: file.version,
    title: file.title,
    legalBases: file.legalBases,
    purposes: file.purposes,
    parties: file.parties,
    inForce: readPeriod(source, file.inForce),
    signatures,
    ...(missing ? {} : { signedOn: new Date(Math.max(...signatures.map(({ on }) => on.getTime()))) }),
    rules,
    file: fileName,
  };
}

/**
 * Reads one statutory floor.
 * @throws AppError `convention-invalid`, with file, line and column.
 */
export function parseStatutory(text: string, fileName: string): Statute {
  const source = new YamlSource(text, fileName, 'convention-invalid');
  const file = source.checked(statutorySchema);
  return {
    id: file.id,
    title: file.title,
    mark: file.mark,
    liftedByVitalInterest: file.liftedByVitalInterest,
    articles: file.articles,
    inForce: readPeriod(source, file.inForce),
    forbids: file.forbids.map((forbid) => ({
      ...forbid,
      exceptEvents: forbid.exceptEvents ?? [],
      unlessRelation: forbid.unlessRelation ?? [],
      when: readCondition(forbid.when),
    })),
    file: fileName,
  };
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
        const entry = readTreatment(treating);
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
    articles: rule.articles,
    obligations: new Map(
      Object.entries(rule.obligations ?? {}).map(([kind, value]) => [kind as ObligationKind, String(value)]),
    ),
    source: source.place(path),
  };
}

function readTreatment(treating: Treating): TreatmentEntry {
  if (typeof treating === 'string') return { treatment: treating };
  const { treatment, generalise, ...rest } = treating;
  return generalise === undefined
    ? { treatment: treatment ?? 'withhold', ...rest }
    : { treatment: 'generalise', to: generalise, ...rest };
}

function readCondition(when: When | undefined): Rule['when'] {
  return new Map(Object.entries(when ?? {}).map(([fact, values]) => [fact as FactName, new Set(values)]));
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
