import fc from 'fast-check';
import { missingRuns } from './missing';

const numbersOf = (runs: readonly { from: number; to: number }[]) =>
  runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

describe('missingRuns', () => {
  it('names each hole once, and nothing that is here', () => {
    expect(missingRuns(2, 9, [5, 6, 9], 100)).toEqual([
      { from: 3, to: 4 },
      { from: 7, to: 8 },
    ]);
    expect(missingRuns(2, 2, [], 100)).toEqual([]);
    expect(missingRuns(0, 3, [1, 2, 3], 100)).toEqual([]);
    expect(missingRuns(0, 3, [], 2)).toEqual([{ from: 1, to: 2 }]);
  });

  it('is what a count of every number gives, up to its limit', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(40),
        fc.array(fc.integer({ min: 1, max: 60 })),
        fc.integer({ min: 1, max: 30 }),
        (upTo, beyond, here, limit) => {
          const highest = upTo + beyond;
          const expected: number[] = [];
          for (let sequence = upTo + 1; sequence <= highest; sequence += 1) {
            if (!here.includes(sequence) && expected.length < limit) expected.push(sequence);
          }
          const runs = missingRuns(upTo, highest, here, limit);
          expect(numbersOf(runs)).toEqual(expected);
          runs.forEach(({ from }, index) => expect(from).toBeGreaterThan((runs[index - 1]?.to ?? 0) + 1 - 1));
        },
      ),
    );
  });
});
