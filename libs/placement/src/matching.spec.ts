import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { CRITERIA, type Criterion } from './criteria';
import { seatOf } from './departement-seats';
import { kmBetween } from './distance';
import { type Child, DISTANCES, type Needs, PRESUMED_MINOR, rankPlaces } from './matching';
import { world } from './matching.test';
import { type Place, requireDeclarable } from './place';

const MARSEILLE_CARER: Place = {
  id: 'carer',
  lodging: 'registered-carer',
  departement: '13',
  free: 2,
  ages: { from: 10, to: 17 },
  sexes: ['female', 'male'],
  languages: ['ro'],
  trainedStaff: true,
  secure: false,
  schooling: ['school'],
};
const aPlace = (overrides: Partial<Place>): Place => ({ ...MARSEILLE_CARER, ...overrides });
const aChild = (overrides: Partial<Child> = {}): Child => ({
  ages: { from: 14, to: 14 },
  sex: 'female',
  languages: ['ro'],
  ...overrides,
});
const someNeeds = (overrides: Partial<Needs> = {}): Needs => ({
  children: [aChild()],
  exploitation: ['75', '93'],
  secure: 'not-needed',
  avoided: [],
  ...overrides,
});
const ranked = (needs: Needs, ...places: readonly Place[]) => rankPlaces(needs, places);
const saysOf = (needs: Needs, place: Place, criterion: Criterion) =>
  ranked(needs, place)[0]?.reasons.find((reason) => reason.criterion === criterion);
/** What of the required criteria a place does not meet. */
const lacks = (needs: Needs, place: Place) =>
  ranked(needs, place).flatMap(({ fits, reasons }) => {
    const unmet = reasons.filter(({ required, outcome }) => required && outcome === 'unmet');
    expect(fits).toBe(unmet.length === 0);
    return unmet.map(({ criterion }) => criterion);
  });

