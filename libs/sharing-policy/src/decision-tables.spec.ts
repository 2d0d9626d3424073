import { compilePolicy } from './policy';
import {
  convention,
  event,
  EVENT,
  facts,
  police,
  policyOf,
  prefecture,
  request,
  ruleFile,
  sha256,
  withRules,
} from './samples.test';

describe('an answer', () => {
  it('is the same object for requests that no rule tells apart, and for no others', () => {
    const policy = policyOf({
      conventions: withRules({ when: { age: ['adult'] }, relation: ['competent'] }),
    });
    const adult = request({ relation: ['competent'], facts: facts({ age: 'adult', danger: true }) });
    const answer = policy.answer(adult);
    expect(
      policy.answer({ ...adult, relation: ['competent', 'author'], facts: facts({ age: 'adult' }) }),
    ).toBe(answer);
    expect(
      policy.answer({ ...adult, to: { ...prefecture, agency: 'prefecture-13', departement: '13' } }),
    ).toBe(answer);
    expect(policy.answer({ ...adult, facts: facts({ age: 'minor' }) }).denial?.code).toBe(
      'condition-not-met',
    );
    expect(policy.answer({ ...adult, relation: [] }).denial?.code).toBe('relation-missing');
  });

  it('is not forgotten for event types, versions, purposes and relations that messages make up', () => {
    const policy = policyOf();
    const under = { id: 'sample', version: 1 };
    const known = [request(), request({ operation: 'receipt', under })];
    const answers = known.map((each) => policy.answer(each));
    for (let odd = 0; odd < 5_000; odd += 1) {
      policy.answer(request({ event: `liaison.made-up-${odd}.v1` }));
      policy.answer(request({ operation: 'receipt', under: { id: `made-up-${odd}`, version: odd } }));
      policy.answer(request({ purpose: `made-up-${odd}`, relation: [`made-up-${odd}`] }));
    }
    known.forEach((each, index) => expect(policy.answer(each)).toBe(answers[index]));
  });

  it('stays right when more agencies ask than are remembered', () => {
    const policy = policyOf({ conventions: [convention()] });
    const first = policy.decide(request());
    for (let number = 0; number < 5_000; number += 1) {
      const to = { agency: `prefecture-${number}`, kind: number % 2 === 0 ? 'prefecture' : 'ase' };
      expect(policy.answer(request({ to })).allowed).toBe(number % 2 === 0);
    }
    expect(policy.decide(request())).toEqual(first);
  });

  it('tells an agency from one of its name in another place, or of another kind', () => {
    const only = (departements: string[]) =>
      convention({
        parties: [
          { id: 'senders', kind: 'police' },
          { id: 'recipients', kind: 'prefecture', departements },
        ],
      });
    const policy = policyOf({ conventions: [only(['75'])] });
    expect(policy.answer(request()).allowed).toBe(true);
    expect(policy.answer(request({ to: { ...prefecture, departement: '13' } })).allowed).toBe(false);
    expect(policy.answer(request({ to: { ...prefecture, kind: 'ase' } })).allowed).toBe(false);
  });
});

it('what may be asked of other agencies’ data and of one’s own does not depend on which was asked first', () => {
  const rule = ruleFile({ to: { kind: 'police' }, when: { consent: ['given'] } });
  const conventions = [convention({ rules: [rule] })];
  const own = request({ operation: 'query', role: 'desk', to: police });
  const others = { ...own, from: { ...police, agency: 'police-13' } };
  const inOrder = (...asked: (typeof own)[]) => {
    const policy = policyOf({ conventions });
    asked.forEach((each) => policy.answer(each));
    return [policy.answer(own).allowed, policy.answer(others).allowed];
  };
  // Only the sender knows of a consent: of what another sent it was given, of one's own nothing says so.
  expect(inOrder(own, others)).toEqual([false, true]);
  expect(inOrder(others, own)).toEqual([false, true]);
});

it('decides by as many facts as anybody writes down', () => {
  const codes = Array.from({ length: 60 }, (_, index) => String(10 + index));
  const rules = codes.map((code) =>
    ruleFile({
      id: `in-${code}`,
      when: { networkDepartements: { excludes: [code] } },
      treatments: { fields: { [code === '33' ? 'account' : 'name']: 'release' } },
    }),
  );
  const policy = compilePolicy({
    conventions: [convention({ rules })],
    statutory: [],
    events: [event],
    sha256,
  });
  const within = (value: readonly string[]) =>
    policy.decide(
      request({
        event: EVENT,
        facts: { networkDepartements: { value, owner: 'police-75', visibleTo: 'both' } },
      }),
    ).fields;
  expect(within([])['account']?.treatment).toBe('release');
  expect(within(['33'])['account']?.treatment).toBe('withhold');
  expect(within(['33', '34'])['name']?.rules).not.toContain('sample/in-34');
  expect(within(['33', '34'])['name']?.rules).toContain('sample/in-35');
});
