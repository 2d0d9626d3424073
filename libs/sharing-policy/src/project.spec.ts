import type { Decision, FieldDecision } from './model';
import { generalised } from './generalise';
import { project } from './project';
import { event, payload } from './samples.test';

function decision(fields: Readonly<Record<string, string>>): Decision {
  const decided = event.fields.map(({ path }): [string, FieldDecision] => {
    const [treatment, to] = (fields[path] ?? 'withhold').split(' ');
    return [path, { treatment, ...(to ? { to } : {}), rules: [], articles: [] } as unknown as FieldDecision];
  });
  return {
    allowed: true,
    at: new Date('2026-03-01T12:00:00Z'),
    conventions: [],
    legalBases: [],
    fields: Object.fromEntries(decided),
    obligations: [],
    endings: [],
    digest: '',
  };
}
const paths = event.fields.map(({ path }) => path).sort();

it('copies what is open, and marks the rest', () => {
  const some = decision({
    name: 'release',
    tags: 'mask',
    'names.given': 'release',
    'places.departement': 'release',
  });
  expect(project(payload, some, event)).toEqual({
    data: {
      name: 'Marker-name',
      names: { given: ['Marker-given-1', 'Marker-given-2'] },
      places: [{ departement: '75' }, { departement: '13' }],
    },
    withheld: ['account', 'birthDate', 'period.from', 'period.to', 'places.line', 'tags'],
  });
});

it('marks alike whether or not there was a value, and leaves no empty section behind', () => {
  expect(project({}, decision({}), event)).toEqual({ data: {}, withheld: paths });
  expect(project(payload, decision({}), event)).toEqual({ data: {}, withheld: paths });
  const line = decision({ 'places.line': 'release' });
  expect(project({ places: [{ departement: '75' }, { line: 'x' }] }, line, event).data).toEqual({
    places: [{ line: 'x' }],
  });
  expect(project({ places: [{ departement: '75' }] }, line, event).data).toEqual({});
});

it('generalises, and leaves out what it cannot generalise', () => {
  const coarse = decision({
    birthDate: 'generalise year',
    'period.from': 'generalise month',
    account: 'generalise day',
  });
  const { data, withheld } = project(payload, coarse, event);
  expect(data).toEqual({ birthDate: '2001', period: { from: '2024-02' } });
  expect(withheld).toContain('account');
  expect(withheld).not.toContain('birthDate');
});

it('marks what cannot be generalised and what is not there alike', () => {
  const coarse = decision({ birthDate: 'generalise age-band', 'period.from': 'generalise month' });
  const { withheld } = project({ birthDate: '2001' }, coarse, event);
  expect(withheld).toEqual(paths);
  expect(project({}, coarse, event).withheld).toEqual(withheld);
});

it('counts an age on the legal day that it is given', () => {
  const band = decision({ birthDate: 'generalise age-band' });
  const born = { birthDate: '2008-03-02' };
  expect(project(born, band, event).data).toEqual({ birthDate: '15-17' });
  expect(project(born, band, event, () => '2026-03-02').data).toEqual({ birthDate: '18-20' });
});

it('asks for the legal day only where an age is shown', () => {
  const never = () => {
    throw new Error('nobody counts an age');
  };
  const coarse = decision({ birthDate: 'generalise year', name: 'release' });
  expect(project({ birthDate: '2008-03-02', name: 'x' }, coarse, event, never).data).toEqual({
    birthDate: '2008',
    name: 'x',
  });
  const band = decision({ birthDate: 'generalise age-band', name: 'release' });
  expect(project({ name: 'x' }, band, event, never).data).toEqual({ name: 'x' });
  expect(() => project({ birthDate: '2008-03-02' }, band, event, never)).toThrow('nobody counts an age');
});

it('never looks inside a value or below a field that the event does not have', () => {
  const open = decision(Object.fromEntries(paths.map((path) => [path, 'release'])));
  const odd = JSON.parse(
    '{"name": {"first": "x"}, "tags": [["x"], {"y": 1}, "z"], "extra": 1, "names": {"given": [], "extra": 2}, "places": [[{"line": "x"}]], "period": "x", "__proto__": {"account": "x"}}',
  );
  expect(project(odd, open, event).data).toEqual({ tags: ['z'], names: { given: [] } });
  for (const none of [null, 'x', 3, undefined]) expect(project(none, open, event).data).toEqual({});
});

it('keeps false, zero and null', () => {
  const open = decision({ name: 'release', account: 'release', tags: 'release' });
  expect(project({ name: false, account: 0, tags: null }, open, event).data).toEqual({
    name: false,
    account: 0,
    tags: null,
  });
});

it('withholds everything of a denied event, even where its fields say nothing', () => {
  expect(project(payload, { ...decision({}), allowed: false, fields: {} }, event)).toEqual({
    data: {},
    withheld: paths,
  });
  const denied = { ...decision({ name: 'release' }), allowed: false };
  expect(project(payload, denied, event)).toEqual({ data: {}, withheld: paths });
});

it.each([
  ['2001-05-17', 'year', '2001'],
  ['2001-05-17', 'month', '2001-05'],
  ['2001-05-17', 'day', '2001-05-17'],
  ['2001-05-17T10:00:00Z', 'day', '2001-05-17'],
  ['2001-05', 'year', '2001'],
  ['2001', 'month', '2001'],
  ['17 May 2001', 'year', undefined],
  [20010517, 'year', undefined],
  ['2008-03-01', 'age-band', '18-20'],
  ['2008-03-02', 'age-band', '15-17'],
  ['1950-01-01', 'age-band', '50+'],
  ['2030-01-01', 'age-band', undefined],
  ['2008', 'age-band', undefined],
  ['18-20', 'age-band', '18-20'],
  ['75011', 'departement', '75'],
  ['97400', 'departement', '974'],
  ['20090', 'departement', '2A'],
  ['20200', 'departement', '2B'],
  ['2A004', 'departement', '2A'],
  ['2B', 'departement', '2B'],
  ['974', 'departement', '974'],
  ['Paris', 'departement', undefined],
] as const)('%s to %s gives %s', (value, to, expected) => {
  expect(generalised(value, to, () => '2026-03-01')).toBe(expected);
});
