import type { Health, Metrics } from '@liaison/platform';

/** Which set of conventions this process executes at the moment: for whoever compares two processes, or two agencies. */
export interface ConventionSet {
  /** SHA-256 (hex) over all of it. */
  readonly digest: string;
  /** How many versions of conventions are in it. */
  readonly versions: number;
}

export function describeConventions(health: Health, set: ConventionSet): void {
  const read = () => Promise.resolve({ digest: set.digest, versions: set.versions });
  health.describe({ name: 'conventions', read });
}

export function observeConventions(metrics: Metrics, set: ConventionSet): void {
  metrics.gauge(
    'liaison_convention_versions',
    'Versions of conventions that this service executes; `digest` is the SHA-256 of the whole set',
    ['digest'],
    (gauge) => {
      // Of the set before, nothing may be left to read.
      gauge.reset();
      gauge.set({ digest: set.digest }, set.versions);
    },
  );
}
