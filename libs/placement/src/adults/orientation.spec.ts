import { addDays, AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { after, refusal, walk } from '../machines.test';
import {
  CONSENT_SCOPES,
  type Consents,
  type ConsentScope,
  decideConsent,
  evolveConsent,
  isGiven,
} from './consent';
import {
  type AdultPlace,
  EMERGENCY_PLACES,
  requireDeclarableAdultPlace,
  requireEmergencyPlaceLeft,
} from './adult-place';
import {
  decideOrientation,
  evolveOrientation,
  isEvaluated,
  liveProposal,
  type Orientation,
  type OrientationAsked,
  type OrientationCommand,
  seenByPlace,
} from './orientation';

const MACHINE = { decide: decideOrientation, evolve: evolveOrientation };
const TODAY = '2026-03-10';

const given = (...scopes: readonly ConsentScope[]): Consents =>
  scopes.map((scope) => ({
    scope,
    form: 'written',
    on: TODAY,
    language: 'en',
    explainedBy: 'p',
    capacity: 'caseworker',
  }));
const ALL = given(...CONSENT_SCOPES);

const asked = (more: Partial<OrientationAsked> = {}): OrientationAsked => ({
  age: 'adult',
  askedBy: { kind: 'association', partner: true },
  endangered: true,
  needsDistance: true,
  exploitation: ['75'],
  needs: { ageBand: '21-24', languages: ['en'], needs: ['psychological-care'], children: 0 },
  ...more,
});
const place = (more: Partial<AdultPlace> = {}): AdultPlace => ({
  id: 'marseille',
  departement: '13',
  emergency: false,
  takesFromPolice: false,
  ...more,
});
const ASK: OrientationCommand = { type: 'ask', asked: asked(), consents: ALL };
const EVALUATE: OrientationCommand = { type: 'evaluate', eligible: true, today: TODAY };
const propose = (id: string, more: Partial<AdultPlace> = {}, procedureOpen = false): OrientationCommand => ({
  type: 'propose',
  id,
  place: place(more),
  consents: ALL,
  procedureOpen,
});
const LODGED: readonly OrientationCommand[] = [
  ASK,
  EVALUATE,
  propose('1'),
  { type: 'place-accepts', id: '1' },
  { type: 'person-accepts', id: '1', consents: ALL },
  { type: 'admit', on: TODAY, today: TODAY },
];
const state = (...commands: readonly OrientationCommand[]): Orientation => {
  const found = after(MACHINE, commands);
  if (!found) throw new TypeError('nothing came of it');
  return found;
};

describe('a request for orientation', () => {
  it.each(['minor', 'unknown'] as const)(
    'of somebody whose age is %s is refused, with a pointer to the ASE',
    (age) => {
      const ask = () => decideOrientation(undefined, { type: 'ask', asked: asked({ age }), consents: ALL });
      expect(ask).toThrow(refusal('orientation-of-minor'));
      expect(ask).toThrow(/child protection \(ASE\)/);
    },
  );

  it('rests on the person’s own will, on danger and on the need of distance', () => {
    const ask = (more: Partial<OrientationAsked>, consents: Consents) => () =>
      decideOrientation(undefined, { type: 'ask', asked: asked(more), consents });
    expect(ask({}, given('shelter'))).toThrow(refusal('consent-missing'));
    expect(ask({ endangered: false }, ALL)).toThrow(refusal('orientation-not-needed'));
    expect(ask({ needsDistance: false }, ALL)).toThrow(refusal('orientation-not-needed'));
    // Helping does not depend on cooperating with justice.
    expect(ask({}, given('orientation'))()).toMatchObject({ type: 'asked' });
  });

  it('is evaluated first, except whom the police send to the AFJ', () => {
    const police = asked({ askedBy: { kind: 'police', partner: false } });
    const afj = { id: 'afj', departement: '13', takesFromPolice: true };
    expect(isEvaluated(state({ ...ASK, asked: police }), place(afj))).toBe(true);
    expect(isEvaluated(state({ ...ASK, asked: police }), place())).toBe(false);
    expect(() => decideOrientation(state(ASK), propose('1', afj))).toThrow(refusal('evaluation-missing'));
    expect(state(ASK, EVALUATE, propose('1', afj)).state).toBe('proposed');
  });

  it('has five emergency places in Paris and no more (measure 8)', () => {
    const emergency = { emergency: true, departement: '75', capacity: 5 };
    expect(() => requireDeclarableAdultPlace(emergency)).not.toThrow();
    expect(() => requireDeclarableAdultPlace({ ...emergency, capacity: 6 })).toThrow(
      refusal('emergency-places-too-many'),
    );
    expect(() => requireDeclarableAdultPlace({ ...emergency, departement: '92' })).toThrow(
      refusal('emergency-place-elsewhere'),
    );
    const other = { ...emergency, emergency: false, departement: '92', capacity: 6 };
    expect(() => requireDeclarableAdultPlace(other)).not.toThrow();
    expect(() => requireEmergencyPlaceLeft(EMERGENCY_PLACES - 1)).not.toThrow();
    expect(() => requireEmergencyPlaceLeft(EMERGENCY_PLACES)).toThrow(refusal('emergency-places-full'));
  });

  it('goes to no place in or near a département of exploitation, but for the emergency places of Paris', () => {
    const evaluated = state(ASK, EVALUATE);
    for (const departement of ['75', '93', '78']) {
      expect(() => decideOrientation(evaluated, propose('1', { departement }))).toThrow(
        refusal('place-near-exploitation'),
      );
    }
    const emergency = { departement: '75', emergency: true };
    expect(() => decideOrientation(evaluated, propose('1', emergency))).toThrow(
      refusal('emergency-place-refused'),
    );
    expect(decideOrientation(evaluated, propose('1', emergency, true))).toMatchObject({ type: 'proposed' });
  });

  it('is followed from the declined proposal to the end', () => {
    const declined = state(ASK, EVALUATE, propose('1'), { type: 'place-declines', id: '1', reason: 'full' });
    expect(declined).toMatchObject({
      state: 'evaluated',
      proposals: [{ state: 'declined', declined: 'full' }],
    });
    const lodged = state(...LODGED, { type: 'follow-up', on: TODAY, today: TODAY });
    expect(lodged).toMatchObject({ state: 'supported', admittedOn: TODAY, followedUpOn: TODAY });
    const close = (consents: Consents): OrientationCommand => ({
      type: 'close',
      today: addDays(TODAY, 90),
      outcome: 'assisted-return',
      consents,
    });
    // Who prepares the return learns of the person: that too is theirs to say.
    expect(() => decideOrientation(lodged, close(given('orientation')))).toThrow(refusal('consent-missing'));
    const closed = evolveOrientation(lodged, decideOrientation(lodged, close(ALL)));
    expect(closed).toMatchObject({ state: 'closed', closed: { outcome: 'assisted-return' } });
    expect(() => decideOrientation(closed, EVALUATE)).toThrow(refusal('orientation-closed'));
  });

  it('ends with the consent to it before anybody is lodged, and puts nobody out afterwards', () => {
    const withdraw = (scope: ConsentScope): OrientationCommand => ({
      type: 'consent-withdrawn',
      scope,
      today: TODAY,
    });
    const proposed = state(ASK, EVALUATE, propose('1'), withdraw('orientation'));
    expect(proposed).toMatchObject({
      state: 'closed',
      closed: { outcome: 'consent-withdrawn' },
      proposals: [{ state: 'withdrawn' }],
    });
    const lodged = state(...LODGED, withdraw('shelter'));
    expect(lodged).toEqual(state(...LODGED));
    expect(state(...LODGED, withdraw('orientation'))).toMatchObject({
      state: 'closed',
      proposals: [{ state: 'accepted' }],
    });
    const accepted = LODGED.slice(0, -1);
    expect(state(...accepted, withdraw('shelter'))).toMatchObject({
      state: 'evaluated',
      proposals: [{ state: 'withdrawn' }],
    });
    expect(state(...accepted, withdraw('residence'))).toEqual(state(...accepted));
  });

  const anyPlace = fc.record({
    id: fc.constantFrom('a', 'b'),
    departement: fc.constantFrom('75', '13', '06', '93', '78', '2A'),
    emergency: fc.boolean(),
    takesFromPolice: fc.boolean(),
  });
  const someConsents = fc.subarray([...CONSENT_SCOPES]).map((scopes) => given(...scopes));
  const id = fc.constantFrom('1', '2', '3');
  const day = fc.constantFrom(TODAY, addDays(TODAY, 1));
  const anyCommand: fc.Arbitrary<OrientationCommand> = fc.oneof(
    fc.constant(EVALUATE),
    fc.record({
      type: fc.constant('propose' as const),
      id,
      place: anyPlace,
      consents: someConsents,
      procedureOpen: fc.boolean(),
    }),
    fc.record({ type: fc.constant('place-accepts' as const), id }),
    fc.record({ type: fc.constant('place-declines' as const), id, reason: fc.constant('full' as const) }),
    fc.record({ type: fc.constant('person-accepts' as const), id, consents: someConsents }),
    fc.record({ type: fc.constant('person-declines' as const), id }),
    fc.record({ type: fc.constant('admit' as const), on: day, today: fc.constant(TODAY) }),
    fc.record({ type: fc.constant('follow-up' as const), on: day, today: fc.constant(TODAY) }),
    fc.record({
      type: fc.constant('consent-withdrawn' as const),
      scope: fc.constantFrom(...CONSENT_SCOPES),
      today: fc.constant(TODAY),
    }),
  );

  it('keeps one place at a time, asks both before anybody moves, and counts its changes, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 25 }), (commands) => {
        for (const { before, command, now } of walk(MACHINE, [ASK, ...commands])) {
          expect(
            now.proposals.filter(({ state: each }) => each !== 'declined' && each !== 'withdrawn').length,
          ).toBeLessThanOrEqual(1);
          if (before) expect(now.version - before.version).toBe(now === before ? 0 : 1);
          if (now.state === 'supported') expect(liveProposal(now)?.state).toBe('accepted');
          if (command.type === 'propose') {
            expect(isGiven(command.consents, 'orientation')).toBe(true);
            expect(
              command.place.emergency
                ? command.procedureOpen
                : ['13', '06', '2A'].includes(command.place.departement),
            ).toBe(true);
          }
          if (command.type === 'person-accepts') expect(isGiven(command.consents, 'shelter')).toBe(true);
          if (before?.state === 'closed') throw new Error('something happened after the end');
        }
      }),
    );
  });

  it('shows a place needs and an age band, and nothing else that somebody put beside them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (more) => {
        const said = asked();
        const orientation = state({
          ...ASK,
          asked: { ...said, needs: { ...more, ...said.needs } },
        });
        expect(Object.keys(seenByPlace(orientation)).sort()).toEqual([
          'ageBand',
          'children',
          'languages',
          'needs',
        ]);
      }),
    );
  });
});

