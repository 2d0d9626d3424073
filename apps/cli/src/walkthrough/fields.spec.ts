import { groupFields, textOf } from './fields';
import { leavesOf } from './leaves';

it('a field is a path with its value; items of a list share one', () => {
  const document = {
    departement: '75',
    documents: [{ kind: 'passport', number: '1' }, { kind: 'visa' }],
    travel: { debt: { amount: 50_000 }, transitCountries: ['NE', 'LY'] },
    minor: false,
    none: null,
    empty: {},
  };
  expect(leavesOf(document)).toEqual([
    { path: 'departement', value: '75' },
    { path: 'documents.kind', value: ['passport', 'visa'] },
    { path: 'documents.number', value: '1' },
    { path: 'travel.debt.amount', value: 50_000 },
    { path: 'travel.transitCountries', value: ['NE', 'LY'] },
    { path: 'minor', value: false },
    { path: 'none', value: null },
  ]);
});

it('neighbours of one section with one answer are one entry', () => {
  const fields = [
    ['travel.entryDate', 'release'],
    ['travel.route', 'release'],
    ['travel.organisedBy', 'withhold'],
    ['travel.means', 'release'],
    ['travel.debt.amount', 'release'],
    ['steps.kind', 'release'],
    ['at', 'release'],
    ['role', 'release'],
  ].map(([path = '', treatment]) => ({ path, treatment }));
  const labels = groupFields(fields, ({ treatment }) => String(treatment)).map(({ label }) => label);
  expect(labels).toEqual([
    'travel: entryDate, route',
    'travel.organisedBy',
    'travel.means',
    'travel.debt.amount',
    'steps.kind',
    'at, role',
  ]);
});

it.each([
  ['Paris', 'Paris'],
  [['NE', 'LY'], 'NE, LY'],
  [false, 'false'],
  [50_000, '50000'],
])('%j as text', (value, text) => {
  expect(textOf(value)).toBe(text);
});
