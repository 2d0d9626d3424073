import type { Fact } from './model';
import { compilePolicy } from './policy';
import { queryable, queryableField } from './query';
import {
  convention,
  conventionFile,
  event,
  facts,
  prefecture,
  request,
  ruleFile,
  sha256,
  statute,
} from './samples.test';
import { parseConvention } from './parse';

const policyOf = (rules: readonly object[], statutory: readonly object[] = []) =>
  compilePolicy({
    conventions: [
      convention({ rules: rules.map((rule, index) => ruleFile({ id: `rule-${index}`, ...rule })) }),
    ],
    statutory: statutory.map((each, index) => statute({ id: `R${90 + index}`, ...each })),
    events: [event],
    sha256,
  });
const stated = (value: Fact['value'], more: Partial<Fact> = {}): Fact => ({
  value,
  owner: 'police-75',
  visibleTo: 'sender',
  ...more,
});

describe('facts have owners', () => {
  const policy = policyOf([{ when: { consent: ['given'] } }]);
  const allowed = (consent: Fact) => policy.decide(request({ facts: { consent } })).allowed;

  it('what somebody says who cannot vouch for it leaves the fact unknown, and unknown protects', () => {
    expect(allowed(stated('given'))).toBe(true);
    for (const owner of ['prefecture-75', 'police-13', 'directory', ''])
      expect(allowed(stated('given', { owner }))).toBe(false);
  });

  it('only kinds that can know it vouch for it', () => {
    const open = policyOf([{ from: { kind: 'police' }, when: { procedureOpen: [true] } }]);
    const procedureOpen = stated(true);
    expect(open.decide(request({ facts: { procedureOpen } })).allowed).toBe(true);
    const byPrefecture = stated(true, { owner: prefecture.agency });
    expect(open.decide(request({ facts: { procedureOpen: byPrefecture } })).allowed).toBe(false);
  });

  it('a consent counts for the recipient and the purpose that it was given for, and until it ends', () => {
    expect(allowed(stated('given', { scope: { to: 'prefecture', purpose: 'care' } }))).toBe(true);
    expect(allowed(stated('given', { scope: { to: 'association' } }))).toBe(false);
    expect(allowed(stated('given', { scope: { purpose: 'residence' } }))).toBe(false);
    expect(allowed(stated('given', { until: new Date('2026-03-01T12:00:00Z') }))).toBe(false);
  });
});

describe('a set of départements', () => {
  const includes = policyOf([{ when: { networkDepartements: { includes: ['recipient', '13'] } } }]);
  const excludes = policyOf([{ when: { networkDepartements: { excludes: ['recipient'] } } }]);
  const ask = (policy: typeof includes, value?: readonly string[]) =>
    policy.decide(request({ facts: value ? { networkDepartements: stated(value) } : {} })).allowed;

  it.each<[readonly string[] | undefined, boolean, boolean]>([
    [['75', '93'], true, false],
    [['13'], true, true],
    [['93'], false, true],
    [[], false, true],
    [undefined, false, false],
  ])('%j: includes %s, excludes %s', (value, included, excluded) => {
    expect(ask(includes, value)).toBe(included);
    expect(ask(excludes, value)).toBe(excluded);
  });

  it('a receipt is tried with every set that can be: one test cannot hold while a wider one fails', () => {
    const policy = policyOf([
      { when: { networkDepartements: { includes: ['13'] } } },
      {
        when: { networkDepartements: { excludes: ['13', '75'] } },
        treatments: { fields: { account: 'release' } },
      },
    ]);
    const check = policy.checkReceipt(request({ operation: 'receipt' }), { name: 'A', account: 'B' });
    expect(check.overShared).not.toEqual([]);
  });
});

describe('defaults and vital interest', () => {
  const forbids = [{ events: ['*'], withholds: ['real-identity'] }];
  const shown = (rule: object, law: object, given: Parameters<typeof facts>[0] = {}) =>
    policyOf([rule], [{ forbids, ...law }]).decide(request({ facts: facts(given) })).fields['name']
      ?.treatment;

  it('a rule sets a default aside by its name, and never a floor', () => {
    expect(shown({}, { mark: 'default' })).toBe('withhold');
    expect(shown({ despite: ['R90'] }, { mark: 'default' })).toBe('release');
    expect(() => shown({ despite: ['R90'] }, { mark: 'floor' })).toThrow('R90');
    expect(() => shown({ despite: ['R77'] }, { mark: 'default' })).toThrow('R77');
  });

  it('of several conventions, each has to say so', () => {
    const one = convention({ id: 'one', rules: [ruleFile({ despite: ['R90'] })] });
    const two = convention({ id: 'two' });
    const decide = (conventions: readonly (typeof one)[]) =>
      compilePolicy({
        conventions,
        statutory: [statute({ id: 'R90', mark: 'default', forbids })],
        events: [event],
        sha256,
      }).decide(request()).fields['name']?.treatment;
    expect(decide([one])).toBe('release');
    expect(decide([one, two])).toBe('withhold');
  });

  it('vital interest lifts what says so, only where it is established, and is never assumed', () => {
    const law = { liftedByVitalInterest: true };
    expect(shown({}, law, { vitalInterest: true })).toBe('release');
    expect(shown({}, law, { vitalInterest: false })).toBe('withhold');
    expect(shown({}, law)).toBe('withhold');
    expect(shown({}, {}, { vitalInterest: true })).toBe('withhold');
    const policy = policyOf([{}], [{ forbids, ...law }]);
    expect(policy.checkReceipt(request({ operation: 'receipt' }), { name: 'A' }).overShared).toEqual([
      'name',
    ]);
  });
});