describe('matching', () => {
  it('finds a place far from every département of exploitation, and says why it fits', () => {
    const [first] = ranked(someNeeds(), MARSEILLE_CARER);
    expect(first).toMatchObject({ place: 'carer', departement: '13', fits: true });
    expect(Math.abs((first?.distanceKm ?? 0) - 660)).toBeLessThan(10);
    expect(first?.reasons.map(({ criterion, outcome }) => [criterion, outcome])).toEqual(
      CRITERIA.map((criterion) => [criterion, 'met']),
    );
  });

  it('takes no hotel, whatever else speaks for it', () => {
    const hotel = aPlace({ id: 'hotel', lodging: 'hotel' });
    expect(lacks(someNeeds(), hotel)).toEqual(['lodging']);
    expect(saysOf(someNeeds(), hotel, 'lodging')).toMatchObject({ outcome: 'unmet', rule: 'R24' });
    expect(() => requireDeclarable(hotel)).toThrow(
      expect.objectContaining({
        code: 'hotel-refused',
        message: expect.stringContaining('R24') as string,
      }) as AppError,
    );
    expect(() => requireDeclarable(aPlace({ ages: { from: 17, to: 10 } }))).toThrow(
      expect.objectContaining({ code: 'ages-reversed' }) as AppError,
    );
    requireDeclarable(MARSEILLE_CARER);
  });

  it('takes no place in or near a département of exploitation', () => {
    expect(lacks(someNeeds(), aPlace({ departement: '93' }))).toEqual(['departement', 'distance']);
    // Paris is no département of exploitation here, and nine kilometres from one.
    expect(lacks(someNeeds({ exploitation: ['93', '13'] }), aPlace({ departement: '75' }))).toEqual([
      'distance',
    ]);
    expect(lacks(someNeeds(), aPlace({ departement: '99' }))).toEqual(['distance']);
  });

  it('says so where no département of exploitation is known, and shelters the child all the same', () => {
    const needs = someNeeds({ exploitation: [] });
    expect(lacks(needs, MARSEILLE_CARER)).toEqual([]);
    expect(saysOf(needs, MARSEILLE_CARER, 'departement')).toMatchObject({ outcome: 'unknown' });
    expect(ranked(needs, MARSEILLE_CARER)[0]?.distanceKm).toBeUndefined();
  });

  it('puts what the sea divides behind what can be reached', () => {
    const places = [aPlace({ id: 'overseas', departement: '974' }), aPlace({ trainedStaff: false })];
    expect(ranked(someNeeds(), ...places).map(({ place }) => place)).toEqual(['carer', 'overseas']);
  });

  it('keeps siblings together', () => {
    const needs = someNeeds({ children: [aChild(), aChild({ ages: { from: 11, to: 11 }, sex: 'male' })] });
    expect(lacks(needs, MARSEILLE_CARER)).toEqual([]);
    expect(lacks(needs, aPlace({ free: 1 }))).toEqual(['siblings']);
    expect(lacks(needs, aPlace({ free: 0 }))).toEqual(['beds', 'siblings']);
    expect(lacks(needs, aPlace({ sexes: ['female'] }))).toEqual(['sex']);
    expect(lacks(needs, aPlace({ ages: { from: 12, to: 17 } }))).toEqual(['age']);
  });

  it('keeps away from the place of a sibling, and from one that the network knows, where that is said', () => {
    for (const because of ['sibling-apart', 'known-to-network'] as const) {
      expect(lacks(someNeeds({ avoided: [{ place: 'carer', because }] }), MARSEILLE_CARER)).toEqual([
        'avoided',
      ]);
    }
  });

  it('gives secure places to the most structured networks, if the child wants one', () => {
    const secure = aPlace({ id: 'secure', secure: true });
    const order = (needs: Needs) => ranked(needs, secure, MARSEILLE_CARER).map(({ place }) => place);
    expect(lacks(someNeeds({ secure: 'needed' }), secure)).toEqual([]);
    expect(lacks(someNeeds({ secure: 'needed' }), MARSEILLE_CARER)).toEqual(['secure']);
    expect(lacks(someNeeds({ secure: 'refused' }), secure)).toEqual(['secure']);
    expect(order(someNeeds({ secure: 'needed' }))).toEqual(['secure', 'carer']);
    expect(order(someNeeds({ secure: 'not-needed' }))).toEqual(['carer', 'secure']);
  });

  it('presumes a minor where nobody knows the age, and says that the place may not take that age', () => {
    const needs = someNeeds({ children: [aChild({ ages: PRESUMED_MINOR })] });
    expect(saysOf(needs, MARSEILLE_CARER, 'age')).toMatchObject({ outcome: 'partly', rule: 'R15' });
    expect(lacks(needs, MARSEILLE_CARER)).toEqual([]);
    expect(lacks(needs, aPlace({ ages: { from: 18, to: 20 } }))).toEqual(['age']);
  });

  it('asks a place for a child whose sex is not determined to take both, or says that it may not', () => {
    const needs = someNeeds({ children: [aChild({ sex: 'undetermined' })] });
    expect(saysOf(needs, MARSEILLE_CARER, 'sex')).toMatchObject({ outcome: 'met' });
    expect(saysOf(needs, aPlace({ sexes: ['male'] }), 'sex')).toMatchObject({ outcome: 'partly' });
    expect(lacks(needs, aPlace({ sexes: [] }))).toEqual(['sex']);
  });

  it('orders by trained staff before languages before schooling, then by distance', () => {
    const needs = someNeeds({ children: [aChild({ schooling: 'school' })] });
    const places = [
      aPlace({ id: '1-nearer', departement: '69' }),
      aPlace({ id: '2-no-school', schooling: [] }),
      aPlace({ id: '3-no-language', languages: [] }),
      aPlace({ id: '4-untrained', trainedStaff: false }),
      aPlace({ id: '5-exceptional', lodging: 'declared-structure' }),
      aPlace({ id: '6-full', free: 0 }),
    ];
    expect(ranked(needs, ...places.toReversed(), MARSEILLE_CARER).map(({ place }) => place)).toEqual([
      'carer',
      ...places.map(({ id }) => id),
    ]);
  });

  it('says of each place which siblings nobody there would understand or teach', () => {
    const needs = someNeeds({
      children: [
        aChild({ schooling: 'school' }),
        aChild({ languages: ['yo'], schooling: 'vocational-training' }),
      ],
    });
    expect(saysOf(needs, MARSEILLE_CARER, 'languages')).toMatchObject({ outcome: 'partly' });
    expect(saysOf(needs, MARSEILLE_CARER, 'schooling')).toMatchObject({ outcome: 'partly' });
  });
});

