import { termOf } from './obligations';
import { convention, policyOf, request, ruleFile, statute, withRules } from './samples.test';

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
