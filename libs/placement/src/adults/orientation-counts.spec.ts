import { sampleOf2013 } from '@liaison/testing';
import fc from 'fast-check';
import {
  type CountedOrientation,
  countOrientations,
  type OrientationFigures,
  releasedFigures,
  SMALLEST_RELEASED,
} from './orientation-counts';

describe('the figures of Ac.Sé', () => {
  it('are those of 2013, from requests that add up so', () => {
    const figures = countOrientations(sampleOf2013());
    expect(figures).toMatchObject({
      requests: 70,
      communes: 22,
      fromPartners: 57,
      fromPartnersShare: 81,
      proposed: 66,
      ages: { '18-19': 12, '20-25': 29, '26+': 25 },
      nationalities: 15,
      assistedReturns: 8,
    });
    expect(figures.byNationality[0]).toEqual({ nationality: 'NG', count: 39 });
    const percent = (count: number | null) => Math.round((100 * (count ?? 0)) / 66);
    expect([percent(figures.ages['20-25']), percent(figures.ages['18-19']), percent(39)]).toEqual([
      44, 18, 59,
    ]);
  });

  it('are for nobody else where they would tell of fewer than eleven', () => {
    // Four got no proposal: whoever knew that 66 of 70 did would know it.
    expect(releasedFigures(countOrientations(sampleOf2013()))).toEqual({
      requests: 70,
      communes: 22,
      fromPartners: 57,
      fromPartnersShare: 81,
      proposed: null,
      ages: { '18-19': null, '20-25': null, '26+': null },
      nationalities: null,
      byNationality: [],
      assistedReturns: null,
    });
  });

  it('give no hidden count back, by any sum or difference of those that are shown', () => {
    const request: fc.Arbitrary<CountedOrientation> = fc.record(
      {
        commune: fc.constantFrom('75056', '13055', '06088'),
        fromPartner: fc.boolean(),
        proposed: fc.boolean(),
        age: fc.integer({ min: 18, max: 60 }),
        nationality: fc.constantFrom('NG', 'RO'),
        outcome: fc.constantFrom('assisted-return' as const, 'left' as const),
      },
      { requiredKeys: ['commune', 'fromPartner', 'proposed', 'age', 'nationality'] },
    );
    fc.assert(
      fc.property(fc.array(request, { maxLength: 120 }), (requests) => {
        for (const count of derivable(releasedFigures(countOrientations(requests)))) {
          expect(count).toBeGreaterThanOrEqual(SMALLEST_RELEASED);
        }
      }),
    );
  });

  /** Every number of people that is shown, or that follows from two that are. */
  function derivable({
    requests,
    fromPartners,
    proposed,
    ages,
    byNationality,
    assistedReturns,
  }: OrientationFigures): number[] {
    const parts = [fromPartners, proposed, assistedReturns].filter((count) => count !== null);
    const bands = Object.values(ages).filter((count) => count !== null);
    const nationalities = byNationality.map(({ count }) => count);
    const whole = requests === null ? [] : [requests, ...parts.map((part) => requests - part)];
    return [...whole, ...parts, ...bands, ...nationalities];
  }
});
