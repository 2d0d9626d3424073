import type { Health, Metrics } from '@liaison/platform';

/** Which set of conventions this process executes: for whoever compares two processes, or two agencies. */
export interface ConventionSet {
  /** SHA-256 (hex) over all of it. */
  readonly digest: string;
  /** How many versions of conventions are in it. */
  readonly versions: number;
}

export function describeConventions(health: Health, { digest, versions }: ConventionSet): void {
  health.describe({ name: 'conventions', read: () => Promise.resolve({ digest, versions }) });
}

export function observeConventions(metrics: Metrics, { digest, versions }: ConventionSet): void {
  metrics.gauge(
    'liaison_convention_versions',
    'Versions of conventions that this service executes; `digest` is the SHA-256 of the whole set',
    ['digest'],
    (gauge) => gauge.set({ digest }, versions),
  );
}
