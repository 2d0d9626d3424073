import { stateDiagram } from '@liaison/casework';
import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { addDays } from '../law/days';
import { PERMIT_MACHINE } from './machine';
import {
  APPEAL_OUTCOMES,
  decide,
  evolve,
  GROUNDS,
  type Permit,
  type PermitCommand,
  PROCEEDINGS_OUTCOMES,
  REFUSAL_REASONS,
  warningOn,
  WITHDRAWAL_REASONS,
} from './permit';
import { proposals } from './proposal';

const DAY = '2026-03-10';
const on = (day: string) => ({ on: day, today: '2030-01-01' });
const run = (...commands: PermitCommand[]) =>
  commands.reduce<Permit | undefined>(
    (permit, command) => evolve(permit, decide(permit, command)),
    undefined,
  ) as Permit;
const lodge: PermitCommand = { ...on(DAY), type: 'lodge', ground: 'cooperation', renewal: false };
const refuse: PermitCommand = { ...on('2026-04-01'), type: 'refuse', reason: 'conditions-not-met' };
const refusal = (code: string) => expect.objectContaining({ code }) as AppError;

describe('an application for a permit', () => {
  it('is granted under the text in force on the day of the decision, not of the application', () => {
    const permit = run({ ...lodge, on: '2021-04-20' }, { ...on('2021-05-03'), type: 'grant' });
    expect(permit).toMatchObject({
      state: 'granted',
      granted: { from: '2021-05-03', until: '2022-05-02', article: 'CESEDA L425-1' },
    });
    const earlier = run({ ...lodge, on: '2013-04-20' }, { ...on('2013-05-03'), type: 'grant' });
    expect(earlier.granted).toMatchObject({ until: '2013-11-02', article: 'CESEDA L316-1' });
  });

  it('is valid for as long as the text gives at the least', () => {
    const grant = { ...on(DAY), type: 'grant' } as const;
    expect(() => run(lodge, { ...grant, until: '2026-12-31' })).toThrow(refusal('validity-too-short'));
    expect(run(lodge, { ...grant, until: '2028-03-09' }).granted?.until).toBe('2028-03-09');
    const resident = run({ ...lodge, ground: 'final-conviction' }, grant);
    expect(resident.granted).toMatchObject({ until: '2036-03-09', article: 'CESEDA L425-3' });
  });

  it('is refused with a reason; an appeal within two months may bring it back', () => {
    const refused = run(lodge, refuse);
    expect(refused.refused).toMatchObject({ reason: 'conditions-not-met', appealBy: '2026-06-01' });
    expect(() => decide(refused, { ...on('2026-06-02'), type: 'appeal' })).toThrow(
      refusal('appeal-too-late'),
    );
    const appealed = run(lodge, refuse, { ...on('2026-06-01'), type: 'appeal' });
    const decision = { ...on('2026-09-01'), type: 'decide-appeal' } as const;
    const after = (outcome: (typeof APPEAL_OUTCOMES)[number]) =>
      evolve(appealed, decide(appealed, { ...decision, outcome }));
    expect(after('refusal-upheld').state).toBe('refusal-upheld');
    const annulled = after('refusal-annulled');
    expect(annulled.state).toBe('lodged');
    expect(decide(annulled, { ...on('2026-09-02'), type: 'grant' }).type).toBe('granted');
  });

  it('is withdrawn with a reason while it is valid', () => {
    const granted = run(lodge, { ...on(DAY), type: 'grant' });
    const withdraw: PermitCommand = { ...on('2026-06-01'), type: 'withdraw', reason: 'untrue-complaint' };
    expect(evolve(granted, decide(granted, withdraw))).toMatchObject({
      state: 'withdrawn',
      withdrawn: { article: 'CESEDA L425-5' },
    });
    expect(() => decide(granted, { ...withdraw, on: '2027-03-10' })).toThrow(refusal('permit-expired'));
    expect(() => decide(run(lodge), withdraw)).toThrow(refusal('permit-not-granted'));
  });

  it('warns from the 120th day before its end on, more from after the 60th, and after it', () => {
    const granted = run(lodge, { ...on(DAY), type: 'grant' });
    const warnings = ['2026-11-08', '2026-11-09', '2027-01-08', '2027-01-09', '2027-03-09', '2027-03-10'].map(
      (day) => warningOn(granted, day),
    );
    expect(warnings).toEqual([
      undefined,
      'renewal-open',
      'renewal-open',
      'renewal-due',
      'renewal-due',
      'expired',
    ]);
  });

  const day = fc.integer({ min: -20, max: 900 }).map((offset) => addDays(DAY, offset));
  const days = fc.record({ today: day, on: day });
  const command = fc.oneof(
    fc.record({
      type: fc.constant('lodge' as const),
      ground: fc.constantFrom(...GROUNDS),
      renewal: fc.boolean(),
    }),
    fc.record({ type: fc.constant('grant' as const) }),
    fc.record({ type: fc.constant('refuse' as const), reason: fc.constantFrom(...REFUSAL_REASONS) }),
    fc.record({ type: fc.constant('appeal' as const) }),
    fc.record({ type: fc.constant('decide-appeal' as const), outcome: fc.constantFrom(...APPEAL_OUTCOMES) }),
    fc.record({ type: fc.constant('withdraw' as const), reason: fc.constantFrom(...WITHDRAWAL_REASONS) }),
    fc.record({ type: fc.constant('abandon' as const) }),
    fc.record({
      type: fc.constant('end-proceedings' as const),
      outcome: fc.constantFrom(...PROCEEDINGS_OUTCOMES),
    }),
  );
  const commands = fc.array(
    fc.tuple(command, days).map(([it, when]): PermitCommand => ({ ...it, ...when })),
    { maxLength: 40 },
  );

  it('reaches no illegal state, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(commands, (all) => {
        let permit: Permit | undefined;
        let changes = 0;
        for (const each of all) {
          const before: Permit | undefined = permit;
          try {
            permit = evolve(before, decide(before, each));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            continue;
          }
          changes += 1;
          requireLegal(permit, before, changes);
        }
      }),
      { numRuns: 500 },
    );
  });

  const FINAL = ['withdrawn', 'abandoned', 'refusal-upheld'];

  function requireLegal(permit: Permit, before: Permit | undefined, version: number): void {
    const { state, granted, refused, appeal, withdrawn, lodgedOn } = permit;
    expect(permit.version).toBe(version);
    if (before && FINAL.includes(before.state)) expect(state).toBe(before.state);
    if (before?.granted) expect(granted).toEqual(before.granted);
    if (before?.proceedings) expect(permit.proceedings).toEqual(before.proceedings);
    if (['granted', 'withdrawn'].includes(state)) expect(granted && granted.from < granted.until).toBe(true);
    else expect(granted).toBeUndefined();
    if (['refused', 'appealed', 'refusal-upheld'].includes(state)) expect(refused).toBeDefined();
    if (state === 'withdrawn') expect(withdrawn).toBeDefined();
    if (state === 'appealed') expect(appeal?.outcome).toBeUndefined();
    const ordered = [lodgedOn, refused?.on, appeal?.on, appeal?.decidedOn, granted?.on, withdrawn?.on].filter(
      (it) => it !== undefined,
    );
    expect(ordered).toEqual([...ordered].sort());
    if (appeal && refused && state === 'appealed') expect(appeal.on <= refused.appealBy).toBe(true);
  }

  it('is drawn', () => {
    expect(stateDiagram(PERMIT_MACHINE).split('\n')).toEqual(
      expect.arrayContaining([
        '  [*] --> lodged: lodge',
        '  lodged --> granted: grant',
        '  lodged --> refused: refuse',
        '  refused --> appealed: appeal',
        '  appealed --> lodged: annul refusal',
        '  appealed --> refusal_upheld: uphold refusal',
        '  granted --> withdrawn: withdraw',
      ]),
    );
  });
});

