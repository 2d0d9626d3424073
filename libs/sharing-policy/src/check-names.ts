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
  for (const mistake of eachMistake(conventions, statutes, events)) {
    throw new AppError('convention-invalid', mistake);
  }
}

/** Every such mistake, each beginning with its file, line and column; of a rule and of a statute the first. */
export function mistakesIn(
  conventions: readonly Convention[],
  statutes: readonly Statute[],
  events: readonly EventDescription[],
): readonly string[] {
  return [...eachMistake(conventions, statutes, events)];
}

function* eachMistake(
  conventions: readonly Convention[],
  statutes: readonly Statute[],
  events: readonly EventDescription[],
): Generator<string> {
  const described = new Map(events.map((event) => [event.type, knownOf(event)]));
  const known = (path: string) => [...described.values()].some(({ fields }) => fields.has(path));
  for (const { places } of statutes) {
    for (const [name, place] of places) {
      if (name.includes('.') && !known(name)) {
        yield `${place}: no event has the field \`${name}\`; correct or remove it`;
        break;
      }
    }
  }
  const marks = new Map(statutes.map(({ id, mark }) => [id, mark]));
  for (const convention of conventions) {
    for (const rule of convention.rules) {
      const failure = failureIn(rule, described, marks);
      if (failure) yield failure;
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
    const fits = fitsAny(known, entry, ({ fields }) => fields.get(path));
    if (fits === undefined) {
      if (!known.some(({ sections }) => sections.has(path))) return unknown(entry, 'field', path);
      if (entry.treatment === 'release' || entry.treatment === 'generalise') {
        return `${entry.source}: \`${path}\` is a section, and a field added to it later would be open: name its fields`;
      }
    } else if (!fits) return misfit(entry, `the field \`${path}\``);
  }
  for (const [category, entry] of rule.categories) {
    const fits = fitsAny(known, entry, ({ byCategory }) => byCategory.get(category));
    if (fits === undefined) return unknown(entry, 'category', category);
    if (!fits) return misfit(entry, `any field of the category \`${category}\``);
  }
  return undefined;
}

/** Whether some field takes the treatment; nothing where there is no such field. Allocates nothing: files are many. */
function fitsAny(
  known: readonly Known[],
  entry: TreatmentEntry,
  find: (event: Known) => EventField | readonly EventField[] | undefined,
): boolean | undefined {
  let found: boolean | undefined;
  for (const event of known) {
    const fields = find(event);
    if (!fields) continue;
    if (entry.treatment !== 'generalise') return true;
    found = false;
    if ('path' in fields ? accepts(fields, entry) : fields.some((field) => accepts(field, entry)))
      return true;
  }
  return found;
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
