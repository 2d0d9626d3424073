import { generalised } from './generalise';
import type { EventDescription, FieldDecision } from './model';

/** Everything that stands in a payload: where, and the value (an empty list or section stands for itself). */
export interface Present {
  /** A field's path; `<section>.*` for a member that no field names, whose name may itself tell something. */
  readonly path: string;
  readonly value: unknown;
}

/** What a payload holds, by field. Goes no deeper than the fields of the event do. */
export function presentIn(payload: unknown, event: EventDescription): readonly Present[] {
  const fields = new Set(event.fields.map(({ path }) => path));
  const sections = new Set([...fields].flatMap((path) => prefixesOf(path)));
  const found: Present[] = [];
  const visit = (value: unknown, path: string): void => {
    if (value === undefined) return;
    if (fields.has(path)) {
      const values = Array.isArray(value) ? (value as unknown[]) : [value];
      if (values.length === 0) found.push({ path, value });
      for (const item of values)
        found.push(isScalar(item) ? { path, value: item } : { path: `${path}.*`, value: item });
    } else if (path !== '' && !sections.has(path)) {
      found.push({ path: `${path.slice(0, path.lastIndexOf('.') + 1)}*`, value });
    } else if (path !== '' && Array.isArray(value)) {
      if (value.length === 0) found.push({ path, value });
      for (const item of value as unknown[]) visitSection(item, path);
    } else {
      visitSection(value, path);
    }
  };
  const visitSection = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      found.push({ path: path === '' ? '*' : `${path}.*`, value });
      return;
    }
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0 && path !== '') found.push({ path, value });
    for (const [name, member] of members) visit(member, path === '' ? name : `${path}.${name}`);
  };
  visit(payload, '');
  return found;
}

/** The paths that a decision does not allow to be present, or not with that precision. */
export function overShared(
  present: readonly Present[],
  fields: Readonly<Record<string, FieldDecision>>,
  at: Date,
): readonly string[] {
  const open = Object.keys(fields).filter((path) => isOpen(fields[path]));
  const excess = present.filter(({ path, value }) => {
    const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
    // Not a field: an empty section, harmless where something in it may be shown.
    if (!field) return !open.some((each) => each.startsWith(`${path}.`));
    if (field.treatment === 'release') return false;
    if (field.treatment !== 'generalise' || !field.to) return true;
    return Array.isArray(value) ? value.length > 0 : generalised(value, field.to, at) !== value;
  });
  return [...new Set(excess.map(({ path }) => path))].sort();
}

function isOpen(field: FieldDecision | undefined): boolean {
  return field?.treatment === 'release' || field?.treatment === 'generalise';
}

function prefixesOf(path: string): string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

export function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
