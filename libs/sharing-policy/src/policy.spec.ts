import { createHash } from 'node:crypto';
import { canonicalJson } from '@liaison/kernel';
import { explain } from './explain';
import type { DecisionRequest } from './model';
import { termOf } from './obligations';
import { compilePolicy } from './policy';
import {
  convention,
  event,
  EVENT,
  facts,
  payload,
  police,
  prefecture,
  request,
  ruleFile,
  statute,
} from './samples.test';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
type Set = Partial<Pick<Parameters<typeof compilePolicy>[0], 'conventions' | 'statutory'>>;
const policyOf = ({ conventions = [convention()], statutory = [] }: Set = {}) =>
  compilePolicy({ conventions, statutory, events: [event], sha256 });
const withRules = (...rules: object[]) => [
  convention({ rules: rules.map((rule, index) => ruleFile({ id: `rule-${index}`, ...rule })) }),
];
const codeOf = (set: Set, overrides: Partial<DecisionRequest>) =>
  policyOf(set).decide(request(overrides)).denial?.code;

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

  it.each<[string, Set, Partial<DecisionRequest>]>([
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

describe('combining', () => {
  it('a field beats its category in one rule; the most protective of several rules wins', () => {
    const conventions = withRules(
      {
        treatments: {
          categories: { dates: 'withhold', 'real-identity': 'release' },
          fields: { 'period.from': 'release' },
        },
      },
      {
        treatments: { categories: { 'real-identity': { generalise: 'month' } }, fields: { name: 'mask' } },
        articles: ['RGPD 9'],
      },
    );
    const { fields } = policyOf({ conventions }).decide(request());
    expect(fields['period.from']?.treatment).toBe('release');
    expect(fields['period.to']?.treatment).toBe('withhold');
    expect(fields['name']).toEqual({ treatment: 'mask', rules: ['sample/rule-1'], articles: ['RGPD 9'] });
    expect(fields['birthDate']).toMatchObject({ treatment: 'generalise', to: 'month' });
  });

  it('of two dates the coarser, of generalisations that add to each other nothing', () => {
    const decided = (...to: string[]) =>
      policyOf({
        conventions: withRules(
          ...to.map((each) => ({ treatments: { fields: { birthDate: { generalise: each } } } })),
        ),
      }).decide(request()).fields['birthDate'];
    expect(decided('day', 'year', 'month')).toMatchObject({
      treatment: 'generalise',
      to: 'year',
      rules: ['sample/rule-1'],
    });
    expect(decided('year', 'age-band')).toMatchObject({
      treatment: 'generalise',
      to: 'nothing',
      rules: ['sample/rule-0', 'sample/rule-1'],
    });
  });

  it('several conventions: what each of them allows', () => {
    const conventions = [
      convention({
        rules: [ruleFile({ treatments: { categories: { 'real-identity': 'release', dates: 'release' } } })],
      }),
      convention({
        id: 'zother',
        rules: [ruleFile({ treatments: { categories: { 'real-identity': 'release' } } })],
      }),
      convention({ id: 'another-purpose', purposes: ['residence'], rules: [ruleFile({ treatments: {} })] }),
    ];
    const decision = policyOf({ conventions }).decide(request());
    expect(decision.conventions).toEqual([
      { id: 'sample', version: 1 },
      { id: 'zother', version: 1 },
    ]);
    expect(decision.convention).toEqual({ id: 'sample', version: 1 });
    expect(decision.fields['name']).toMatchObject({
      treatment: 'release',
      rules: ['sample/sample', 'zother/sample'],
    });
    expect(decision.fields['period.to']).toMatchObject({ treatment: 'withhold', rules: ['R01'] });
  });

  it('a floor beats every convention, unless a relation lifts it', () => {
    const conventions = withRules({ treatments: { categories: { address: 'release' } } });
    const forbids = [{ events: ['*'], unlessRelation: ['named-in-address-measure'], withholds: ['address'] }];
    const policy = policyOf({ conventions, statutory: [statute({ forbids })] });
    expect(policy.decide(request()).fields['places.line']).toEqual({
      treatment: 'withhold',
      rules: ['R99'],
      articles: ['CP 226-13'],
    });
    const named = request({ relation: ['named-in-address-measure'] });
    expect(policy.decide(named).fields['places.line']?.treatment).toBe('release');
  });

  it('a floor counts only between its dates', () => {
    const conventions = withRules({ treatments: { categories: { address: 'release' } } });
    const statutory = [statute({ inForce: { from: '2000-01-01', until: '2026-03-31' } })];
    const { fields, validUntil } = policyOf({ conventions, statutory }).decide(request());
    expect(fields['places.line']?.treatment).toBe('withhold');
    expect(validUntil).toEqual(new Date('2026-04-01T00:00:00Z'));
    const later = policyOf({ conventions, statutory }).decide(
      request({ at: new Date('2026-04-01T00:00:00Z') }),
    );
    expect(later.fields['places.line']?.treatment).toBe('release');
  });

  it('obligations add up to the strictest; readers become an obligation of the recipient', () => {
    const conventions = withRules(
      { obligations: { 'keep-no-longer-than': 'P2Y', 'acknowledge-within': 'PT72H' } },
      {
        obligations: {
          'keep-no-longer-than': 'P13M',
          'acknowledge-within': 'P5D',
          'no-onward-sharing': true,
        },
        readers: ['desk'],
      },
    );
    expect(policyOf({ conventions }).decide(request()).obligations).toEqual([
      { kind: 'acknowledge-within', value: 'PT72H', rule: 'sample/rule-0' },
      { kind: 'keep-no-longer-than', value: 'P13M', rule: 'sample/rule-1' },
      { kind: 'no-onward-sharing', value: 'true', rule: 'sample/rule-1' },
      { kind: 'only-roles', value: 'caseworker,desk', rule: 'sample/rule-0' },
      { kind: 'only-roles', value: 'desk', rule: 'sample/rule-1' },
    ]);
  });

  it('obligations of delivery: the shorter term holds, a word once given counts', () => {
    const conventions = withRules(
      { obligations: { 'deliver-within': 'PT10M', 'tell-when-read': true } },
      { obligations: { 'deliver-within': 'PT90S' } },
    );
    const { obligations } = policyOf({ conventions }).decide(request());
    expect(termOf('deliver-within', obligations)).toBe(90);
    expect(termOf('acknowledge-within', obligations)).toBeUndefined();
    expect(obligations).toContainEqual({ kind: 'tell-when-read', value: 'true', rule: 'sample/rule-0' });
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

describe('versions', () => {
  const second = convention({
    version: 2,
    inForce: { from: '2026-01-01', until: '2026-12-31' },
    rules: [ruleFile({ treatments: {} })],
  });
  const conventions = [convention(), second];

  it('takes the newest that has begun; the older does not come back when it ends', () => {
    const at = (day: string) =>
      policyOf({ conventions }).decide(request({ at: new Date(`${day}T00:00:00Z`) }));
    expect(at('2025-12-31')).toMatchObject({
      convention: { version: 1 },
      validUntil: new Date('2026-01-01T00:00:00Z'),
    });
    expect(at('2026-01-01')).toMatchObject({
      convention: { version: 2 },
      validUntil: new Date('2027-01-01T00:00:00Z'),
    });
    expect(at('2027-01-01').denial?.code).toBe('convention-ended');
  });

  it('an unsigned version does not replace a signed one', () => {
    const draft = convention({ version: 3, signatures: [] });
    expect(policyOf({ conventions: [convention(), draft] }).decide(request()).convention?.version).toBe(1);
  });

  it('decides under a named version', () => {
    const under = { id: 'sample', version: 1 };
    expect(
      policyOf({ conventions }).decide(request({ operation: 'receipt', under })).fields['name']?.treatment,
    ).toBe('release');
  });

  it('a newer version that drops the event ends it', () => {
    const dropped = convention({ version: 2, rules: [ruleFile({ events: ['liaison.other.happened.v1'] })] });
    expect(codeOf({ conventions: [convention(), dropped] }, {})).toBe('no-convention');
  });

  it('refuses one version in two files, and names that the events do not have', () => {
    expect(() => policyOf({ conventions: [convention(), convention()] })).toThrow(
      /sample@1 stands in sample.yaml already/,
    );
    expect(() =>
      policyOf({ conventions: withRules({ treatments: { fields: { nmae: 'withhold' } } }) }),
    ).toThrow(/^sample\.yaml:1:\d+: no event of this rule has the field `nmae`/);
    expect(() =>
      policyOf({ conventions: withRules({ treatments: { categories: { health: 'mask' } } }) }),
    ).toThrow(/category `health`/);
  });
});

describe('parties', () => {
  const named = (recipient: object) => [
    convention({
      parties: [
        { id: 'senders', kind: 'police' },
        { id: 'recipients', kind: 'prefecture', ...recipient },
      ],
    }),
  ];

  it.each([
    [{ agencies: ['prefecture-75'] }, undefined],
    [{ agencies: ['prefecture-13'] }, 'no-convention'],
    [{ departements: ['13', '75'] }, undefined],
    [{ departements: ['13'] }, 'no-convention'],
    [{ departements: ['75'], agencies: ['prefecture-75'] }, undefined],
    [{ departements: ['13'], agencies: ['prefecture-75'] }, 'no-convention'],
  ])('%j', (recipient, code) => {
    expect(codeOf({ conventions: named(recipient) }, {})).toBe(code);
  });

  it('two agencies whose names run together are not one', () => {
    const policy = policyOf();
    expect(policy.decide(request({ from: { agency: 'x', kind: 'police' } })).allowed).toBe(true);
    expect(policy.decide(request({ from: { agency: 'xpol', kind: 'ice' } })).allowed).toBe(false);
  });

  it('nobody can claim to be the same agency', () => {
    const conventions = [
      convention({ rules: [ruleFile({ to: { kind: 'police' }, relation: ['same-agency'] })] }),
    ];
    expect(codeOf({ conventions }, { to: police })).toBeUndefined();
    const other = { agency: 'police-13', kind: 'police' };
    expect(codeOf({ conventions }, { to: other, relation: ['same-agency'] })).toBe('relation-missing');
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
