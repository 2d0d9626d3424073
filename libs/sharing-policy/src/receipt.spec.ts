import { createHash } from 'node:crypto';
import type { DecisionRequest } from './model';
import { compilePolicy } from './policy';
import { convention, event, facts, request, ruleFile, statute } from './samples.test';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
type Set = Partial<Pick<Parameters<typeof compilePolicy>[0], 'conventions' | 'statutory'>>;
const policyOf = ({ conventions = [convention()], statutory = [] }: Set = {}) =>
  compilePolicy({ conventions, statutory, events: [event], sha256 });
const withRules = (...rules: object[]) => [
  convention({ rules: rules.map((rule, index) => ruleFile({ id: `rule-${index}`, ...rule })) }),
];
const codeOf = (set: Set, overrides: Partial<DecisionRequest>) =>
  policyOf(set).decide(request(overrides)).denial?.code;

describe('reading', () => {
  const conventions = withRules({
    treatments: {
      categories: {
        'real-identity': { treatment: 'release', readers: ['desk'] },
        dates: 'release',
        address: 'release',
      },
    },
  });
  const protectedAddress = statute({
    forbids: [
      {
        events: ['*'],
        when: { protectedAddress: [true] },
        unlessRelation: ['same-agency'],
        withholds: ['address'],
      },
    ],
  });

  it('shows a treatment with readers to those only; a release does not ask', () => {
    const policy = policyOf({ conventions });
    const name = (overrides: Partial<DecisionRequest>) =>
      policy.decide(request(overrides)).fields['name']?.treatment;
    expect(name({ operation: 'read', role: 'desk' })).toBe('release');
    expect(name({ operation: 'read', role: 'caseworker' })).toBe('withhold');
    expect(name({ operation: 'release' })).toBe('release');
    expect(name({ operation: 'receipt' })).toBe('release');
  });

  it('does not judge again what only the sender knows; what the reader knows counts', () => {
    const policy = policyOf({ conventions, statutory: [protectedAddress] });
    const line = (overrides: Partial<DecisionRequest>) =>
      policy.decide(request({ role: 'desk', ...overrides })).fields['places.line']?.treatment;
    expect(line({ operation: 'release' })).toBe('withhold');
    expect(line({ operation: 'read' })).toBe('release');
    expect(line({ operation: 'read', facts: facts({ protectedAddress: true }) })).toBe('withhold');
  });

  it('what came under a convention stays readable after its end, under that version only', () => {
    const ended = [convention({ inForce: { from: '2025-01-01', until: '2025-06-30' } })];
    const under = { id: 'sample', version: 1 };
    expect(codeOf({ conventions: ended }, { operation: 'read', role: 'desk', under })).toBeUndefined();
    expect(codeOf({ conventions: ended }, { operation: 'read', role: 'desk' })).toBe('convention-ended');
    expect(codeOf({ conventions: ended }, { operation: 'receipt', under })).toBe('convention-ended');
  });
});

describe('receipt', () => {
  const conventions = withRules(
    { when: { protectedAddress: [false] }, treatments: { categories: { address: 'release' } } },
    {
      when: { consent: ['given'], protectedAddress: [true] },
      treatments: { fields: { account: 'release' } },
    },
    {
      treatments: {
        categories: { 'real-identity': 'release', dates: { generalise: 'month' }, 'free-text': 'release' },
      },
    },
    { when: { protectedAddress: [false] }, treatments: { fields: { account: 'withhold' } } },
  );
  const policy = policyOf({ conventions });
  const check = (data: unknown, overrides: Partial<DecisionRequest> = {}) =>
    policy.checkReceipt(request({ operation: 'receipt', ...overrides }), data);

  it('accepts what some assignment of the hidden facts allows', () => {
    expect(check({ places: [{ line: 'x' }] }).overShared).toEqual([]);
    expect(check({ account: 'x' }).overShared).toEqual([]);
  });

  it('refuses what no single assignment allows, though each part is allowed by one', () => {
    expect(check({ places: [{ line: 'x' }], account: 'x' }).overShared).toHaveLength(1);
  });

  it('takes the facts that the recipient knows', () => {
    expect(
      check({ places: [{ line: 'x' }] }, { facts: facts({ protectedAddress: true }) }).overShared,
    ).toEqual(['places.line']);
  });

  it('names a value that is more precise than it may be', () => {
    expect(check({ period: { from: '2024-02', to: '2024-02-03' } }).overShared).toEqual(['period.to']);
    expect(check({ period: { from: '2024' } }).overShared).toEqual([]);
    expect(check({ period: { from: 20240203 } }).overShared).toEqual(['period.from']);
  });

  it.each<[unknown, string[]]>([
    [{ 'Jeanne Martin': 1 }, ['*']],
    [{ names: { 'Jeanne Martin': { deep: 1 } } }, ['names.*']],
    [{ name: { first: 'x' } }, ['name.*']],
    [{ names: 'x' }, ['names.*']],
    [{ places: [[{ line: 'x' }]] }, ['places.*']],
    [{ tags: [] }, ['tags']],
    [{ tags: null }, ['tags']],
    [{ names: {} }, []],
    [{}, []],
    ['x', ['*']],
    [null, ['*']],
    [{ 'names.given': 'x' }, ['*']],
  ])('%j', (data, overShared) => {
    expect(check(data).overShared).toEqual(overShared);
  });

  it('an event that nothing allows is denied', () => {
    expect(check({}, { purpose: 'curiosity' }).decision).toMatchObject({
      allowed: false,
      denial: { code: 'purpose-not-allowed' },
    });
  });

  it('answers as decide does where nothing is hidden', () => {
    const known = request({
      operation: 'receipt',
      facts: facts({ protectedAddress: false, consent: 'given' }),
    });
    expect(policy.checkReceipt(known, {}).decision).toEqual(policy.decide(known));
  });
});
