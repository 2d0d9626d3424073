import { canonicalJson } from '@liaison/kernel';
import { explain } from './explain';
import type { DecisionRequest } from './model';
import {
  codeOf,
  convention,
  event,
  EVENT,
  facts,
  payload,
  policyOf,
  prefecture,
  request,
  type SampleSet,
  sha256,
  statute,
  withRules,
} from './samples.test';

describe('default deny', () => {
  it('withholds what no rule names', () => {
    const { allowed, fields } = policyOf().decide(request());
    expect(allowed).toBe(true);
    expect(fields['name']).toEqual({ treatment: 'release', rules: ['sample/sample'], articles: ['CPP 11'] });
    expect(fields['account']).toEqual({
      treatment: 'withhold',
      rules: ['R01'],
      articles: ['RGPD 25(2)', 'RGPD 5(1)(c)'],
    });
    expect(Object.keys(fields)).toEqual(event.fields.map(({ path }) => path));
  });

  it('denies an event that nobody described, even where a rule names it', () => {
    const conventions = withRules({ events: ['liaison.other.happened.v1'] });
    expect(codeOf({ conventions }, { event: 'liaison.other.happened.v1' })).toBe('no-convention');
  });

  it.each<[string, SampleSet, Partial<DecisionRequest>]>([
    ['no-convention', {}, { to: { agency: 'ase-75', kind: 'ase' } }],
    ['no-convention', { conventions: [] }, {}],
    [
      'no-convention',
      {
        conventions: [
          convention({
            parties: [
              { id: 'senders', kind: 'police' },
              { id: 'recipients', kind: 'prefecture', departements: ['13'] },
            ],
          }),
        ],
      },
      {},
    ],
    ['convention-unknown', {}, { operation: 'receipt', under: { id: 'sample', version: 9 } }],
    ['convention-not-in-force', {}, { at: new Date('2024-12-31T23:59:59Z') }],
    [
      'convention-ended',
      { conventions: [convention({ inForce: { from: '2025-01-01', until: '2025-06-30' } })] },
      {},
    ],
    [
      'convention-unsigned',
      { conventions: [convention({ signatures: [{ party: 'senders', by: 'A', on: '2024-12-01' }] })] },
      {},
    ],
    ['purpose-not-allowed', {}, { purpose: 'curiosity' }],
    ['relation-missing', { conventions: withRules({ relation: ['competent'] }) }, { relation: ['author'] }],
    ['role-not-allowed', {}, { operation: 'read', role: 'operator' }],
    ['role-not-allowed', {}, { operation: 'read' }],
    [
      'condition-not-met',
      { conventions: withRules({ when: { consent: ['given'] } }) },
      { facts: facts({ consent: 'withdrawn' }) },
    ],
    ['condition-not-met', { conventions: withRules({ when: { consent: ['given'] } }) }, {}],
    [
      'forbidden-by-statute',
      { statutory: [statute({ forbids: [{ events: ['liaison.sample.*'], withholds: 'event' }] })] },
      {},
    ],
  ])('%s', (code, set, overrides) => {
    const decision = policyOf(set).decide(request(overrides));
    expect(decision).toMatchObject({ allowed: false, denial: { code }, obligations: [] });
    expect(new Set(Object.values(decision.fields).map(({ treatment }) => treatment))).toEqual(
      new Set(['withhold']),
    );
  });
});

