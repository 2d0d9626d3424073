import type { ReadableDocument } from '../cases/cases';
import type { Ground } from './timeline.dto';

/** On what ground the agency knows what a reader sees of a document: the articles of the fields that have a value. */
export function groundOf({
  held,
  data,
  decision,
}: Pick<ReadableDocument, 'held' | 'data' | 'decision'>): Ground {
  const articles = new Set(fieldsIn(data).flatMap((path) => decision.fields[path]?.articles ?? []));
  return { convention: held.provenance?.convention ?? null, articles: [...articles].sort() };
}

/** Names of the fields that have a value, sorted; list items share one. */
export const fieldsIn = (data: unknown): string[] => pathsIn(data, '').sort();

function pathsIn(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => pathsIn(item, path)))];
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path];
  const prefix = path === '' ? '' : `${path}.`;
  return Object.entries(value).flatMap(([name, member]) => pathsIn(member, prefix + name));
}