describe('matching, on worlds of all kinds', () => {
  it('never takes a hotel, never a département of exploitation, never one near to it', () => {
    fc.assert(
      fc.property(world, ({ needs, places }) => {
        const byId = new Map(places.map((place) => [place.id, place]));
        for (const { place: id, fits } of rankPlaces(needs, places)) {
          const place = byId.get(id);
          if (!fits || !place) continue;
          expect(place.lodging).not.toBe('hotel');
          expect(place.free).toBeGreaterThanOrEqual(needs.children.length);
          expect(needs.avoided.map((each) => each.place)).not.toContain(id);
          if (needs.secure === 'needed') expect(place.secure).toBe(true);
          for (const departement of needs.exploitation) {
            const [from, to] = [seatOf(departement), seatOf(place.departement)];
            expect(from && to && kmBetween(from, to)).toBeGreaterThanOrEqual(DISTANCES.least);
          }
        }
      }),
    );
  });

  it('lists every place once, those that fit first, each with one reason for each criterion', () => {
    fc.assert(
      fc.property(world, ({ needs, places }) => {
        const list = rankPlaces(needs, places);
        expect(list.map(({ place }) => place).toSorted()).toEqual(places.map(({ id }) => id).toSorted());
        expect(list.map(({ fits }) => fits)).toEqual(
          list
            .map(({ fits }) => fits)
            .toSorted()
            .reverse(),
        );
        for (const { fits, reasons } of list) {
          expect(reasons.map(({ criterion }) => criterion)).toEqual(CRITERIA);
          for (const { says } of reasons) expect(says).toMatch(/\.$/);
          expect(fits).toBe(!reasons.some(({ required, outcome }) => required && outcome === 'unmet'));
        }
      }),
    );
  });

  it('gives the same list whatever the order in which the places come', () => {
    fc.assert(
      fc.property(
        world.chain((each) =>
          fc.tuple(
            fc.constant(each),
            fc.shuffledSubarray([...each.places], { minLength: each.places.length }),
          ),
        ),
        ([{ needs, places }, shuffled]) => {
          expect(rankPlaces(needs, shuffled)).toEqual(rankPlaces(needs, places));
        },
      ),
    );
  });

  it('gets no worse by one more place: what was said of the others stands, and so does their order', () => {
    fc.assert(
      fc.property(world, ({ needs, places }) => {
        const [added, ...others] = places;
        if (!added) return;
        const without = rankPlaces(needs, others);
        const list = rankPlaces(needs, places);
        expect(list.filter(({ place }) => place !== added.id)).toEqual(without);
        if (without[0]?.fits) expect(list[0]?.fits).toBe(true);
      }),
    );
  });

  it('puts no place lower for what it declares in addition', () => {
    const better = (place: Place): Place[] => [
      { ...place, trainedStaff: true },
      { ...place, free: place.free + 1 },
      { ...place, ages: { from: 0, to: 20 } },
      { ...place, sexes: ['female', 'male'] },
      { ...place, languages: ['ro', 'rom', 'fr', 'yo', 'zh'] },
      { ...place, schooling: ['school', 'vocational-training'] },
    ];
    fc.assert(
      fc.property(world, ({ needs, places }) => {
        const [first, ...others] = places;
        if (!first) return;
        const rankOf = (place: Place) =>
          rankPlaces(needs, [...others, place]).findIndex((each) => each.place === place.id);
        for (const each of better(first)) expect(rankOf(each)).toBeLessThanOrEqual(rankOf(first));
      }),
    );
  });
});
