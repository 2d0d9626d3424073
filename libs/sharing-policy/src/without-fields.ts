/**
 * A payload without these fields, as a new object; what it says otherwise is as it was. A section or an item of a list that
 * loses all it has goes with them, so that not even its being there tells that there was something.
 * @param paths of fields or sections, such as `civilStatus.documents.number`; items of a list share one
 */
export function withoutFields<T extends object>(payload: T, paths: readonly string[]): Partial<T> {
  return pruned(payload, '', new Set(paths)) ?? {};
}

function pruned(value: unknown, path: string, gone: ReadonlySet<string>): unknown {
  if (gone.has(path)) return undefined;
  if (Array.isArray(value)) {
    const kept = value.map((item) => pruned(item, path, gone)).filter((item) => item !== undefined);
    return kept.length > 0 || value.length === 0 ? kept : undefined;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value);
  const kept = members.flatMap(([name, member]) => {
    const left = pruned(member, path === '' ? name : `${path}.${name}`, gone);
    return left === undefined ? [] : [[name, left] as const];
  });
  return kept.length > 0 || members.length === 0 ? Object.fromEntries(kept) : undefined;
}
