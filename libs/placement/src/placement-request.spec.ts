import fc from 'fast-check';
import { after, refusal, walk } from './machines.test';
import { rankPlaces, type RankedPlace } from './matching';
import type { Place } from './place';
import { decideRequest, evolveRequest, type RequestCommand } from './placement-request';

const machine = { decide: decideRequest, evolve: evolveRequest };
const rankedIn = (departement: string): RankedPlace => {
  const place: Place = {
    id: `in-${departement}`,
    lodging: 'registered-carer',
    departement,
    free: 1,
    ages: { from: 0, to: 17 },
    sexes: ['female', 'male'],
    languages: [],
    trainedStaff: false,
    secure: false,
    schooling: [],
  };
  const child = { ages: { from: 14, to: 14 }, sex: 'male' as const, languages: [] };
  const needs = { children: [child], exploitation: ['75'], secure: 'not-needed' as const, avoided: [] };
  const [ranked] = rankPlaces(needs, [place]);
  if (!ranked) throw new Error('every place is ranked');
  return ranked;
};
const FAR = rankedIn('13');
const NEAR = rankedIn('75');

const file: RequestCommand = { type: 'file' };
const withdraw: RequestCommand = { type: 'withdraw' };
const offer = (id: string, place = FAR): RequestCommand => ({ type: 'offer', offer: id, place });
const obey = (id: string, place = FAR): RequestCommand => ({ type: 'obey-order', offer: id, place });
const on = (
  type: 'receive-hold' | 'receive-acceptance' | 'receive-refusal' | 'withdraw-offer',
  id: string,
): RequestCommand => ({ type, offer: id });
const request = (...commands: RequestCommand[]) => after(machine, commands);

