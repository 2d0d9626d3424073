import { AppError } from '@liaison/kernel';
import { parseConvention, parseStatutory } from './parse';
import { convention, conventionFile, ruleFile, sha256, statute } from './samples.test';

const good = `id: sample
version: 1
title: A sample
legalBases: [RGPD 6]
purposes: [care]
parties:
  - { id: senders, kind: police }
  - { id: recipients, kind: prefecture }
inForce: { from: 2025-01-01, until: 2025-12-31 }
signatures:
  - { party: senders, by: A, on: 2024-12-01 }
rules:
  - id: one
    from: { kind: police }
    to: { kind: prefecture }
    events: [liaison.sample.happened.v1]
    when: { age: [minor, unknown], protectedAddress: [false] }
    readers: [desk]
    treatments:
      categories:
        address: { generalise: departement, readers: [desk], articles: [CPP 706-57] }
      fields:
        places.line: mask
    articles: [CPP 11]
    obligations:
      acknowledge-within: P3D
`;

function failure(read: () => unknown): AppError {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it loaded');
}

it('reads a convention', () => {
  const { inForce, signedOn, rules } = parseConvention(good, 'good.yaml', sha256);
  expect(inForce).toEqual({
    from: new Date('2025-01-01T00:00:00Z'),
    until: new Date('2026-01-01T00:00:00Z'),
  });
  expect(signedOn).toBeUndefined();
  const [rule] = rules;
  expect(rule).toMatchObject({ id: 'sample/one', source: 'good.yaml:13:5', purposes: ['care'] });
  expect(rule?.categories.get('address')).toEqual({
    treatment: 'generalise',
    to: 'departement',
    readers: ['desk'],
    articles: ['CPP 706-57'],
    source: 'good.yaml:21:18',
  });
  expect(rule?.when.get('age')).toEqual(new Set(['minor', 'unknown']));
});

it('counts from the last of all signatures', () => {
  expect(convention().signedOn).toEqual(new Date('2024-12-02T00:00:00Z'));
});

it.each([
  ['an unknown fact', 'age: [minor, unknown]', 'aeg: [minor]', '17:13'],
  ['an unknown value of a fact', '[minor, unknown]', '[minor, child]', '17:26'],
  ['a protection that may be unknown', 'protectedAddress: [false]', 'protectedAddress: [unknown]', '17:55'],
  ['an unknown treatment', 'places.line: mask', 'places.line: hide', '23:22'],
  ['an unknown generalisation', 'generalise: departement', 'generalise: continent', '21:32'],
  ['an unknown obligation', 'acknowledge-within: P3D', 'forget-within: P3D', '26:7'],
  ['a duration that is none', 'acknowledge-within: P3D', 'acknowledge-within: 3 days', '26:27'],
  ['an unknown category', 'address: {', 'adress: {', '21:9'],
  ['an unknown role', '    readers: [desk]', '    readers: [boss]', '18:15'],
  [
    'a reader who may not read the event',
    'departement, readers: [desk]',
    'departement, readers: [officer]',
    '21:18',
  ],
  ['an unknown member', 'title: A sample', 'title: A sample\nsubtitle: B', '4:1'],
  ['a missing member', 'version: 1\n', '', '1:1'],
  ['a kind that is no party', 'to: { kind: prefecture }', 'to: { kind: ase }', '15:17'],
  ['a signature of nobody', 'party: senders, by', 'party: others, by', '11:14'],
  ['a date that does not exist', 'on: 2024-12-01', 'on: 2025-02-29', '11:34'],
  ['an end before the beginning', 'until: 2025-12-31', 'until: 2024-12-31', '9:37'],
  ['two members of one name', 'version: 1', 'version: 1\nversion: 2', '3:1'],
  ['an alias', '[RGPD 6]\npurposes: [care]', '&a [care]\npurposes: *a', '5:11'],
  ['no YAML', 'id: sample', 'id: [', '2:1'],
])('refuses %s and says where', (_what, from, to, place) => {
  const text = good.replace(from, to);
  expect(text).not.toBe(good);
  const { code, message } = failure(() => parseConvention(text, 'bad.yaml', sha256));
  expect(code).toBe('convention-invalid');
  expect(message).toMatch(new RegExp(`^bad\\.yaml:${place}: .`));
});

it('refuses two rules or parties of one name, and a purpose that the convention does not have', () => {
  const file = conventionFile({ rules: [ruleFile(), ruleFile()] });
  expect(failure(() => convention(file)).message).toContain('rule `sample` stands here twice');
  const [first] = conventionFile().parties;
  expect(failure(() => convention({ parties: [first, first] })).message).toContain(
    'party `senders` stands here twice',
  );
  const rules = [ruleFile({ purposes: ['other'] })];
  expect(failure(() => convention({ rules })).message).toContain('`other` is no purpose of this convention');
});

it('reads a floor, and refuses one with a category that does not exist', () => {
  expect(statute()).toMatchObject({
    id: 'R99',
    forbids: [{ withholds: new Set(['address']), exceptEvents: [] }],
  });
  expect(failure(() => statute({ forbids: [{ events: ['*'], withholds: ['adress'] }] })).code).toBe(
    'convention-invalid',
  );
  expect(failure(() => parseStatutory('', 'empty.yaml')).message).toMatch(/^empty\.yaml:1:1: /);
});
