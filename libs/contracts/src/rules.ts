import 'reflect-metadata';
import { Type } from 'class-transformer';
import { buildMessage, IsObject, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { isCalendarDate } from './calendar-date';

/** What a convention may generalise a value to; the names are those of the convention language. */
export type CoarserForm = 'day' | 'month' | 'year' | 'age-band' | 'departement' | 'region' | 'nothing';

/**
 * The rules that payload classes are written with. Each is one JSON Schema fragment plus the check of the same thing
 * for class-validator, so that both validators hold a field to one rule. The stock decorators are not used where the
 * two would differ: `IsOptional` accepts null, `MaxLength` does not count variation selectors, `IsDateString` accepts
 * the 30th of February, `each` accepts a single value in place of a list.
 */
interface LeafRule {
  /** Coarser forms that the field accepts too, so that a convention may generalise it to them. */
  readonly coarserForms?: readonly CoarserForm[];
  readonly schema: Readonly<Record<string, unknown>>;
  readonly accepts: (value: unknown) => boolean;
  /** Completes "<field> must be …". */
  readonly says: string;
}

interface ListSize {
  readonly min?: number;
  readonly max: number;
}

/** `list`: a list of at most so many, each held to the rule. */
export interface LeafOptions {
  readonly list?: number;
}

const coarserForms = new WeakMap<object, Map<string, readonly CoarserForm[]>>();

/** The coarser forms that a leaf accepts beside its own. */
export function coarserFormsOf(owner: object, property: string): readonly CoarserForm[] {
  return coarserForms.get(owner)?.get(property) ?? [];
}

const nestedClasses = new WeakMap<object, Map<string, () => NestedClass>>();
type NestedClass = new () => object;

/** The class of a section or of a list's items; nothing for a leaf. */
export function nestedClassOf(owner: object, property: string): NestedClass | undefined {
  return nestedClasses.get(owner)?.get(property)?.();
}

/** May be left out. Null is not left out. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** May be left out where `other` is there. The class says the same to JSON Schema with `AtLeastOne`. */
export function OptionalBeside(other: string): PropertyDecorator {
  return ValidateIf(
    (owner: Record<string, unknown>, value) => value !== undefined || owner[other] === undefined,
  );
}

/** On a class: JSON Schema's half of `OptionalBeside` on each of the fields. */
export function AtLeastOne(...fields: readonly string[]): ClassDecorator {
  return JSONSchema({
    description: `an object with at least one of: ${fields.join(', ')}`,
    anyOf: fields.map((field) => ({ properties: { [field]: {} }, required: [field] })),
  });
}

/** One line of text: not blank, without control characters (PostgreSQL refuses some) or broken surrogates. */
export function Text(maxLength: number, options?: LeafOptions): PropertyDecorator {
  const rule = stringRule({ maxLength, pattern: LINE }, `one line of at most ${maxLength} characters`);
  return leaf({ ...rule, coarserForms: ['nothing'] }, options);
}

/** Text that may have several lines. */
export function LongText(maxLength: number, options?: LeafOptions): PropertyDecorator {
  const rule = stringRule({ maxLength, pattern: LINES }, `text of at most ${maxLength} characters`);
  return leaf({ ...rule, coarserForms: ['nothing'] }, options);
}

/** A string of a fixed form; `says` completes "<field> must be …". */
export function Code(
  pattern: string,
  maxLength: number,
  says: string,
  { coarser, ...options }: LeafOptions & { readonly coarser?: readonly CoarserForm[] } = {},
): PropertyDecorator {
  return leaf(
    { ...stringRule({ maxLength, pattern }, says), ...(coarser && { coarserForms: coarser }) },
    options,
  );
}

export function OneOf(values: readonly string[], options?: LeafOptions): PropertyDecorator {
  return leaf(
    {
      schema: { type: 'string', enum: [...values] },
      accepts: (value) => typeof value === 'string' && values.includes(value),
      says: `one of ${values.join(', ')}`,
    },
    options,
  );
}

export function Flag(): PropertyDecorator {
  return leaf({
    schema: { type: 'boolean' },
    accepts: (value) => typeof value === 'boolean',
    says: 'true or false',
  });
}

export function WholeNumber(minimum: number, maximum: number, options?: LeafOptions): PropertyDecorator {
  return leaf(
    {
      schema: { type: 'integer', minimum, maximum },
      accepts: (value) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
      says: `a whole number from ${minimum} to ${maximum}`,
    },
    options,
  );
}

/**
 * A date of the calendar from 1900 to 2099, `YYYY-MM-DD`; or only its month or its year (`YYYY-MM`, `YYYY`), where no
 * more is known or where a convention generalises it.
 */
export function CalendarDate(): PropertyDecorator {
  return leaf({
    coarserForms: ['day', 'month', 'year'],
    schema: { type: 'string', anyOf: DATE_FORMS },
    accepts: (value) => typeof value === 'string' && isCalendarDate(value),
    says: 'a date that exists, YYYY-MM-DD (or YYYY-MM or YYYY)',
  });
}

/** A `CalendarDate`, or the age band (`25-34`, `50+`) that a convention generalises it to. */
export function BirthDate(): PropertyDecorator {
  const band = new RegExp(AGE_BAND, 'u');
  return leaf({
    coarserForms: ['day', 'month', 'year', 'age-band'],
    schema: { type: 'string', anyOf: [...DATE_FORMS, { pattern: AGE_BAND }] },
    accepts: (value) => typeof value === 'string' && (isCalendarDate(value) || band.test(value)),
    says: 'a date that exists, YYYY-MM-DD (or YYYY-MM or YYYY), or an age band such as 25-34',
  });
}

/** An instant, RFC 3339 in UTC with `Z`. No leap seconds: neither JavaScript nor PostgreSQL keeps them. */
export function Timestamp(): PropertyDecorator {
  return leaf({
    schema: { type: 'string', format: 'date-time', maxLength: 30, pattern: TIMESTAMP },
    accepts: (value) =>
      typeof value === 'string' &&
      value.length <= 30 &&
      new RegExp(TIMESTAMP, 'u').test(value) &&
      isCalendarDate(value.slice(0, 10)),
    says: 'an instant in UTC, such as 2026-01-31T08:30:00.000Z',
  });
}

export function Uuid(options?: LeafOptions): PropertyDecorator {
  return Code(UUID, 36, 'a UUID in lower case', options);
}

/** `bytes` bytes in lower-case hexadecimal. */
export function Hex(bytes: number): PropertyDecorator {
  return Code(`^[0-9a-f]{${2 * bytes}}$`, 2 * bytes, `${bytes} bytes in lower-case hexadecimal`);
}

/** Any object: something else looks into it. */
export function AnyObject(): PropertyDecorator {
  return leaf({
    schema: { type: 'object' },
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    says: 'an object',
  });
}

/** An object of another class. `notEmpty`: at least one of its fields is there. */
export function Section(of: () => NestedClass, { notEmpty = false } = {}): PropertyDecorator {
  return all([
    nested(of),
    Type(of),
    IsObject({ message: '$property must be an object' }),
    ValidateNested({ message: '$property must be an object' }),
    ...(notEmpty ? [check(NOT_EMPTY)] : []),
    schema((refPrefix) => ({
      type: 'object',
      $ref: refPrefix + of().name,
      ...(notEmpty && { ...NOT_EMPTY.schema, description: NOT_EMPTY.says }),
    })),
  ]);
}

/** A list of objects of another class. */
export function ListOf(of: () => NestedClass, size: ListSize): PropertyDecorator {
  return all([
    nested(of),
    Type(of),
    // Without it a list inside the list would pass: nested validation walks into it.
    IsObject({ each: true, message: 'each value in $property must be an object' }),
    ValidateNested({ each: true, message: 'each value in $property must be an object' }),
    check(listRule(size)),
    schema((refPrefix) => ({
      ...listRule(size).schema,
      items: { type: 'object', $ref: refPrefix + of().name },
    })),
  ]);
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const AGE_BAND = '^(\\d{1,2}-\\d{1,2}|\\d{2}\\+)$';
const DATE_FORMS = [
  { format: 'date', pattern: '^(19|20)' },
  { pattern: '^(19|20)\\d\\d(-(0[1-9]|1[0-2]))?$' },
];
const TIMESTAMP = '^(19|20)\\d\\d-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$';
// Not blank, then the characters allowed. Two passes, because one expression for both takes quadratic time on bad input.
const LINE = '^(?=\\s*\\S)[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$';
const LINES = '^(?=\\s*\\S)[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f\\ud800-\\udfff]*$';

const NOT_EMPTY: LeafRule = {
  schema: { minProperties: 1 },
  accepts: (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  says: 'filled in at least in part',
};

function stringRule(form: { readonly maxLength: number; readonly pattern: string }, says: string): LeafRule {
  const pattern = new RegExp(form.pattern, 'u');
  return {
    schema: { type: 'string', ...form },
    // Length in code points, as JSON Schema counts.
    accepts: (value) =>
      typeof value === 'string' && [...value].length <= form.maxLength && pattern.test(value),
    says,
  };
}

function listRule({ min = 0, max }: ListSize): LeafRule {
  return {
    schema: { type: 'array', ...(min > 0 && { minItems: min }), maxItems: max },
    accepts: (value) => Array.isArray(value) && value.length >= min && value.length <= max,
    says: min > 0 ? `a list of ${min} to ${max}` : `a list of at most ${max}`,
  };
}

function leaf(of: LeafRule, { list }: LeafOptions = {}): PropertyDecorator {
  const one = { ...of.schema, description: of.says };
  const coarser = coarserMark(of.coarserForms ?? []);
  if (list === undefined) return all([coarser, check(of), schema(() => one)]);
  return all([
    coarser,
    check(of, true),
    check(listRule({ max: list })),
    schema(() => ({ ...listRule({ max: list }).schema, items: one })),
  ]);
}

/** class-validator's half of a rule. */
function check(of: LeafRule, each = false): PropertyDecorator {
  return ValidateBy(
    {
      name: 'contract',
      validator: {
        validate: (value) => of.accepts(value),
        defaultMessage: buildMessage((eachPrefix) => `${eachPrefix}$property must be ${of.says}`, { each }),
      },
    },
    { each },
  );
}

/** JSON Schema's half: replaces what the generator would guess, so any generator on these classes gives the same. */
function schema(of: (refPrefix: string) => Readonly<Record<string, unknown>>): PropertyDecorator {
  const decorate = JSONSchema((_, { refPointerPrefix }) => of(refPointerPrefix));
  return (target, property) => decorate(target, String(property));
}

function coarserMark(forms: readonly CoarserForm[]): PropertyDecorator {
  return (target, property) => {
    const ofClass = coarserForms.get(target.constructor) ?? new Map<string, readonly CoarserForm[]>();
    coarserForms.set(target.constructor, ofClass.set(String(property), forms));
  };
}

function nested(of: () => NestedClass): PropertyDecorator {
  return (target, property) => {
    const ofClass = nestedClasses.get(target.constructor) ?? new Map<string, () => NestedClass>();
    nestedClasses.set(target.constructor, ofClass.set(String(property), of));
  };
}

function all(decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}
