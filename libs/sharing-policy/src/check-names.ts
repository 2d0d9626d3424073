import { AppError } from '@liaison/kernel';
import type { Convention, Rule, Statute, TreatmentEntry } from './convention';
import type { EventDescription, EventField } from './model';

interface Known {
  readonly fields: ReadonlyMap<string, EventField>;
  readonly sections: ReadonlySet<string>;
  readonly byCategory: ReadonlyMap<string, readonly EventField[]>;
}

/**
 * A misspelt field would leave that field to its category, which may be more open: so the set does not load.
 * Rules about event types that are not described here are left alone: nothing is decided about those.
 * @throws AppError `convention-invalid`, with file, line and column: of the first mistake
 */
export function checkNames(
  conventions: readonly Convention[],
  statutes: readonly Statute[],
  events: readonly EventDescription[],
): void {
  const described = new Map(events.map((event) => [event.type, knownOf(event)]));
  for (const statute of statutes) {
    const path = statute.forbids
      .flatMap(({ withholds }) => (withholds === 'event' ? [] : [...withholds]))
      .find((name) => name.includes('.') && ![...described.values()].some(({ fields }) => fields.has(name)));
    if (path !== undefined)
      throw new AppError('convention-invalid', `${statute.file}: no event has \`${path}\``);
  }
  const marks = new Map(statutes.map(({ id, mark }) => [id, mark]));
  for (const convention of conventions) {
    for (const rule of convention.rules) {
      const failure = failureIn(rule, described, marks);
      if (failure) throw new AppError('convention-invalid', failure);
    }
  }
}

function failureIn(
  rule: Rule,
  described: ReadonlyMap<string, Known>,
  marks: ReadonlyMap<string, string>,
): string | undefined {
  for (const id of rule.despite) {
    if (marks.get(id) !== 'default')
      return `${rule.source}: \`${id}\` is no statutory rule marked default: no convention sets it aside`;
  }
  const known: Known[] = [];
  for (const type of rule.events) {
    const event = described.get(type);
    if (event) known.push(event);
  }
  if (known.length === 0) return undefined;
  for (const [path, entry] of rule.fields) {
    const fields = known.flatMap((event) => event.fields.get(path) ?? []);
    if (fields.length === 0) {
      if (!known.some(({ sections }) => sections.has(path))) return unknown(entry, 'field', path);
      if (entry.treatment === 'release' || entry.treatment === 'generalise') {
        return `${entry.source}: \`${path}\` is a section, and a field added to it later would be open: name its fields`;
      }
    } else if (!fields.some((field) => accepts(field, entry))) return misfit(entry, `the field \`${path}\``);
  }
  for (const [category, entry] of rule.categories) {
    const fields = known.flatMap((event) => event.byCategory.get(category) ?? []);
    if (fields.length === 0) return unknown(entry, 'category', category);
    if (!fields.some((field) => accepts(field, entry)))
      return misfit(entry, `any field of the category \`${category}\``);
  }
  return undefined;
}

function knownOf({ fields }: EventDescription): Known {
  const byCategory = new Map<string, EventField[]>();
  const sections = new Set<string>();
  for (const field of fields) {
    byCategory.set(field.category, [...(byCategory.get(field.category) ?? []), field]);
    const parts = field.path.split('.');
    for (let length = 1; length < parts.length; length++) sections.add(parts.slice(0, length).join('.'));
  }
  return { fields: new Map(fields.map((field) => [field.path, field])), sections, byCategory };
}

/** Whether the schema of the event takes what the treatment leaves. */
export function accepts(field: EventField, { treatment, to }: TreatmentEntry): boolean {
  return treatment !== 'generalise' || !to || (field.coarserForms?.includes(to) ?? true);
}

function unknown(entry: TreatmentEntry, what: string, name: string): string {
  return `${entry.source}: no event of this rule has the ${what} \`${name}\`; correct or remove it`;
}

function misfit({ source, to }: TreatmentEntry, what: string): string {
  return `${source}: \`${to}\` does not fit ${what}`;
}