describe('facts', () => {
  const minors = { when: { age: ['minor'] }, treatments: { fields: { name: 'withhold' } } };
  const everybody = { treatments: { categories: { 'real-identity': 'release' } } };
  const nameFor = (rules: object[], given: DecisionRequest['facts']) =>
    policyOf({ conventions: withRules(...rules) }).decide(request({ facts: given })).fields['name']
      ?.treatment;

  it('unknown takes the protection of a rule and not its release', () => {
    expect(nameFor([everybody, minors], facts({ age: 'adult' }))).toBe('release');
    expect(nameFor([everybody, minors], {})).toBe('withhold');
    expect(nameFor([{ ...everybody, when: { age: ['adult'] } }, { treatments: {} }], {})).toBe('withhold');
  });

  it.each([['unknown'], ['grown-up'], [true]])('%s is no established age', (age) => {
    expect(nameFor([everybody, minors], facts({ age }))).toBe('withhold');
  });

  it('a rule may mean the unknown, as the presumption of minority does', () => {
    const presumed = { ...everybody, when: { age: ['minor', 'unknown'] } };
    expect(nameFor([presumed], {})).toBe('release');
    expect(codeOf({ conventions: withRules(presumed) }, { facts: facts({ age: 'adult' }) })).toBe(
      'condition-not-met',
    );
  });

  it('a fact counts until its end, and so does the decision', () => {
    const until = new Date('2026-09-01T00:00:00Z');
    const adult = { age: { value: 'adult', owner: 'police-75', visibleTo: 'both', until } as const };
    const policy = policyOf({ conventions: withRules(everybody, minors) });
    expect(policy.decide(request({ facts: adult })).validUntil).toEqual(until);
    expect(policy.decide(request({ facts: adult, at: until })).fields['name']?.treatment).toBe('withhold');
    expect(policyOf().decide(request({ facts: adult })).validUntil).toBeUndefined();
  });
});

describe('digest', () => {
  it('covers request and answer as documented', () => {
    const asked = request({
      relation: ['competent', 'author'],
      role: 'desk',
      operation: 'receipt',
      under: { id: 'sample', version: 1 },
      facts: {
        ...facts({ consent: 'given' }),
        age: { value: 'adult', owner: 'x', visibleTo: 'both', until: new Date(0) },
      },
    });
    const decision = policyOf({
      conventions: [convention({ inForce: { from: '2025-01-01', until: '2026-12-31' } })],
    }).decide(asked);
    const { at, digest, validUntil, ...rest } = decision;
    expect(at).toBe(asked.at);
    const iso = (date: Date | undefined) => date?.toISOString();
    expect(digest).toBe(
      sha256(
        canonicalJson({
          answer: sha256(canonicalJson(rest)),
          request: {
            ...asked,
            at: iso(asked.at),
            relation: ['author', 'competent'],
            facts: { ...asked.facts, age: { ...asked.facts['age'], until: iso(new Date(0)) } },
          },
          validUntil: iso(validUntil),
        }),
      ),
    );
  });

  it('changes with the request, and the set digest with the set', () => {
    const policy = policyOf();
    expect(policy.decide(request()).digest).toBe(policy.decide(request()).digest);
    expect(policy.decide(request({ facts: facts({ age: 'adult' }) })).digest).not.toBe(
      policy.decide(request()).digest,
    );
    expect(policyOf({ conventions: withRules({ treatments: {} }) }).digest).not.toBe(policy.digest);
    expect(policyOf({ statutory: [statute()] }).digest).not.toBe(policy.digest);
  });
});

it('explains field by field', () => {
  const rows = explain(policyOf().decide(request()));
  expect(rows).toHaveLength(event.fields.length);
  expect(rows[0]).toEqual({
    field: 'name',
    treatment: 'release',
    rules: ['sample/sample'],
    articles: ['CPP 11'],
  });
});

it('lists its conventions in order', () => {
  const policy = policyOf({
    conventions: [convention({ id: 'b' }), convention({ version: 1 }), convention({ version: 2 })],
  });
  expect(policy.conventions().map(({ id, version }) => `${id}@${version}`)).toEqual([
    'b@1',
    'sample@2',
    'sample@1',
  ]);
});

it('the sample payload fits the sample event', () => {
  expect(
    policyOf().checkReceipt(request({ event: EVENT, to: prefecture }), payload).overShared,
  ).not.toContain('*');
});
