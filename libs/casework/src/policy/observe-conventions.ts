import type { Health, Metrics } from '@liaison/platform';

/** Which set of conventions this process executes at the moment: for whoever compares two processes, or two agencies. */
export interface ConventionSet {
  /** SHA-256 (hex) over all of it. */
  readonly digest: string;
  /** How many versions of conventions are in it. */
  readonly versions: number;
}

/** How the following of published conventions fares; where none are followed, nothing is amiss. */
export interface PublishedStatus {
  /** The topic cannot be read for now. */
  readonly away: boolean;
  /** Known here and not in use: not signed by a key of today, not understood, or installed with another text. */
  readonly unused: number;
  /** Since the start of this process, by why. */
  readonly refused: Readonly<Record<string, number>>;
}

export const NOTHING_PUBLISHED: PublishedStatus = { away: false, unused: 0, refused: {} };

export function observePublished(metrics: Metrics, read: () => PublishedStatus): void {
  metrics.gauge(
    'liaison_conventions_away',
    '1 while published conventions cannot be followed: what is known stays in use',
    [],
    (gauge) => gauge.set(read().away ? 1 : 0),
  );
  metrics.gauge(
    'liaison_conventions_unused',
    'Published conventions that are known here and not in use: not signed by a key of today, not understood by this release, or installed with another text',
    [],
    (gauge) => gauge.set(read().unused),
  );
  metrics.gauge(
    'liaison_conventions_refused',
    'Published conventions that this process has refused since its start, by why: `not-signed`, `other-text`',
    ['reason'],
    (gauge) => {
      for (const [reason, count] of Object.entries(read().refused)) gauge.set({ reason }, count);
    },
  );
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
