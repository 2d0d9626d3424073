import fc from 'fast-check';
import { basisOf, endedGrounds, remainingEffects, type ShareBasis } from './basis';
import type { Decision, DecisionRequest } from './model';
import { compilePolicy } from './policy';
import { convention, event, facts, request, ruleFile, sha256, statute } from './samples.test';
import { GROUNDS } from './vocabulary';

const policyOf = (...rules: object[]) =>
  compilePolicy({
    conventions: [
      convention({ rules: rules.map((rule, index) => ruleFile({ id: `rule-${index}`, ...rule })) }),
    ],
    // R20 of this policy: who is protected is not named.
    statutory: [
      statute({
        id: 'R90',
        forbids: [{ events: ['*'], when: { protectedIdentity: [true] }, withholds: ['real-identity'] }],
      }),
    ],
    events: [event],
    sha256,
  });
const whenItEnds = Object.fromEntries(GROUNDS.map((ground) => [ground, 'purge']));
const policy = policyOf({
  relation: ['competent'],
  when: { consent: ['given'], age: ['minor'] },
  whenItEnds,
});

const THEN = { consent: 'given', age: 'minor', protectedIdentity: false, protectedAddress: false } as const;
const asked = (values: Parameters<typeof facts>[0] = {}, relation: readonly string[] = ['competent']) =>
  request({ relation, facts: facts({ ...THEN, ...values }) });
const fieldsOf = ({ fields }: Decision) =>
  Object.entries(fields).map(([path, field]) => ({ path, ...field }));

/** What one disclosure comes to when the same is asked later. */
function after(later: DecisionRequest, conventionInForce = true, effect: 'restrict' | 'purge' = 'purge') {
  const then = policy.decide(asked());
  const basis = basisOf(then, asked()) as ShareBasis;
  const ended = endedGrounds(basis, later, conventionInForce).map((each) => ({ ...each, effect }));
  const remaining = remainingEffects(ended, fieldsOf(then), policy.decide(later))[0]?.effect;
  return { grounds: ended.map(({ ground }) => ground), remaining };
}

describe('what has become of a disclosure', () => {
  it('nothing is kept of one that nothing but `stop` follows', () => {
    const plain = policyOf({});
    expect(basisOf(plain.decide(request()), request())).toBeUndefined();
  });

  it('what is kept is JSON, and names no more than its grounds need', () => {
    const basis = basisOf(policy.decide(asked({ danger: true })), asked({ danger: true }));
    expect(JSON.parse(JSON.stringify(basis))).toEqual(basis);
    expect(basis).toMatchObject({ facts: THEN, relation: ['competent'] });
    expect(basis?.endings.map(({ ground }) => ground)).toEqual([...GROUNDS]);
  });

  it.each([
    ['a consent that is withdrawn', asked({ consent: 'withdrawn' }), ['consent']],
    ['one that is not known any more', asked({ consent: undefined }), ['consent']],
    ['an eighteenth birthday', asked({ age: 'adult' }), ['age']],
    ['a protection of the identity', asked({ protectedIdentity: true }), ['protection']],
    ['one of the address', asked({ protectedAddress: true }), ['protection']],
    ['one that may have been granted', asked({ protectedAddress: undefined }), ['protection']],
    ['who is competent no longer', asked({}, []), ['relation']],
    ['two at once', asked({ consent: 'refused' }, ['named-contact']), ['consent', 'relation']],
    ['nothing', asked(), []],
  ])('%s ends its ground, and no other', (_, later, grounds) => {
    expect(after(later).grounds).toEqual(grounds);
  });

  it('one of several relations that is lost ends the ground: what would be released now says whether it rested on it', () => {
    const basis = basisOf(policy.decide(asked()), asked({}, ['competent', 'asked-for-opinion']));
    if (!basis) throw new Error('it rests on grounds');
    const ended = (...relation: string[]) =>
      endedGrounds(basis, asked({}, relation), true).map(({ ground }) => ground);
    expect(ended('competent')).toEqual(['relation']);
    expect(ended('asked-for-opinion', 'competent', 'author')).toEqual([]);
  });

  it('a convention ends by itself', () => {
    expect(after(asked(), false).grounds).toEqual(['convention']);
  });

  it('what would not be released today is purged, also where the event without it would be', () => {
    expect(after(asked({ consent: 'withdrawn' })).remaining).toBe('purge');
    expect(after(asked({ protectedIdentity: true })).remaining).toBe('purge');
  });

  it('what would be released just as it was rests on another ground', () => {
    expect(after(asked({ protectedAddress: true })).remaining).toBeUndefined();
  });

  const states = fc.record({
    consent: fc.constantFrom('given', 'refused', 'withdrawn', 'not-asked', undefined),
    age: fc.constantFrom('minor', 'adult', undefined),
    protectedIdentity: fc.constantFrom(true, false, undefined),
    protectedAddress: fc.constantFrom(true, false, undefined),
  });

  it('never more than was stated; and nothing where nothing has ended', () => {
    fc.assert(
      fc.property(states, fc.boolean(), fc.constantFrom('restrict', 'purge'), (values, competent, effect) => {
        const { grounds, remaining } = after(asked(values, competent ? ['competent'] : []), true, effect);
        if (effect === 'restrict') expect(remaining).not.toBe('purge');
        if (grounds.length === 0) expect(remaining).toBeUndefined();
        // Whatever cannot leave today and could then is reached by a ground that has ended.
        if (remaining !== undefined) expect(grounds).not.toEqual([]);
      }),
    );
  });
});

