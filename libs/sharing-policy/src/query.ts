import type { Decision, Generalisation } from './model';

/** What a reader may rest on a field, in a question over many cases. */
export interface Queryable {
  readonly filter: boolean;
  readonly sort: boolean;
  readonly search: boolean;
  readonly count: boolean;
  /** Only after the value was coarsened so; a search for the value itself would tell more. */
  readonly to?: Generalisation;
}

const CLOSED: Queryable = { filter: false, sort: false, search: false, count: false };
const OPEN: Queryable = { filter: true, sort: true, search: true, count: true };

/**
 * On which fields the reader of a `query` decision may filter, sort, search and count: filtering on a hidden field
 * leaks it. Only open fields are here; every other is closed, as one that does not exist.
 */
export function queryable({
  allowed,
  fields,
}: Pick<Decision, 'allowed' | 'fields'>): ReadonlyMap<string, Queryable> {
  const found = new Map<string, Queryable>();
  if (!allowed) return found;
  for (const [path, { treatment, to }] of Object.entries(fields)) {
    if (treatment === 'release') found.set(path, OPEN);
    if (treatment === 'generalise' && to !== undefined && to !== 'nothing') {
      found.set(path, { filter: true, sort: true, search: false, count: true, to });
    }
  }
  return found;
}

/** For one field; closed where nothing is said. */
export function queryableField(decision: Decision, path: string): Queryable {
  return queryable(decision).get(path) ?? CLOSED;
}
