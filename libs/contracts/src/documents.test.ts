import fc from 'fast-check';
import type { JsonSchema } from './schemas';

/**
 * Documents of an event type, made up from its JSON Schema: every field, in every form that the schema offers. For the
 * specs beside, not built into the library.
 * @param whole Nothing is left out that may stand there: every field, and no list is empty.
 * @throws where the schema says something that this does not know, so that no new rule goes untried
 */
export function documentsOf(
  schema: JsonSchema,
  { whole = false } = {},
): fc.Arbitrary<Record<string, unknown>> {
  const sections = new Map<string, fc.Arbitrary<Record<string, unknown>>>();
  const sectionOf = (ref: string): fc.Arbitrary<Record<string, unknown>> => {
    const name = ref.replace('#/$defs/', '');
    const held = sections.get(name);
    if (held) return held;
    const made = objects((schema['$defs'] as Record<string, Schema>)[name]!, valueOf, whole);
    sections.set(name, made);
    return made;
  };
  const valueOf = (of: Schema): fc.Arbitrary<unknown> => {
    if (of.$ref !== undefined) {
      const section = sectionOf(of.$ref);
      return of.minProperties === undefined
        ? section
        : section.filter((value) => Object.keys(value).length > 0);
    }
    if (of.enum) return fc.constantFrom(...of.enum);
    if (of.type === 'array') {
      const minLength = Math.max(of.minItems ?? 0, whole ? 1 : 0);
      return fc.array(valueOf(of.items!), { minLength, maxLength: Math.min(of.maxItems!, minLength + 2) });
    }
    if (of.type === 'boolean') return fc.boolean();
    if (of.type === 'integer') return integers(of);
    if (of.type === 'string') return strings(of);
    throw new Error(`no documents can be made up from ${JSON.stringify(of)}`);
  };
  return objects(schema, valueOf, whole);
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** `anyOf` of an object names fields of which one at least is there. */
function objects(
  { properties = {}, required = [], anyOf }: Schema,
  valueOf: (of: Schema) => fc.Arbitrary<unknown>,
  whole: boolean,
): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, valueOf(of)]));
  if (whole) return fc.record(members);
  const having = (names: readonly string[]) => fc.record(members, { requiredKeys: [...required, ...names] });
  return anyOf ? fc.oneof(...anyOf.map((branch) => having(branch.required ?? []))) : having([]);
}

/** The bounds more often than the rest. */
function integers({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
}

const DATES = ['1900-01-01', '2004-02-29', '2099-12-31', '2004-02', '2004'];

function strings({ pattern, anyOf, format, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (anyOf) {
    const bands = anyOf.some((form) => form.pattern?.includes('\\+')) ? ['25-34', '50+'] : [];
    return fc.constantFrom(...DATES, ...bands);
  }
  if (pattern === undefined) throw new Error('a string without a form');
  // Free text: a look-ahead that it is not blank, then the characters that it may not have.
  if (pattern.startsWith('^(?=')) return texts(maxLength);
  return fc.stringMatching(new RegExp(pattern, 'u')).filter((text) => text.length <= maxLength);
}

/** One line in any script, at its longest too. */
function texts(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.constantFrom('a', 'É', '李', '😀', ' ', "'", '-', 'ß', '\u0301', '\ufe0f');
  return fc.oneof(
    fc.string({ unit, maxLength: Math.min(maxLength, 12) - 1 }).map((text) => `x${text}`),
    fc.constant('😀'.repeat(maxLength)),
  );
}
