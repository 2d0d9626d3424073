import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DESCRIPTIONS } from '@liaison/contracts';
import { checkSet, type FindingCode } from './check';
import { parseConvention, parseStatutory } from './parse';
import { convention, event, ruleFile, sha256, statute } from './samples.test';

const kept = { obligations: { 'keep-no-longer-than': 'P1Y' } };
const findings = (rules: readonly object[], laws: readonly object[] = [], more: object = {}) =>
  checkSet({
    conventions: [
      convention({
        rules: rules.map((rule, index) => ruleFile({ id: `rule-${index}`, ...kept, ...rule })),
        ...more,
      }),
    ],
    statutory: laws.map((law, index) => statute({ id: `R${90 + index}`, ...law })),
    events: [event],
  });
const fields = (entries: object) => ({ treatments: { fields: entries } });

it('finds nothing in a good convention', () => {
  expect(findings([{}])).toEqual([]);
});

it.each<[FindingCode, string, readonly object[], readonly object[], object?]>([
  ['name-unknown', 'no event of this rule has the field `nmae`', [fields({ nmae: 'release' })], []],
  ['name-unknown', '`places` is a section', [fields({ places: 'release' })], []],
  ['name-unknown', 'marked default', [{ despite: ['R77'] }], []],
  ['rule-never-applies', 'none of its events', [{ events: ['liaison.other.happened.v1'] }], []],
  ['rule-never-applies', 'never the same', [{ relation: ['same-agency'] }], []],
  [
    'rule-never-applies',
    'R90 forbids its events',
    [{ when: { age: ['minor'] } }],
    [{ forbids: [{ events: ['*'], when: { age: ['minor', 'adult'] }, withholds: 'event' }] }],
  ],
  ['rule-never-applies', 'ended before', [{}], [], { inForce: { from: '2024-01-01', until: '2024-06-30' } }],
  ['rule-hidden', '`sample/rule-0` always applies too', [{}, { relation: ['competent'] }], []],
  [
    'rule-hidden',
    '`sample/rule-0` always applies too',
    [fields({ name: 'mask' }), fields({ name: 'release' })],
    [],
  ],
  ['contradicts-statute', 'R90 withholds it', [fields({ 'places.line': 'release' })], [{}]],
  ['no-retention', 'how long it may be kept', [{ obligations: {} }], []],
  [
    'signature-missing',
    '`recipients` has not signed',
    [{}],
    [],
    { signatures: [{ party: 'senders', by: 'A', on: '2024-12-01' }] },
  ],
])('%s: %s', (code, message, rules, laws, ...[more]) => {
  expect(findings(rules, laws, more)).toContainEqual(
    expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }),
  );
});

it('a rule that a statute holds back under some facts only, or that sets a default aside, contradicts nothing', () => {
  const law = { forbids: [{ events: ['*'], when: { protectedAddress: [true] }, withholds: ['address'] }] };
  const codes = (found: ReturnType<typeof findings>) => found.map(({ code }) => code);
  expect(codes(findings([fields({ 'places.line': 'release' })], [law]))).toEqual([]);
  const aside = { ...fields({ 'places.line': 'release' }), despite: ['R90'] };
  expect(codes(findings([aside], [{ mark: 'default' }]))).toEqual([]);
});

it('finds a released field that gives a withheld one away, and the reverse', () => {
  const people = {
    type: event.type,
    fields: [
      { path: 'person.birthDate', category: 'real-identity' },
      { path: 'person.estimatedAge', category: 'real-identity' },
    ],
  };
  const found = (entries: object) =>
    checkSet({
      conventions: [convention({ rules: [ruleFile({ ...kept, ...fields(entries) })] })],
      statutory: [],
      events: [people],
    }).map(({ code }) => code);
  expect(found({ 'person.birthDate': 'withhold', 'person.estimatedAge': 'release' })).toEqual([
    'derivative-open',
  ]);
  expect(found({ 'person.birthDate': 'release', 'person.estimatedAge': 'withhold' })).toEqual([
    'source-open',
  ]);
  expect(found({ 'person.birthDate': 'release', 'person.estimatedAge': 'release' })).toEqual([]);
});

it('finds a category that is coarsened to what one of its fields cannot be', () => {
  const fieldsOf = (...forms: ('month' | 'year')[]) =>
    forms.map((form) => ({ path: `in-${form}`, category: 'dates', coarserForms: [form] }));
  const rule = ruleFile({ ...kept, treatments: { categories: { dates: { generalise: 'month' } } } });
  const found = checkSet({
    conventions: [convention({ rules: [rule] })],
    statutory: [],
    events: [{ type: event.type, fields: fieldsOf('month', 'year') }],
  });
  expect(found).toEqual([
    expect.objectContaining({
      code: 'generalisation-partial',
      severity: 'warning',
      message: '`in-year` cannot be generalised to month: it is left out',
    }),
  ]);
});

it('points to file, line and column, in that order, and finds every mistake and not only the first', () => {
  const text = readFileSync(join(__dirname, '../../../conventions/police-ase.v1.yaml'), 'utf8')
    .replace('procedure.reference:', 'procedure.refrence:')
    .replace('      keep-no-longer-than: P5Y\n', '');
  const found = checkSet({
    conventions: [parseConvention(text, 'changed.yaml', sha256)],
    statutory: [],
    events: DESCRIPTIONS,
  });
  expect(found.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['name-unknown', 'no-retention', 'signature-of-another-text']),
  );
  for (const { place } of found) expect(place).toMatch(/^changed\.yaml:\d+:\d+$/);
  const signature = found.find(({ code }) => code === 'signature-of-another-text')?.place.split(':')[1];
  expect(text.split('\n')[Number(signature) - 1]).toMatch(/^ {2}- (\{ )?party: /);
});

it('the conventions of this repository have no error', () => {
  const folder = resolve(__dirname, '../../../conventions');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const found = checkSet({
    conventions: readdirSync(folder)
      .filter((name) => /\.v\d+\.yaml$/.test(name))
      .map((name) => parseConvention(read(name), name, sha256)),
    statutory: readdirSync(join(folder, 'statutory')).map((name) =>
      parseStatutory(read(`statutory/${name}`), name),
    ),
    events: DESCRIPTIONS,
  });
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});
