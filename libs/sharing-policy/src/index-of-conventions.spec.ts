import { codeOf, convention, police, policyOf, request, ruleFile, statute, withRules } from './samples.test';

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

  it('points to the name in a rule of law that no event has', () => {
    const misspelt = statute({
      forbids: [
        { events: ['*'], withholds: 'event', when: { age: ['minor'] } },
        { events: ['*'], withholds: ['address', 'person.nmae'] },
      ],
    });
    expect(() => policyOf({ statutory: [misspelt] })).toThrow(
      /^floor\.yaml:1:(?!1:)\d+: no event has the field `person\.nmae`/,
    );
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
