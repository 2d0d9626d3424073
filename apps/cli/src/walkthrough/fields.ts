/** Puts neighbours with the same section and the same `answer` into one entry: `travel: entryDate, route`. */
export function groupFields<T extends { readonly path: string }>(
  fields: readonly T[],
  answer: (field: T) => string,
): { readonly label: string; readonly first: T }[] {
  const groups: { section: string; answer: string; names: string[]; first: T }[] = [];
  for (const field of fields) {
    const dot = field.path.lastIndexOf('.');
    const section = field.path.slice(0, Math.max(dot, 0));
    const name = field.path.slice(dot + 1);
    const last = groups.at(-1);
    if (last?.section === section && last.answer === answer(field)) last.names.push(name);
    else groups.push({ section, answer: answer(field), names: [name], first: field });
  }
  return groups.map(({ section, names, first }) => ({
    label: names.length === 1 ? first.path : `${section && `${section}: `}${names.join(', ')}`,
    first,
  }));
}

/** The one mark, whatever the reason and whether or not there is a value. */
export const MARK = '[withheld]';

/** A value as a line of text. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
