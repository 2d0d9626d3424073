/**
 * A second interpreter of the convention language, written from docs/conventions.md alone: it shares no code with the
 * engine, not even its parser, and is slow and plain. Specs compare the two. It reads the documents as YAML gives them.
 */

type Names = readonly string[];
type Condition = Readonly<Record<string, readonly unknown[] | { includes?: Names; excludes?: Names }>>;
type Treating = string | { treatment?: string; generalise?: string; readers?: Names };
export interface NaiveConvention {
  id: string;
  version: number;
  purposes: Names;
  parties: { id: string; kind: string; departements?: Names; agencies?: Names }[];
  inForce: { from: string; until?: string };
  signatures: { party: string; on: string; digest?: string }[];
  rules: {
    from: { kind: string };
    to: { kind: string };
    relation?: Names;
    events: Names;
    purposes?: Names;
    when?: Condition;
    readers: Names;
    despite?: Names;
    treatments: { categories?: Record<string, Treating>; fields?: Record<string, Treating> };
  }[];
}
export interface NaiveStatute {
  id: string;
  mark: string;
  liftedByVitalInterest: boolean;
  inForce: { from: string; until?: string };
  forbids?: {
    events: Names;
    exceptEvents?: Names;
    from?: Names;
    fromOtherThan?: Names;
    to?: Names;
    toOtherThan?: Names;
    operations?: Names;
    purposes?: Names;
    unlessRelation?: Names;
    when?: Condition;
    withholds: 'event' | Names;
  }[];
}
interface Agency {
  agency: string;
  kind: string;
  departement?: string;
}
export interface NaiveRequest {
  at: Date;
  purpose: string;
  operation: string;
  from: Agency;
  to: Agency;
  relation: Names;
  role?: string;
  event: string;
  facts: Readonly<
    Record<string, { value: unknown; owner: string; until?: Date; scope?: { to?: string; purpose?: string } }>
  >;
}
/** Path to `release`, `mask`, `withhold` or `generalise <to>`; nothing where the event is denied. */
export type NaiveAnswer = Readonly<Record<string, string>> | 'denied';
interface Field {
  path: string;
  category: string;
}
type Rule = NaiveConvention['rules'][number];
type Truth = 'true' | 'false' | 'perhaps';

/** In a generated document, a digest of another text. */
export const WRONG_DIGEST = 'f'.repeat(64);

const BOTH = ['sender', 'recipient'];
/** Who vouches for a fact, which kinds of agency may, whether the recipient is told it, and its values. */
const FACTS: Record<string, { by: Names; kinds?: Names; told: boolean; values: readonly unknown[] }> = {
  age: { by: BOTH, told: true, values: ['minor', 'adult'] },
  protectedIdentity: { by: ['sender'], told: false, values: [true, false] },
  protectedAddress: { by: ['sender'], told: false, values: [true, false] },
  consent: { by: ['sender'], told: false, values: ['given', 'refused', 'withdrawn', 'not-asked'] },
  danger: { by: ['sender'], told: true, values: [true, false] },
  incapacity: { by: ['sender'], told: false, values: [true, false] },
  procedureOpen: { by: BOTH, kinds: ['police', 'justice'], told: true, values: [true, false] },
  relativeInvolved: { by: ['sender'], told: false, values: [true, false] },
  judgeOrder: { by: ['sender'], kinds: ['ase', 'justice', 'police'], told: true, values: [true, false] },
  vitalInterest: { by: BOTH, told: true, values: [true, false] },
  networkDepartements: { by: BOTH, told: true, values: [] },
};

/**
 * What may be answered: one answer, except to a reader who is not told some facts. For them any value may be the true
 * one, and each answer that no other beats in everything is right.
 */
export function naiveAnswers(
  conventions: readonly NaiveConvention[],
  statutes: readonly NaiveStatute[],
  fields: readonly Field[],
  request: NaiveRequest,
): readonly NaiveAnswer[] {
  const facts = established(request);
  const untold =
    request.operation === 'read' && request.from.agency !== request.to.agency
      ? Object.keys(FACTS).filter((name) => !FACTS[name]!.told && facts[name] === undefined)
      : [];
  const asked = [
    ...conventions.flatMap(({ rules }) => rules),
    ...statutes.flatMap(({ forbids }) => forbids ?? []),
  ];
  const relevant = untold.filter((name) => asked.some(({ when }) => when !== undefined && name in when));
  let assignments: Record<string, unknown>[] = [facts];
  for (const name of relevant) {
    assignments = assignments.flatMap((each) =>
      FACTS[name]!.values.map((value) => ({ ...each, [name]: value })),
    );
  }
  const answers = assignments.map((each) => answer(conventions, statutes, fields, request, each));
  return answers.filter((each) => !answers.some((other) => beats(other, each)));
}