describe('a consent', () => {
  const give = (scope: ConsentScope) =>
    ({ type: 'give', today: TODAY, consent: given(scope)[0] as Consents[number] }) as const;
  const withdraw = (scope: ConsentScope) => ({ type: 'withdraw', today: TODAY, scope }) as const;
  const CONSENT = { decide: decideConsent, evolve: evolveConsent };

  it('is to one scope, is taken back at any time, and stays known as what was once given', () => {
    const commands = fc.array(
      fc
        .tuple(fc.boolean(), fc.constantFrom(...CONSENT_SCOPES))
        .map(([gives, scope]) => (gives ? give(scope) : withdraw(scope))),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(commands, (tried) => {
        let consents: Consents = [];
        for (const command of tried) {
          const scope = command.type === 'give' ? command.consent.scope : command.scope;
          const others = CONSENT_SCOPES.filter((each) => each !== scope).map((each) =>
            isGiven(consents, each),
          );
          const was = isGiven(consents, scope);
          try {
            const next = evolveConsent(consents, decideConsent(consents, command));
            expect(next.length).toBeGreaterThanOrEqual(consents.length);
            consents = next;
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(was).toBe(command.type === 'give');
          }
          expect(isGiven(consents, scope)).toBe(command.type === 'give');
          expect(
            CONSENT_SCOPES.filter((each) => each !== scope).map((each) => isGiven(consents, each)),
          ).toEqual(others);
        }
      }),
    );
  });

  it('may be given again, and not for a day to come', () => {
    const twice = after(CONSENT, [give('shelter'), withdraw('shelter'), give('shelter')]);
    expect(twice).toHaveLength(2);
    const tomorrow = { ...give('shelter'), today: addDays(TODAY, -1) };
    expect(() => decideConsent([], tomorrow)).toThrow(refusal('day-in-the-future'));
    expect(() => decideConsent([], withdraw('shelter'))).toThrow(refusal('consent-missing'));
  });
});
