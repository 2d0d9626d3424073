import { AppError } from '@liaison/kernel';
import type { Convention, Rule } from './convention';
import type { EventDescription } from './model';

/**
 * A misspelt field would leave that field to its category, which may be more open: so the set does not load.
 * Rules about event types that are not described here are left alone: nothing is decided about those.
 */
export function checkNames(conventions: readonly Convention[], events: readonly EventDescription[]): void {
  const described = new Map(
    events.map(({ type, fields }) => [
      type,
      {
        paths: new Set(fields.map(({ path }) => path)),
        categories: new Set(fields.map(({ category }) => category)),
      },
    ]),
  );
  for (const rule of conventions.flatMap(({ rules }) => rules)) {
    const known = rule.events.flatMap((type) => described.get(type) ?? []);
    if (known.length === 0) continue;
    for (const path of rule.fields.keys()) {
      if (!known.some(({ paths }) => paths.has(path))) throw unknown(rule, 'field', path);
    }
    for (const category of rule.categories.keys()) {
      if (!known.some(({ categories }) => categories.has(category)))
        throw unknown(rule, 'category', category);
    }
  }
}

function unknown(rule: Rule, what: string, name: string): AppError {
  return new AppError(
    'convention-invalid',
    `${rule.source}: no event of this rule has the ${what} \`${name}\`; correct or remove it`,
  );
}