function established({ facts, from, to, at, purpose }: NaiveRequest): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const [name, { value, owner, until, scope }] of Object.entries(facts)) {
    const { by, kinds } = FACTS[name]!;
    const vouching = [...(by.includes('sender') ? [from] : []), ...(by.includes('recipient') ? [to] : [])];
    const trusted = vouching.some(({ agency, kind }) => agency === owner && (!kinds || kinds.includes(kind)));
    if (!trusted || (until && until <= at) || value === 'unknown') continue;
    if (scope?.to !== undefined && scope.to !== to.kind) continue;
    if (scope?.purpose !== undefined && scope.purpose !== purpose) continue;
    known[name] = value;
  }
  return known;
}

function answer(
  conventions: readonly NaiveConvention[],
  statutes: readonly NaiveStatute[],
  fields: readonly Field[],
  request: NaiveRequest,
  facts: Record<string, unknown>,
): NaiveAnswer {
  const taking = conventions
    .filter(
      (each) =>
        isNewest(each, conventions, request) && within(each.inForce, request.at) && concerns(each, request),
    )
    .map(({ purposes, rules }) => {
      const mine = rules.filter((rule) => isAbout(rule, request) && admits(rule, purposes, request));
      const having = (truth: Truth) => mine.filter((rule) => holds(rule.when, facts, request) === truth);
      return { sure: having('true'), perhaps: having('perhaps') };
    })
    .filter(({ sure, perhaps }) => sure.length + perhaps.length > 0);
  const prohibitions = statutes
    .filter(({ inForce }) => within(inForce, request.at))
    .filter(({ liftedByVitalInterest }) => !(liftedByVitalInterest && facts['vitalInterest'] === true))
    .filter(
      ({ id, mark }) =>
        !(
          mark === 'default' &&
          taking.length > 0 &&
          taking.every(({ sure }) => sure.some(({ despite = [] }) => despite.includes(id)))
        ),
    )
    .flatMap(({ forbids = [] }) => forbids)
    .filter((forbid) => applies(forbid, facts, request));
  if (prohibitions.some(({ withholds }) => withholds === 'event')) return 'denied';
  if (!taking.some(({ sure }) => sure.length > 0)) return 'denied';
  return Object.fromEntries(
    fields.map((field) => {
      const said = taking.flatMap(({ sure, perhaps }) => {
        const surely = sure.flatMap((rule) => treatmentBy(rule, field, request));
        const maybe = perhaps.flatMap((rule) => treatmentBy(rule, field, request));
        return surely.length === 0 ? ['withhold', ...maybe] : [...surely, ...maybe];
      });
      const forbidden = prohibitions.some(
        ({ withholds }) => withholds.includes(field.category) || withholds.includes(field.path),
      );
      return [field.path, forbidden ? 'withhold' : said.reduce(stricter)];
    }),
  );
}

/** The newest version that is signed and has begun is the one that counts. */
function isNewest(
  convention: NaiveConvention,
  all: readonly NaiveConvention[],
  { at }: NaiveRequest,
): boolean {
  const begun = all.filter((each) => each.id === convention.id && startOf(each) <= at.getTime());
  return begun.includes(convention) && begun.every(({ version }) => version <= convention.version);
}

/** When it begins: its first day, or the last of its parties' first signatures. */
function startOf({ inForce, parties, signatures }: NaiveConvention): number {
  const signed = parties.map(({ id }) =>
    Math.min(
      ...signatures
        .filter(({ party, digest }) => party === id && digest !== undefined && digest !== WRONG_DIGEST)
        .map(({ on }) => Date.parse(on)),
    ),
  );
  return Math.max(Date.parse(inForce.from), ...signed);
}

function within({ from, until }: { from: string; until?: string }, at: Date): boolean {
  const day = 86_400_000;
  const end = until === undefined ? Infinity : Date.parse(until) + (until.length === 10 ? day : 0);
  return Date.parse(from) <= at.getTime() && at.getTime() < end;
}

function concerns({ parties, rules }: NaiveConvention, request: NaiveRequest): boolean {
  const isParty = (agency: Agency) =>
    parties.some(
      ({ kind, agencies, departements }) =>
        kind === agency.kind &&
        (!agencies || agencies.includes(agency.agency)) &&
        (!departements || departements.includes(agency.departement ?? '')),
    );
  return isParty(request.from) && isParty(request.to) && rules.some((rule) => isAbout(rule, request));
}

function isAbout({ from, to, events }: Rule, request: NaiveRequest): boolean {
  return from.kind === request.from.kind && to.kind === request.to.kind && events.includes(request.event);
}

