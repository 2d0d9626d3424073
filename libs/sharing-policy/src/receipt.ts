import { isScalar, treeOf, type EventNode } from './event-tree';
import { generalised } from './generalise';
import type { EventDescription, FieldDecision } from './model';
import { isOpen } from './treatments';

/** Everything that stands in a payload: where, and the value (an empty list or section stands for itself). */
export interface Present {
  /** A field's path; `<section>.*` for a member that no field names, whose name may itself tell something. */
  readonly path: string;
  readonly value: unknown;
}

/** What a payload holds, by field. Goes no deeper than the fields of the event do. */
export function presentIn(payload: unknown, event: EventDescription): readonly Present[] {
  const found: Present[] = [];
  collectSection(payload, treeOf(event), found);
  return found;
}

function collect(value: unknown, node: EventNode, found: Present[]): void {
  const { path, isField } = node;
  if (Array.isArray(value)) {
    if (value.length === 0) found.push({ path, value });
    for (const item of value as unknown[]) {
      if (!isField) collectSection(item, node, found);
      else found.push(isScalar(item) ? { path, value: item } : { path: `${path}.*`, value: item });
    }
  } else if (!isField) {
    collectSection(value, node, found);
  } else {
    found.push(isScalar(value) ? { path, value } : { path: `${path}.*`, value });
  }
}

function collectSection(value: unknown, { path, members }: EventNode, found: Present[]): void {
  const unnamed = path === '' ? '*' : `${path}.*`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    found.push({ path: unnamed, value });
    return;
  }
  let empty = true;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    empty = false;
    const node = members.get(name);
    if (node) collect(member, node, found);
    else found.push({ path: unnamed, value: member });
  }
  if (empty && path !== '') found.push({ path, value });
}

/** The paths that a decision does not allow to be present, or not with that precision. */
export function overShared(
  present: readonly Present[],
  fields: Readonly<Record<string, FieldDecision>>,
  at: Date,
): readonly string[] {
  const day = () => at.toISOString().slice(0, 10);
  const excess = present.filter(({ path, value }) => !mayBePresent(path, value, fields, day));
  return [...new Set(excess.map(({ path }) => path))].sort();
}

function mayBePresent(
  path: string,
  value: unknown,
  fields: Readonly<Record<string, FieldDecision>>,
  day: () => string,
): boolean {
  const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
  if (!field) {
    // An empty section tells nothing where something in it may be shown.
    return Object.keys(fields).some((each) => each.startsWith(`${path}.`) && isOpen(fields[each]));
  }
  if (field.treatment === 'release') return true;
  if (field.treatment !== 'generalise' || !field.to) return false;
  return Array.isArray(value) || generalised(value, field.to, day) === value;
}
