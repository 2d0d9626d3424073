import { DESCRIPTIONS } from '@liaison/contracts';
import fc from 'fast-check';
import type { Decision, EventDescription, FieldDecision } from './model';
import { project } from './project';

/**
 * What is withheld stands nowhere in the bytes that leave, whatever the event type, the field and its depth. A value
 * here is a marker that names its place, or a date, code or text of which only the coarse part may pass.
 */

type Node = { [name: string]: unknown };
interface Planted {
  readonly payload: Node;
  /** Path of a field to the values under it. */
  readonly markers: ReadonlyMap<string, readonly string[]>;
  /** Under names that the event type does not have: a field that its sender added later. */
  readonly strangers: readonly string[];
}

/** Every field has a value: lists of two where `listed` says so, of sections and of values. */
function plant({ fields }: EventDescription, listed: (path: string) => boolean): Planted {
  const markers = new Map<string, string[]>();
  const strangers: string[] = [];
  let planted = 0;
  const value = (path: string): string => {
    planted += 1;
    const marker = `marker-${planted}-${path}-end`;
    markers.set(path, [...(markers.get(path) ?? []), marker]);
    return marker;
  };
  const section = (prefix: string): Node => {
    const inside = fields.filter(({ path }) => path.startsWith(prefix));
    const names = new Set(inside.map(({ path }) => path.slice(prefix.length).split('.', 1)[0]!));
    const stranger = `stranger-${strangers.length}-end`;
    strangers.push(stranger);
    const node: Node = { addedLater: { deep: [stranger] }, anotherName: stranger };
    for (const name of names) {
      const path = prefix + name;
      const isField = inside.some((each) => each.path === path);
      const one = () => (isField ? value(path) : section(`${path}.`));
      node[name] = listed(path) ? [one(), one()] : one();
    }
    return node;
  };
  return { payload: section(''), markers, strangers };
}

const decisionWith = (fields: Decision['fields']): Decision =>
  ({ allowed: true, at: new Date('2026-03-01T12:00:00Z'), fields }) as Decision;
const treated = (treatment: FieldDecision['treatment'], to?: FieldDecision['to']): FieldDecision => ({
  treatment,
  ...(to && { to }),
  rules: [],
  articles: [],
});
const TREATMENTS = [
  treated('release'),
  treated('withhold'),
  treated('mask'),
  treated('generalise', 'nothing'),
];

describe.each(DESCRIPTIONS.map((event) => [event.type, event] as const))('of %s', (_type, event) => {
  const paths = event.fields.map(({ path }) => path);

  it('each field alone, withheld or masked, is absent from the bytes, and everything else is there', () => {
    for (const listed of [() => false, () => true]) {
      const { payload, markers, strangers } = plant(event, listed);
      for (const hidden of paths) {
        const fields = Object.fromEntries(
          paths.map((path) => [path, treated(path === hidden ? 'withhold' : 'release')]),
        );
        const { data, withheld } = project(payload, decisionWith(fields), event);
        const bytes = JSON.stringify(data);
        const left = [...markers].flatMap(([path, values]) =>
          values.filter((each) => bytes.includes(each)).map(() => path),
        );
        expect(new Set(left)).toEqual(new Set(paths.filter((path) => path !== hidden)));
        expect(strangers.filter((each) => bytes.includes(each))).toEqual([]);
        expect(withheld).toEqual([hidden]);
      }
    }
  });

  it('so are any of them together, at whatever depth lists stand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TREATMENTS), { minLength: paths.length, maxLength: paths.length }),
        fc.func(fc.boolean()),
        (chosen, listed) => {
          const { payload, markers, strangers } = plant(event, (path) => listed(path));
          const fields = Object.fromEntries(paths.map((path, index) => [path, chosen[index]!]));
          const { data, withheld } = project(payload, decisionWith(fields), event);
          const bytes = JSON.stringify({ data, withheld });
          const open = paths.filter((path) => fields[path]?.treatment === 'release');
          const left = paths.filter((path) => markers.get(path)!.some((each) => bytes.includes(each)));
          expect(left).toEqual(open);
          expect(strangers.filter((each) => bytes.includes(each))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

it('of what is generalised, the finer part is absent from the bytes', () => {
  const finer = fc.record({
    to: fc.constantFrom('day' as const, 'month' as const, 'year' as const, 'age-band' as const),
    value: fc
      .date({ min: new Date('1950-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  });
  const length = { day: 10, month: 7, year: 4, 'age-band': 0 };
  const event: EventDescription = {
    type: 'liaison.sample.happened.v1',
    fields: [{ path: 'people.birthDate', category: 'dates' }],
  };
  fc.assert(
    fc.property(finer, ({ to, value }) => {
      const decision = decisionWith({ 'people.birthDate': treated('generalise', to) });
      const bytes = JSON.stringify(project({ people: [{ birthDate: value }] }, decision, event).data);
      expect(bytes).not.toContain(value.slice(0, length[to] + 3));
    }),
  );
});