describe('what the law would give', () => {
  const first = { renewal: false };
  const complained = { complaintOn: '2026-02-01', linksBroken: true };
  const best = (...args: Parameters<typeof proposals>) => proposals(...args)[0];

  it('is a temporary card by right for whoever complained and broke with the authors', () => {
    expect(best(complained, first, DAY)).toEqual({
      ground: 'cooperation',
      kind: 'temporary',
      article: 'CESEDA L425-1',
      byRight: true,
      met: ['complaint-or-testimony', 'links-broken', 'proceedings-not-over', 'no-public-order-threat'],
      missing: [],
    });
    expect(best(complained, first, '2013-03-10')).toMatchObject({ article: 'CESEDA L316-1', byRight: false });
    expect(best(complained, { renewal: true }, '2014-08-04')).toMatchObject({ byRight: true });
  });

  it('is the resident card by right on final conviction, and only then', () => {
    const convicted = {
      ...first,
      proceedings: { outcome: 'final-conviction', endedOn: '2026-03-01' },
    } as const;
    expect(best(complained, convicted, DAY)).toMatchObject({
      ground: 'final-conviction',
      kind: 'resident',
      article: 'CESEDA L425-3',
      byRight: true,
    });
    const acquitted = { ...first, proceedings: { outcome: 'acquittal', endedOn: '2026-03-01' } } as const;
    expect(proposals(complained, acquitted, DAY).filter(({ byRight }) => byRight)).toEqual([]);
  });

  it('says which conditions are missing, of those without cooperation too', () => {
    const afraid = { fearOfReprisals: true, victimElements: true, reintegrationEfforts: true };
    expect(best(afraid, first, '2013-03-10')).toMatchObject({
      ground: 'exceptional',
      article: 'CESEDA L313-14',
      byRight: false,
      missing: [],
    });
    const exit = proposals({ exitPathOn: DAY }, first, DAY).find(({ ground }) => ground === 'exit-path');
    expect(exit).toMatchObject({
      kind: 'provisional',
      article: 'CESEDA L425-4',
      missing: ['prostitution-ceased'],
      byRight: false,
    });
  });

  it('gives nothing by right to who is a threat to public order, nor where nothing is known', () => {
    expect(proposals({ ...complained, publicOrderThreat: true }, first, DAY).some((it) => it.byRight)).toBe(
      false,
    );
    expect(proposals({}, first, DAY).some(({ byRight, missing }) => byRight || missing.length === 0)).toBe(
      false,
    );
  });
});
