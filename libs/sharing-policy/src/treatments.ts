import type { Generalisation, Treatment } from './model';

export interface Treated {
  readonly treatment: Treatment;
  readonly to?: Generalisation;
}

/** Of two in this list the later contains the earlier; any other two generalisations cannot be compared. */
const COARSER_DATES: readonly Generalisation[] = ['day', 'month', 'year'];
const PROTECTION: Readonly<Record<Treatment, number>> = { release: 0, generalise: 1, mask: 2, withhold: 3 };

/**
 * The most protective of two treatments. Two generalisations of which neither contains the other (a year and an age
 * band together tell more than each) leave nothing to show: `mask`.
 */
export function mostProtective(a: Treated, b: Treated): Treated {
  if (a.treatment !== b.treatment) return PROTECTION[a.treatment] > PROTECTION[b.treatment] ? a : b;
  if (a.treatment !== 'generalise' || a.to === b.to) return a;
  const [left, right] = [a, b].map(({ to }) => (to ? COARSER_DATES.indexOf(to) : -1)) as [number, number];
  if (left < 0 || right < 0) return { treatment: 'mask' };
  return left > right ? a : b;
}

export function sameTreatment(a: Treated, b: Treated): boolean {
  return a.treatment === b.treatment && a.to === b.to;
}

/** How much a treatment shows, for choosing the most open of several decisions. */
export function openness({ treatment, to }: Treated): number {
  if (treatment === 'release') return 10;
  if (treatment !== 'generalise') return 0;
  return 5 - (to ? COARSER_DATES.indexOf(to) : 0);
}
