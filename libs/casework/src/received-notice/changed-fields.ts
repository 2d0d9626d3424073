export interface ChangedField {
  /** Leaf path; items of a list share their list's. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
}

/**
 * What differs between two versions as one reader sees both. A path that is withheld in either of them is left out:
 * whether it changed is not theirs to know.
 */
export function changedFields(
  before: { readonly data: unknown; readonly withheld: readonly string[] },
  now: { readonly data: unknown; readonly withheld: readonly string[] },
): ChangedField[] {
  const [old, next] = [leaves(before.data), leaves(now.data)];
  const hidden = new Set([...before.withheld, ...now.withheld]);
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((path) => !hidden.has(path) && old.get(path) !== next.get(path))
    .sort()
    .map((path) => ({
      path,
      change: !old.has(path) ? 'added' : !next.has(path) ? 'removed' : 'changed',
    }));
}

/** The values at each leaf path, in order, as text that compares. */
function leaves(data: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(data)) for (const item of data) leaves(item, path, into);
  else if (typeof data === 'object' && data !== null) {
    for (const [name, member] of Object.entries(data)) leaves(member, path ? `${path}.${name}` : name, into);
  } else into.set(path, `${into.get(path) ?? ''}${JSON.stringify(data)},`);
  return into;
}