describe('what follows when a ground ends', () => {
  it('is `stop` where nothing is said, and else the most protective of what the rules say', () => {
    const { endings } = policyOf([
      { when: { consent: ['given'] }, whenItEnds: { consent: 'purge', convention: 'restrict' } },
      { relation: ['competent'] },
    ]).decide(request({ relation: ['competent'], facts: facts({ consent: 'given' }) }));
    expect(endings).toEqual([
      { ground: 'consent', effect: 'purge', rules: ['sample/rule-0'] },
      { ground: 'protection', effect: 'stop', rules: [] },
      { ground: 'relation', effect: 'stop', rules: [] },
      { ground: 'convention', effect: 'restrict', rules: ['sample/rule-0'] },
    ]);
  });
});

describe('signatures', () => {
  const file = conventionFile();
  const signedText = (text: object, digest: string) =>
    parseConvention(
      JSON.stringify({ ...text, signatures: file.signatures.map((each) => ({ ...each, digest })) }),
      'x.yaml',
      sha256,
    );
  const { digest } = convention();

  it('cover every word that decides, and not the order of lists or the signatures themselves', () => {
    expect(signedText(file, digest).signedOn).toEqual(new Date('2024-12-02T00:00:00Z'));
    expect(signedText({ ...file, purposes: [...file.purposes].reverse() }, digest).signedOn).toBeDefined();
    for (const change of [
      { title: 'Another' },
      { version: 2 },
      { purposes: ['care'] },
      { rules: [ruleFile({ treatments: { fields: { account: 'release' } } })] },
    ])
      expect(signedText({ ...file, ...change }, digest).signedOn).toBeUndefined();
  });

  it('over another text, or without digest, they do not count: the convention is unsigned', () => {
    const changed = signedText({ ...file, title: 'Another' }, digest);
    const bare = parseConvention(JSON.stringify(file), 'x.yaml', sha256);
    for (const each of [changed, bare]) {
      const decision = compilePolicy({
        conventions: [each],
        statutory: [],
        events: [event],
        sha256,
      }).decide(request());
      expect(decision.denial?.code).toBe('convention-unsigned');
    }
  });
});

describe('query', () => {
  const ask = (policy: ReturnType<typeof policyOf>, more: object = {}) =>
    policy.decide(request({ operation: 'query', role: 'desk', ...more }));

  it('rests on a field only as far as it is open whatever the facts of a case are', () => {
    const policy = policyOf([
      { treatments: { fields: { name: 'release', birthDate: { generalise: 'year' }, tags: 'release' } } },
      { when: { age: ['minor'] }, treatments: { fields: { tags: 'mask' } } },
    ]);
    const whatever = queryable(ask(policy));
    expect([...whatever.keys()]).toEqual(['name', 'birthDate']);
    expect(whatever.get('birthDate')).toEqual({
      filter: true,
      sort: true,
      search: false,
      count: true,
      to: 'year',
    });
    const adults = ask(policy, { facts: facts({ age: 'adult' }) });
    expect(queryableField(adults, 'tags')).toMatchObject({ filter: true, search: true });
    expect(queryableField(ask(policy), 'account')).toMatchObject({ filter: false, count: false });
  });

  it('is never wider than what the role may read of any case', () => {
    const policy = policyOf([
      { treatments: { fields: { name: { treatment: 'release', readers: ['desk'] } } } },
      { when: { danger: [true] }, treatments: { fields: { name: 'withhold' } } },
    ]);
    expect(queryable(ask(policy)).size).toBe(0);
    expect(queryable(ask(policy, { role: 'caseworker', facts: facts({ danger: false }) })).size).toBe(0);
    expect(queryable(ask(policy, { facts: facts({ danger: false }) })).has('name')).toBe(true);
    expect(queryable(ask(policy, { role: 'operator' })).size).toBe(0);
  });
});