function admits({ purposes, relation, readers }: Rule, all: Names, request: NaiveRequest): boolean {
  if (!(purposes ?? all).includes(request.purpose)) return false;
  if (relation && !relation.some((each) => isRelated(each, request))) return false;
  return request.operation !== 'read' || readers.includes(request.role ?? '');
}

function isRelated(relation: string, { relation: claimed, from, to }: NaiveRequest): boolean {
  if (relation !== 'same-agency') return claimed.includes(relation);
  return from.agency === to.agency && from.kind === to.kind;
}

function holds(when: Condition | undefined, facts: Record<string, unknown>, { to }: NaiveRequest): Truth {
  const truths = Object.entries(when ?? {}).map(([name, wanted]): Truth => {
    const value = facts[name];
    if (!Array.isArray(wanted)) {
      if (!Array.isArray(value)) return 'perhaps';
      const { includes, excludes } = wanted as { includes?: Names; excludes?: Names };
      const sought = (includes ?? excludes ?? []).map((each) =>
        each === 'recipient' ? to.departement : each,
      );
      const found = value.some((each) => sought.includes(each as string));
      return found === (includes !== undefined) ? 'true' : 'false';
    }
    if (value !== undefined) return wanted.includes(value) ? 'true' : 'false';
    if (wanted.includes('unknown') || FACTS[name]!.values.every((each) => wanted.includes(each)))
      return 'true';
    return 'perhaps';
  });
  return truths.includes('false') ? 'false' : truths.includes('perhaps') ? 'perhaps' : 'true';
}

function applies(
  forbid: NonNullable<NaiveStatute['forbids']>[number],
  facts: Record<string, unknown>,
  request: NaiveRequest,
): boolean {
  const fits = (pattern: string) =>
    pattern.endsWith('*') ? request.event.startsWith(pattern.slice(0, -1)) : pattern === request.event;
  const { from, to } = request;
  return (
    forbid.events.some(fits) &&
    !forbid.exceptEvents?.some(fits) &&
    (!forbid.from || forbid.from.includes(from.kind)) &&
    !forbid.fromOtherThan?.includes(from.kind) &&
    (!forbid.to || forbid.to.includes(to.kind)) &&
    !forbid.toOtherThan?.includes(to.kind) &&
    (!forbid.operations || forbid.operations.includes(request.operation)) &&
    (!forbid.purposes || forbid.purposes.includes(request.purpose)) &&
    !forbid.unlessRelation?.some((each) => isRelated(each, request)) &&
    holds(forbid.when, facts, request) !== 'false'
  );
}

/** The entry of the field, else of the nearest section around it, else of its category. */
function treatmentBy(
  { treatments: { fields = {}, categories = {} } }: Rule,
  { path, category }: Field,
  { operation, role }: NaiveRequest,
): string[] {
  const parts = path.split('.');
  const names = parts.map((_part, index) => parts.slice(0, parts.length - index).join('.'));
  const named = names.find((name) => name in fields);
  const entry = named === undefined ? categories[category] : fields[named];
  if (entry === undefined) return [];
  if (typeof entry === 'string') return [entry];
  if (operation === 'read' && entry.readers && !entry.readers.includes(role ?? '')) return ['withhold'];
  return [
    entry.generalise === undefined ? (entry.treatment ?? 'withhold') : `generalise ${entry.generalise}`,
  ];
}

/** Everything that hides at least what the treatment does. */
const HIDDEN_BY: Record<string, Names> = {
  release: [],
  'generalise day': ['release'],
  'generalise month': ['release', 'generalise day'],
  'generalise year': ['release', 'generalise day', 'generalise month'],
  'generalise age-band': ['release'],
  'generalise departement': ['release'],
  'generalise region': ['release', 'generalise departement'],
  'generalise nothing': [
    'release',
    ...['day', 'month', 'year', 'age-band', 'departement', 'region'].map((to) => `generalise ${to}`),
  ],
};

function stricter(a: string, b: string): string {
  if (a === b) return a;
  for (const treatment of ['withhold', 'mask']) if (a === treatment || b === treatment) return treatment;
  if (HIDDEN_BY[a]!.includes(b)) return a;
  if (HIDDEN_BY[b]!.includes(a)) return b;
  return 'generalise nothing';
}

function beats(a: NaiveAnswer, b: NaiveAnswer): boolean {
  if (a === 'denied') return false;
  if (b === 'denied') return true;
  const paths = Object.keys(a);
  return (
    paths.every((path) => a[path] === b[path] || stricter(a[path]!, b[path]!) === b[path]) &&
    paths.some((path) => open(a[path]!) && a[path] !== b[path])
  );
}

function open(treatment: string): boolean {
  return !['generalise nothing', 'mask', 'withhold'].includes(treatment);
}
