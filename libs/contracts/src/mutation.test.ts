import fc from 'fast-check';

/** Changes that break a valid document, or that it survives; for the specs beside, not built into the library. */

type Data = Record<string, unknown>;
const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

export type Mutation = (value: unknown) => unknown;
const REMOVED = Symbol('removed');

/** Changes to a node: something else in its place, a little more of it, nothing at all, or a stranger inside it. */
const nasty = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\ufe0f',
  '😀',
  '\n',
  '\u2028',
  'é',
  '1',
  '-',
  '\u00a0',
  'İ',
);
const strange = fc.oneof(
  fc.jsonValue(),
  nasty,
  fc.constantFrom<unknown>(null, [], {}, [[]], [{}], 0, -0, 1.5, 1e21, true, '2026-02-30', '2026-02', '75'),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.string({ unit: 'binary', maxLength: 120 }),
);
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  strange.map(
    (value): Mutation =>
      () =>
        value,
  ),
  fc.constant<Mutation>(() => REMOVED),
  fc.tuple(nasty, fc.nat(300)).map(([text, count]): Mutation => (value) => {
    if (typeof value === 'string') return value + text.repeat(count);
    if (typeof value === 'number') return value + count;
    if (Array.isArray(value)) return value.concat(...times(count % 60, value.slice(0, 1)));
    return value;
  }),
  fc.tuple(fc.string(), strange).map(([name, stranger]): Mutation => (value) => {
    if (Array.isArray(value)) return [...(value as unknown[]), stranger];
    if (typeof value !== 'object' || value === null) return [value];
    return Object.fromEntries([...Object.entries(value), [name, stranger]]);
  }),
);

/** Applies a mutation at the `place`th node (modulo their number), in depth-first order. */
export function mutateAt(data: object, place: number, mutate: Mutation): unknown {
  const places: [owner: Data, name: string][] = [];
  const walk = (owner: Data) => {
    for (const name of Object.keys(owner)) {
      places.push([owner, name]);
      if (typeof owner[name] === 'object' && owner[name] !== null) walk(owner[name] as Data);
    }
  };
  walk(data as Data);
  const [owner, name] = places[place % places.length]!;
  const mutated = mutate(owner[name]);
  if (mutated !== REMOVED) owner[name] = mutated;
  else if (Array.isArray(owner)) owner.splice(Number(name), 1);
  else delete owner[name];
  return JSON.parse(JSON.stringify(data)) as unknown;
}
