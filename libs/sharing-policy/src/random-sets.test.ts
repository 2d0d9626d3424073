import { type NaiveRequest, WRONG_DIGEST } from './naive.test';
import { conventionDigest } from './parse';
import { conventionFile, event, ruleFile, sha256 } from './samples.test';

/** Random conventions, floors and requests, as files, the same for the same seed: for the comparisons beside. */

/** Mulberry32: numbers that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function generator(seed: number) {
  const random = randomFrom(seed);
  const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const chance = (of: number) => random() < of;
  const some = <T>(values: readonly T[], of = 0.4): T[] => values.filter(() => chance(of));
  const atLeastOne = <T>(values: readonly T[], of = 0.4): T[] => {
    const chosen = some(values, of);
    return chosen.length > 0 ? chosen : [one(values)];
  };
  const maybe = <K extends string, T>(name: K, of: number, value: () => T): Partial<Record<K, T>> =>
    chance(of) ? ({ [name]: value() } as Record<K, T>) : {};
  return { one, chance, some, atLeastOne, maybe };
}
export type Generator = ReturnType<typeof generator>;

const KINDS = ['police', 'prefecture', 'ase'];
const AGENCIES = KINDS.flatMap((kind) => [
  { agency: `${kind}-75`, kind, departement: '75' },
  { agency: `${kind}-13`, kind, departement: '13' },
  { agency: `${kind}-national`, kind },
]);
const RELATIONS = ['competent', 'author', 'takes-in-charge', 'same-agency'];
const ROLES = ['desk', 'caseworker', 'officer'];
const PURPOSES = ['care', 'residence'];
const DATES = ['2024-06-01', '2025-01-01', '2025-06-15', '2026-01-01'];
const INSTANTS = [
  '2024-12-31T23:59:59.999Z',
  '2025-01-01T00:00:00Z',
  '2025-06-16T00:00:00Z',
  '2026-03-01T12:00:00Z',
];
const PATHS = event.fields.map(({ path }) => path);
const CATEGORIES = [...new Set(event.fields.map(({ category }) => category))];
export const FACTS: Record<string, readonly unknown[]> = {
  age: ['minor', 'adult', 'unknown'],
  protectedAddress: [true, false],
  consent: ['given', 'refused', 'withdrawn', 'not-asked'],
  procedureOpen: [true, false],
  vitalInterest: [true, false],
};
const GENERALISATIONS = ['day', 'month', 'year', 'age-band', 'departement', 'region', 'nothing'];

function condition({ one, some, atLeastOne, maybe }: Generator) {
  const facts = some(Object.keys(FACTS), 0.25).map((name) => [name, atLeastOne(FACTS[name]!, 0.5)] as const);
  const found = {
    ...Object.fromEntries(facts),
    ...maybe('networkDepartements', 0.15, () => ({
      [one(['includes', 'excludes'])]: atLeastOne(['75', '13', 'recipient']),
    })),
  };
  return Object.keys(found).length === 0 ? {} : { when: found };
}

function treating({ one, chance, atLeastOne }: Generator, readers: readonly string[]): unknown {
  const plain = one(['release', 'release', 'mask', 'withhold']);
  if (chance(0.5)) return plain;
  const who = chance(0.5) ? { readers: atLeastOne(readers) } : {};
  return chance(0.5) ? { generalise: one(GENERALISATIONS), ...who } : { treatment: plain, ...who };
}

function randomRule(make: Generator, id: string) {
  const { one, some, atLeastOne, maybe } = make;
  const readers = atLeastOne(ROLES, 0.6);
  const entries = (names: readonly string[], of: number) =>
    Object.fromEntries(some(names, of).map((name) => [name, treating(make, readers)]));
  return ruleFile({
    id,
    from: { kind: one(KINDS) },
    to: { kind: one(KINDS) },
    readers,
    ...maybe('relation', 0.4, () => atLeastOne(RELATIONS)),
    ...maybe('purposes', 0.3, () => atLeastOne(PURPOSES)),
    ...maybe('despite', 0.3, () => ['R91']),
    ...condition(make),
    treatments: {
      categories: entries(CATEGORIES, 0.6),
      fields: {
        ...entries(PATHS, 0.2),
        ...Object.fromEntries(
          some(['names', 'places', 'period'], 0.15).map((name) => [name, one(['mask', 'withhold'])]),
        ),
      },
    },
  });
}

function randomConvention(make: Generator, id: string, version: number) {
  const { one, chance, maybe, atLeastOne } = make;
  const parties = KINDS.map((kind) => ({
    id: `${kind}-party`,
    kind,
    ...maybe('departements', 0.15, () => atLeastOne(['75', '13'])),
    ...maybe('agencies', 0.15, () => atLeastOne(AGENCIES.map(({ agency }) => agency))),
  }));
  const file = conventionFile({
    id,
    version,
    purposes: PURPOSES,
    parties,
    inForce: { from: one(DATES.slice(0, 2)), ...maybe('until', 0.2, () => one(DATES.slice(2))) },
    rules: Array.from({ length: 1 + Math.floor(4 * (chance(0.5) ? 1 : 0.3)) }, (_, index) =>
      randomRule(make, `rule-${index}`),
    ),
    signatures: [],
  });
  const digest = conventionDigest(JSON.stringify(file), id, sha256);
  const signatures = parties.flatMap((party) => [
    ...(chance(0.1) ? [{ party: party.id, by: 'A', on: one(DATES), digest: WRONG_DIGEST }] : []),
    ...(chance(0.97)
      ? [{ party: party.id, by: 'B', on: chance(0.9) ? '2024-01-01' : one(DATES), digest }]
      : []),
  ]);
  return { ...file, signatures };
}

function randomStatute(make: Generator, index: number) {
  const { one, chance, maybe, atLeastOne } = make;
  return {
    id: `R${90 + index}`,
    title: 'A rule',
    mark: index === 1 ? 'default' : 'floor',
    liftedByVitalInterest: chance(0.3),
    articles: [{ article: 'CP 226-13', checked: 'no', why: 'a sample' }],
    inForce: { from: one(['2000-01-01', ...DATES]), ...maybe('until', 0.1, () => '2026-12-31') },
    forbids: [
      {
        events: [one(['*', 'liaison.sample.*', event.type, 'liaison.other.*'])],
        ...maybe('exceptEvents', 0.1, () => [event.type]),
        ...maybe('from', 0.2, () => atLeastOne(KINDS)),
        ...maybe('fromOtherThan', 0.2, () => atLeastOne(KINDS)),
        ...maybe('to', 0.2, () => atLeastOne(KINDS)),
        ...maybe('toOtherThan', 0.2, () => atLeastOne(KINDS)),
        ...maybe('operations', 0.2, () => atLeastOne(['release', 'receipt', 'read'])),
        ...maybe('purposes', 0.2, () => atLeastOne(PURPOSES)),
        ...maybe('unlessRelation', 0.4, () => atLeastOne(RELATIONS)),
        ...condition(make),
        withholds: chance(0.15) ? 'event' : atLeastOne([...CATEGORIES, 'names.given', 'places.line']),
      },
    ],
  };
}

export function randomRequest(
  { one, some, chance, maybe }: Generator,
  types: readonly string[],
  facts = FACTS,
): NaiveRequest {
  const from = one(AGENCIES);
  const to = chance(0.15) ? from : one(AGENCIES);
  const purpose = one([...PURPOSES, 'residence-of-victims']);
  const stated = some([...Object.keys(facts), 'networkDepartements'], 0.5).map((name) => [
    name,
    {
      value: name === 'networkDepartements' ? some(['75', '13', '69']) : one(facts[name]!),
      owner: one([from.agency, from.agency, from.agency, to.agency, 'somebody', 'directory']),
      visibleTo: 'sender',
      ...maybe('until', 0.1, () => new Date(one(INSTANTS))),
      ...(name === 'consent' && chance(0.3)
        ? { scope: one([{ to: one(KINDS) }, { purpose: one(PURPOSES) }]) }
        : {}),
    },
  ]);
  const operation = one(['release', 'release', 'release', 'receipt', 'read']);
  return {
    at: new Date(one(INSTANTS)),
    purpose,
    operation,
    from,
    to,
    relation: some(RELATIONS, 0.5),
    ...(operation === 'read' ? { role: one(ROLES) } : {}),
    event: one(types),
    facts: Object.fromEntries(stated) as NaiveRequest['facts'],
  };
}

/** Conventions, of one perhaps two versions, and statutes. */
export function randomSet(make: Generator): { readonly conventions: object[]; readonly statutes: object[] } {
  const conventions = Array.from({ length: 1 + (make.chance(0.6) ? 1 : 0) }, (_, index) =>
    randomConvention(make, `convention-${index}`, 1),
  );
  if (make.chance(0.3)) conventions.push(randomConvention(make, 'convention-0', 2));
  const statutes = [randomStatute(make, 1), ...(make.chance(0.7) ? [randomStatute(make, 0)] : [])];
  return { conventions, statutes };
}
