import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './operations';

/** The part of JSON Schema that Swagger and class-validator write. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: object;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Schema;
  example?: unknown;
  examples?: object;
}

interface Operation {
  readonly parameters?: Parameter[];
  readonly requestBody?: { readonly content: Record<string, Content> };
  readonly responses: Record<string, { readonly content?: Record<string, Content> }>;
}

/** Formats whose examples need not be written at each property. Invented, like every example. */
const BY_FORMAT: Readonly<Record<string, unknown>> = {
  uuid: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20',
  date: '2026-11-18',
  'date-time': '2026-11-18T09:42:18.011Z',
};

/** Parameters that mean the same at every operation. */
const BY_PARAMETER: Readonly<Record<string, unknown>> = {
  'header If-Match': '"3"',
  'header Idempotency-Key': '6b1b7f5e-3a52-4c1e-9d8b-2f0f4f7d6a31',
};

type Found = { readonly value: unknown } | { readonly missing: readonly string[] };

/** An example of a schema, put together from those of its parts; or the parts that have none, by name. */
function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>, name: string): Found {
  const { example, examples, enum: values, type, format } = schema;
  if (example !== undefined) return { value: example };
  if (examples?.length) return { value: examples[0] };
  if (schema.const !== undefined) return { value: schema.const };
  if (schema.default !== undefined) return { value: schema.default };
  if (values?.length) return { value: values[0] };
  const [part] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (part) return exampleOf(part, schemas, name);
  if (schema.$ref !== undefined) {
    const named = schema.$ref.replace(/^.*\//, '');
    const target = schemas[named];
    return target ? exampleOf(target, without(schemas, named), named) : { missing: [name] };
  }
  if (format !== undefined && format in BY_FORMAT) return { value: BY_FORMAT[format] };
  const types = typeof type === 'string' ? [type] : (type ?? []);
  if (types.includes('null')) return { value: null };
  if (types.includes('boolean')) return { value: false };
  if (schema.items) {
    const item = exampleOf(schema.items, schemas, `${name}[]`);
    return 'value' in item ? { value: [item.value] } : item;
  }
  return schema.properties ? objectOf(schema, schema.properties, schemas, name) : { missing: [name] };
}

/** What may be absent is, unless it has an example. */
function objectOf(
  { required = [] }: Schema,
  properties: Readonly<Record<string, Schema>>,
  schemas: Readonly<Record<string, Schema>>,
  name: string,
): Found {
  const value: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const [key, property] of Object.entries(properties)) {
    const found = exampleOf(property, schemas, `${name}.${key}`);
    // Nothing is said by leaving it out, too.
    if ('value' in found && found.value === null && property.example !== null && !required.includes(key))
      continue;
    if ('value' in found) value[key] = found.value;
    else if (required.includes(key)) missing.push(...found.missing);
  }
  return missing.length > 0 ? { missing } : { value };
}

/** A schema that holds itself ends there. */
function without(schemas: Readonly<Record<string, Schema>>, name: string): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(schemas).filter(([key]) => key !== name));
}

/**
 * Gives every parameter, body and answer of a document an example, where its parts have one. An example is written once,
 * beside the property: `@ApiProperty({ example })`.
 * @returns what still has none: operation, place, and the properties that want one.
 */
export function addExamples(document: OpenAPIObject): readonly string[] {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const missing: string[] = [];
  const fill = (target: Content | Parameter, place: string, known?: unknown): void => {
    if (target.example !== undefined || target.examples !== undefined) return;
    const found = known === undefined ? exampleOf(target.schema ?? {}, schemas, place) : { value: known };
    if ('value' in found) target.example = found.value;
    else
      missing.push([place, found.missing.filter((it) => it !== place).join(', ')].filter(Boolean).join(': '));
  };
  for (const [name, operation] of operationsOf<Operation>(document)) {
    for (const parameter of operation.parameters ?? []) {
      const place = `${parameter.in} ${parameter.name}`;
      fill(parameter, `${name}, ${place}`, BY_PARAMETER[place]);
    }
    for (const content of Object.values(operation.requestBody?.content ?? {})) fill(content, `${name}, body`);
    for (const [status, { content }] of Object.entries(operation.responses)) {
      for (const [type, answer] of Object.entries(content ?? {})) {
        if (isJson(type)) fill(answer, `${name}, ${status}`);
      }
    }
  }
  return missing;
}

function isJson(mediaType: string): boolean {
  return /^application\/([\w.-]+\+)?json$/.test(mediaType);
}
