/** One field of a document with its value: items of a list share one path, as in a convention. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** In order of the document. Values of list items that share a path come as one list. */
export function leavesOf(document: object): Leaf[] {
  const found = new Map<string, unknown[]>();
  collect(document, '', found);
  return [...found].map(([path, values]) => ({ path, value: values.length === 1 ? values[0] : values }));
}

function collect(value: unknown, path: string, found: Map<string, unknown[]>): void {
  if (Array.isArray(value) && value.some(isSection)) {
    for (const item of value) collect(item, path, found);
  } else if (isSection(value)) {
    for (const [name, member] of Object.entries(value)) {
      collect(member, path === '' ? name : `${path}.${name}`, found);
    }
  } else {
    found.set(path, [...(found.get(path) ?? []), value]);
  }
}

const isSection = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
