import addFormats from 'ajv-formats';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { Envelope } from './envelope';
import { MISSING, type Problems, ROOT, unknownField } from './problems';
import type { EventType } from './registry';
import { ENVELOPE_SCHEMA_ID, schemaOf } from './schemas';

/**
 * The hot path's validators, compiled from the generated schemas, each when it is first asked: a service meets few of all
 * types, and compiling every one takes a second of its start and ten megabytes.
 * `allErrors`: whoever has to correct a document sees everything at once; size and depth are bounded before.
 * `validateSchema: false`: a test holds the schemas to the meta-schema; compiling that here would double the start.
 */
const ajv = new Ajv2020({ strict: true, allErrors: true, verbose: true, validateSchema: false });
addFormats(ajv, ['date', 'date-time']);

const envelope = ajv.compile(schemaOf(Envelope, ENVELOPE_SCHEMA_ID));
const payloads = new Map<string, ValidateFunction>();

function payloadValidator({ type, class: payload, schemaId }: EventType): ValidateFunction {
  let validate = payloads.get(type);
  if (!validate) {
    validate = ajv.compile(schemaOf(payload, schemaId));
    payloads.set(type, validate);
  }
  return validate;
}

/** Nothing where the value is a valid envelope; its data are not looked at. */
export function envelopeProblems(value: unknown): Problems | undefined {
  return problems(envelope, value, []);
}

/**
 * Nothing where the value is a valid payload.
 * @param withheld Paths of leaves that the sender held back: what only they could fill in is not missed.
 */
export function dataProblems(
  type: EventType,
  value: unknown,
  withheld: readonly string[] = [],
): Problems | undefined {
  return problems(payloadValidator(type), value, withheld);
}

function problems(
  validate: ValidateFunction,
  value: unknown,
  withheld: readonly string[],
): Problems | undefined {
  if (validate(value)) return undefined;
  const errors = (validate.errors ?? []).filter((error) => !isBranch(error) && !isExplained(error, withheld));
  if (errors.length === 0) return undefined;
  return Object.fromEntries(errors.map((error) => [pathOf(error) || ROOT, messageOf(error)]));
}

/** What one alternative of an `anyOf` lacks; the `anyOf` itself is reported too. */
function isBranch(error: ErrorObject): boolean {
  return error.schemaPath.includes('/anyOf/');
}

/** Only absence can be explained by a withheld field, and only where that field lies at or below what is absent. */
function isExplained(error: ErrorObject, withheld: readonly string[]): boolean {
  const absent = absentPaths(error).map((path) => path.replace(/(^|\.)\d+(?=\.|$)/g, ''));
  return withheld.some((leaf) => absent.some((path) => leaf === path || leaf.startsWith(`${path}.`)));
}

function absentPaths(error: ErrorObject): string[] {
  if (error.keyword === 'required' || error.keyword === 'minProperties') return [pathOf(error)];
  if (error.keyword !== 'anyOf') return [];
  const alternatives = error.schema as readonly { readonly required?: readonly string[] }[];
  return alternatives.flatMap(({ required = [] }) => required.map((name) => `${pathOf(error)}.${name}`));
}

function pathOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword !== 'required') return path;
  const missing = (error.params as { readonly missingProperty: string }).missingProperty;
  return path ? `${path}.${missing}` : missing;
}

function messageOf(error: ErrorObject): string {
  const { description, properties } = error.parentSchema as { description?: string; properties?: object };
  if (error.keyword === 'required') return MISSING;
  if (error.keyword === 'additionalProperties') return unknownField(Object.keys(properties ?? {}));
  return description ? `must be ${description}` : (error.message ?? 'is not valid');
}
