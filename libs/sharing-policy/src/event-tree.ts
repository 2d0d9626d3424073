import type { EventDescription } from './model';

/** A section of an event (its members), or a field (none). */
export interface EventNode {
  readonly path: string;
  readonly isField: boolean;
  readonly members: ReadonlyMap<string, EventNode>;
}

const trees = new WeakMap<EventDescription, EventNode>();

/** The event's fields as a tree: a payload is walked along it, never along the names that the payload gives. */
export function treeOf(event: EventDescription): EventNode {
  const held = trees.get(event);
  if (held) return held;
  const tree = grow(
    event.fields.map(({ path }) => path),
    '',
  );
  trees.set(event, tree);
  return tree;
}

function grow(paths: readonly string[], path: string): EventNode {
  const prefix = path === '' ? '' : `${path}.`;
  const inside = paths.filter((each) => each !== path && each.startsWith(prefix));
  const names = new Set(inside.map((each) => each.slice(prefix.length).split('.', 1)[0] ?? ''));
  const members = new Map([...names].map((name) => [name, grow(inside, prefix + name)]));
  return { path, isField: path !== '' && paths.includes(path), members };
}

export function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
