import { GENERALISATIONS } from './model';
import { mostProtective, openness, type Treated } from './treatments';

const ALL: readonly Treated[] = [
  { treatment: 'release' },
  { treatment: 'mask' },
  { treatment: 'withhold' },
  ...GENERALISATIONS.map((to): Treated => ({ treatment: 'generalise', to })),
];
const pairs = ALL.flatMap((a) => ALL.map((b) => [a, b] as const));

it('of any three treatments the most protective is the same in every order, and none is opened', () => {
  for (const [a, b] of pairs) {
    expect(mostProtective(a, b)).toEqual(mostProtective(b, a));
    expect(openness(mostProtective(a, b))).toBeLessThanOrEqual(Math.min(openness(a), openness(b)));
    for (const c of ALL) {
      expect(mostProtective(mostProtective(a, b), c)).toEqual(mostProtective(a, mostProtective(b, c)));
    }
  }
});

it('a treatment combined with itself stays what it is', () => {
  for (const each of ALL) expect(mostProtective(each, each)).toEqual(each);
});
