import { canonicalJson } from '@liaison/kernel';
import type { Provenance } from '@liaison/messaging';
import type { FieldSourceView } from './field-source.dto';

/** A version as far as its reader may see it. */
export interface SeenVersion {
  readonly provenance: Provenance;
  readonly receivedAt: Date;
  readonly data: unknown;
}

/** Where fields came from, each by its path; items of a list share one. */
export interface FieldSource extends Provenance {
  readonly receivedAt: Date;
  readonly fields: readonly string[];
}

/**
 * Of each field that has a value in the newest version: by which event, under which convention and since when this agency has
 * had that value, without a break. A version is whole, one event under one convention: so nothing of this is stored beside it.
 * @param versions newest first, of one case; those that the reader may not see are not among them, and break nothing
 */
export function fieldSources(versions: readonly SeenVersion[]): readonly FieldSource[] {
  const [newest] = versions;
  if (!newest) return [];
  const values = versions.map(({ data }) => valuesOf(data));
  const found = new Map<SeenVersion, string[]>();
  for (const [path, value] of values[0] ?? []) {
    const changed = values.findIndex((each) => each.get(path) !== value);
    const source = versions[(changed === -1 ? versions.length : changed) - 1] ?? newest;
    found.set(source, [...(found.get(source) ?? []), path]);
  }
  return versions.flatMap((version) => {
    const fields = found.get(version);
    return fields ? [{ ...version.provenance, receivedAt: version.receivedAt, fields: fields.sort() }] : [];
  });
}

/** Of each leaf, in a form that can be compared: that of a list's items in their order. */
function valuesOf(data: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, unknown[]>();
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value))
        walk(member, path === '' ? name : `${path}.${name}`);
    } else if (value !== undefined && path !== '') leaves.set(path, [...(leaves.get(path) ?? []), value]);
  };
  walk(data, '');
  return new Map([...leaves].map(([path, each]) => [path, canonicalJson(each as string[])]));
}

/** As an answer has them. */
export const sourceViews = (versions: readonly SeenVersion[]): readonly FieldSourceView[] =>
  fieldSources(versions).map(({ agency, event, convention, receivedAt, fields }) => ({
    agency,
    event,
    convention,
    receivedAt: receivedAt.toISOString(),
    fields,
  }));