describe('a ground that only a part of an event rests on', () => {
  const consented = { relation: ['competent'], when: { consent: ['given'] } };
  const names = { treatments: { categories: { 'real-identity': 'release' } } };
  const places = { treatments: { categories: { address: 'release' } } };
  const withdrawn = asked({ consent: 'withdrawn' });
  const withdrawnAndMoved = asked({ consent: 'withdrawn' }, []);
  /** What was shared under these rules comes to, field by field and as a whole. */
  const comesTo = (later: DecisionRequest, ...rules: object[]) => {
    const by = policyOf(...rules);
    const then = by.decide(asked());
    const basis = JSON.parse(JSON.stringify(basisOf(then, asked()))) as ShareBasis;
    return remainingEffects(endedGrounds(basis, later, true), fieldsOf(then), by.decide(later));
  };

  it('says which fields it reaches, and nothing of those where all do', () => {
    const part = policyOf({ ...consented, ...names, whenItEnds: { consent: 'purge' } }, places);
    expect(part.decide(asked()).endings).toContainEqual({
      ground: 'consent',
      effect: 'purge',
      rules: ['sample/rule-0'],
      fields: ['birthDate', 'name', 'names.given'],
    });
    const all = policyOf({ ...consented, ...names, whenItEnds: { consent: 'purge' } });
    expect(all.decide(asked()).endings[0]).not.toHaveProperty('fields');
  });

  const NAMES = ['birthDate', 'name', 'names.given'];

  it('takes with it these fields: the others stay', () => {
    expect(comesTo(withdrawn, { ...consented, ...names, whenItEnds: { consent: 'purge' } }, places)).toEqual([
      { ground: 'consent', effect: 'purge', fields: NAMES },
    ]);
  });

  it('says each effect of the fields that it reaches, what purges first', () => {
    const moved = { relation: ['competent'], ...places, whenItEnds: { relation: 'restrict' } };
    const found = comesTo(
      withdrawnAndMoved,
      { ...consented, ...names, whenItEnds: { consent: 'purge' } },
      moved,
    );
    expect(found).toMatchObject([
      { ground: 'consent', effect: 'purge', fields: NAMES },
      { ground: 'relation', effect: 'restrict' },
    ]);
    expect(found[1]?.fields).not.toEqual(expect.arrayContaining(NAMES));
  });

  it('leaves what rests on another ground that ended too, and of which nothing follows', () => {
    // Neither would be released today. Only the names were shared on the consent.
    const moved = { relation: ['competent'], ...places };
    const found = comesTo(
      withdrawnAndMoved,
      { ...consented, ...names, whenItEnds: { consent: 'purge' } },
      moved,
    );
    expect(found).toEqual([{ ground: 'consent', effect: 'purge', fields: NAMES }]);
  });

  it('purges the event where the grounds that ended leave nothing of it, each in its part', () => {
    const moved = { relation: ['competent'], ...places, whenItEnds: { relation: 'purge' } };
    expect(
      comesTo(withdrawnAndMoved, { ...consented, ...names, whenItEnds: { consent: 'purge' } }, moved),
    ).toEqual([{ ground: 'consent', effect: 'purge' }]);
  });

  it('a field that two rules open goes by the more protective, and only where it would not be released any more', () => {
    const rule = { ...consented, ...names, whenItEnds: { consent: 'purge' } };
    const both = comesTo(withdrawn, rule, { ...rule, whenItEnds: { consent: 'restrict' } });
    expect(both).toEqual([{ ground: 'consent', effect: 'purge' }]);
    expect(comesTo(withdrawn, rule, names)).toEqual([]);
  });

  it('a basis that was kept before parts were told apart holds for the whole', () => {
    const by = policyOf({ ...consented, ...names }, places);
    const then = by.decide(asked());
    const basis = {
      endings: [{ ground: 'consent', effect: 'purge' }],
      facts: { consent: 'given' },
      relation: [],
    };
    const ended = endedGrounds(basis as ShareBasis, withdrawn, true);
    expect(remainingEffects(ended, fieldsOf(then), by.decide(withdrawn))).toEqual([
      { ground: 'consent', effect: 'purge', fields: NAMES },
    ]);
  });
});