describe('a placement request', () => {
  it('is withdrawn where its child turns 18, whatever was asked: no place for minors is one for an adult (R17, R30)', () => {
    const ofAge: RequestCommand = { type: 'come-of-age', children: 1 };
    for (const before of [[], [offer('o')], [offer('o'), on('receive-acceptance', 'o')]]) {
      expect(request(file, ...before, ofAge)).toMatchObject({
        state: 'withdrawn',
        offers: before.length > 0 ? [{ state: 'withdrawn' }] : [],
      });
    }
    expect(() => request(file, ofAge, offer('p'))).toThrow(refusal('placement-of-adult'));
    expect(() => request(file, ofAge, obey('p'))).toThrow(refusal('placement-of-adult'));
    expect(() => request({ type: 'file', age: 'adult' })).toThrow(refusal('placement-of-adult'));
    expect(request({ type: 'file', age: 'minor' })).toMatchObject({ state: 'open' });
    expect(() => request(file, withdraw, ofAge)).toThrow(refusal('placement-request-closed'));
  });

  it('of siblings keeps the beds of those who are minors where one turns 18, and asks for no other place', () => {
    const ofAge: RequestCommand = { type: 'come-of-age', children: 2 };
    expect(request(file, offer('o'), on('receive-acceptance', 'o'), ofAge)).toMatchObject({
      state: 'placed',
      offers: [{ state: 'accepted' }],
    });
    expect(() => request(file, ofAge, offer('o'))).toThrow(refusal('placement-of-adult'));
    expect(request(file, ofAge, withdraw)).toMatchObject({ state: 'withdrawn' });
    expect(() => request(file, ofAge, ofAge)).toThrow(refusal('placement-request-closed'));
  });

  it('records once what whoever turned 18 says', () => {
    const hear: RequestCommand = { type: 'hear-adult', agrees: false };
    expect(request(file, { type: 'come-of-age', children: 1 }, hear)).toMatchObject({ agrees: false });
    expect(() => request(file, hear)).toThrow(refusal('placement-of-minor'));
    expect(() => request(file, { type: 'come-of-age', children: 1 }, hear, hear)).toThrow(
      refusal('adult-heard'),
    );
  });

  it('is offered, held and accepted', () => {
    expect(request(file, offer('o'))).toMatchObject({
      state: 'offered',
      offers: [{ place: 'in-13', state: 'asked' }],
    });
    expect(request(file, offer('o'), on('receive-hold', 'o'))).toMatchObject({ offers: [{ state: 'held' }] });
    expect(request(file, offer('o'), on('receive-hold', 'o'), on('receive-acceptance', 'o'))).toMatchObject({
      state: 'placed',
      offers: [{ state: 'accepted', ordered: false, contradicts: [] }],
    });
  });

  it('goes on to the next place where one declines, even after it had accepted', () => {
    const accepted = [file, offer('o'), on('receive-acceptance', 'o')];
    expect(request(...accepted, on('receive-refusal', 'o'))).toMatchObject({ state: 'open' });
    expect(request(...accepted, on('receive-refusal', 'o'), offer('p'))).toMatchObject({
      state: 'offered',
      offers: [{ state: 'declined' }, { state: 'asked' }],
    });
  });

  it('asks one place at a time', () => {
    expect(() => request(file, offer('o'), offer('p'))).toThrow(refusal('offer-pending'));
    expect(() => request(file, offer('o'), on('withdraw-offer', 'o'), offer('o'))).toThrow(
      refusal('offer-exists'),
    );
    expect(() => request(file, on('receive-hold', 'o'))).toThrow(refusal('offer-not-found'));
    expect(() => request(offer('o'))).toThrow(refusal('placement-request-not-found'));
    expect(() => request(file, file)).toThrow(refusal('placement-request-exists'));
  });

  it('is not offered a place of a département of exploitation, and says why', () => {
    expect(() => request(file, offer('o', NEAR))).toThrow(
      expect.objectContaining({
        code: 'place-does-not-fit',
        message: expect.stringContaining('In a département of exploitation. (R25)') as string,
      }) as Error,
    );
  });

  it("obeys a judge's order for such a place, and flags it (R25)", () => {
    expect(request(file, obey('o', NEAR))?.offers).toEqual([
      { id: 'o', place: 'in-75', state: 'asked', ordered: true, contradicts: ['departement', 'distance'] },
    ]);
    expect(request(file, obey('o'))?.offers).toMatchObject([{ ordered: true, contradicts: [] }]);
  });

  it('ends the same where an answer crosses a withdrawal', () => {
    const withdrawn = [file, offer('o'), on('withdraw-offer', 'o')];
    for (const answer of ['receive-hold', 'receive-acceptance', 'receive-refusal'] as const) {
      expect(request(...withdrawn, on(answer, 'o'))).toMatchObject({
        state: 'open',
        offers: [{ state: 'withdrawn' }],
      });
      expect(request(file, offer('o'), withdraw, on(answer, 'o'))).toMatchObject({
        state: 'withdrawn',
        offers: [{ state: 'withdrawn' }],
      });
    }
    expect(() => request(...withdrawn, on('withdraw-offer', 'o'))).toThrow(refusal('offer-answered'));
    expect(() => request(file, withdraw, offer('o'))).toThrow(refusal('placement-request-closed'));
  });

  const id = fc.constantFrom('a', 'b', 'c');
  const command = fc.oneof(
    fc.constantFrom(file, withdraw),
    fc.tuple(id, fc.constantFrom(FAR, NEAR)).map(([each, place]) => offer(each, place)),
    fc.tuple(id, fc.constantFrom(FAR, NEAR)).map(([each, place]) => obey(each, place)),
    fc
      .tuple(
        fc.constantFrom(
          'receive-hold' as const,
          'receive-acceptance' as const,
          'receive-refusal' as const,
          'withdraw-offer' as const,
        ),
        id,
      )
      .map(([type, each]) => on(type, each)),
  );

  it('has one offer that runs at most, and takes no place that does not fit but by order', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        for (const { before, now } of walk(machine, [file, ...commands])) {
          expect(now.version).toBe((before?.version ?? 0) + 1);
          const states = now.offers.map(({ state }) => state);
          const live = states.filter((state) => state !== 'declined' && state !== 'withdrawn');
          expect(live.length).toBe(now.state === 'offered' || now.state === 'placed' ? 1 : 0);
          expect(live[0] === 'accepted').toBe(now.state === 'placed');
          for (const { ordered, place, contradicts } of now.offers) {
            expect(contradicts.length > 0).toBe(place === NEAR.place);
            if (contradicts.length > 0) expect(ordered).toBe(true);
          }
          if (before?.state === 'withdrawn') expect(now.state).toBe('withdrawn');
        }
      }),
    );
  });
});
