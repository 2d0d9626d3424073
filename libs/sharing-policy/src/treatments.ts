import type { Generalisation, Treatment } from './model';

export interface Treated {
  readonly treatment: Treatment;
  readonly to?: Generalisation;
}

/** Of two in one of these lists the later contains the earlier; any other two generalisations cannot be compared. */
const COARSER: readonly (readonly Generalisation[])[] = [
  ['day', 'month', 'year', 'nothing'],
  ['departement', 'region', 'nothing'],
  ['age-band', 'nothing'],
];
const PROTECTION: Readonly<Record<Treatment, number>> = { release: 0, generalise: 1, mask: 2, withhold: 3 };

/**
 * The most protective of two treatments. Of two generalisations of which neither contains the other (a year and an age
 * band together tell more than each) what both contain: nothing. So the order in which several are combined is no matter.
 */
export function mostProtective(a: Treated, b: Treated): Treated {
  if (a.treatment !== b.treatment) return PROTECTION[a.treatment] > PROTECTION[b.treatment] ? a : b;
  if (a.treatment !== 'generalise' || a.to === b.to) return a;
  for (const list of COARSER) {
    const [left, right] = [a, b].map(({ to }) => (to ? list.indexOf(to) : -1)) as [number, number];
    if (left >= 0 && right >= 0) return left > right ? a : b;
  }
  return { treatment: 'generalise', to: 'nothing' };
}

/** Whether anything of a value passes, as far as its treatment says. */
export function isOpen(treated: Pick<Treated, 'treatment'> | undefined): boolean {
  return treated?.treatment === 'release' || treated?.treatment === 'generalise';
}

export function sameTreatment(a: Treated, b: Treated): boolean {
  return a.treatment === b.treatment && a.to === b.to;
}

/** How much a treatment shows, for choosing the most open of several decisions. */
export function openness({ treatment, to }: Treated): number {
  if (treatment === 'release') return 10;
  if (treatment !== 'generalise') return 0;
  if (to === 'nothing') return 0;
  const steps = COARSER.map((list) => (to ? list.indexOf(to) : -1));
  return 5 - Math.max(0, ...steps);
}
