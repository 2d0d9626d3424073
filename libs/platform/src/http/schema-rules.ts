import type { Type } from '@nestjs/common';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { IS_ISO8601, IS_OPTIONAL, ValidationTypes } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import type { OpenAPIObject } from '@nestjs/swagger';

const POINTER = '#/components/schemas/';
const PARTIAL = 'Partial';
/** Note on a member's rules, until they are merged. */
const MAY_BE_NULL = 'x-may-be-null';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

/** The part of JSON Schema 2020-12 that is changed here, of which Swagger's own type knows less. */
interface Property {
  readonly [MAY_BE_NULL]?: boolean;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Property;
  readonly allOf?: readonly object[];
  readonly anyOf?: readonly object[];
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly title?: string;
  readonly description?: string;
  readonly example?: unknown;
}

/**
 * For `@ApiProperty`: the class of a document that somebody is still working on. Anything may be missing in it, and in what
 * it holds; what is there has to be right.
 */
export const partOf = (type: Type<object>): { allOf: { $ref: string }[] } => ({
  allOf: [{ $ref: `${POINTER}${PARTIAL}${type.name}` }],
});

/**
 * Adds what class-validator checks to the schemas of a document, and the schemas of nested classes. What Swagger's own
 * decorators say of a property (description, example) stays.
 */
export function withValidationRules(document: OpenAPIObject): OpenAPIObject {
  const ruled = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: POINTER,
    additionalConverters: {
      // Which form of it is meant stands in the property's own description, its format and its pattern.
      [IS_ISO8601]: { type: 'string' },
      [ValidationTypes.CONDITIONAL_VALIDATION]: ({ name }) =>
        name === IS_OPTIONAL ? { [MAY_BE_NULL]: true } : {},
    },
  }) as Schemas;
  const schemas: Schemas = { ...document.components?.schemas };
  const waiting = Object.keys(schemas);
  const done = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (done.has(name)) continue;
    done.add(name);
    const found = schemas[name];
    const rules = ruled[name];
    const whole = name.startsWith(PARTIAL) ? ruled[name.slice(PARTIAL.length)] : undefined;
    if (rules) schemas[name] = merge(found, rules);
    else if (!found && whole) schemas[name] = partial(merge(undefined, whole));
    waiting.push(...refsIn(schemas[name]));
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, components: { ...document.components, schemas: sorted } };
}

/** A class with rules is an input: the pipe refuses what it does not name. */
function merge(declared: Schema | undefined, rules: Schema): Schema {
  const own = propertiesOf(declared);
  const properties = Object.fromEntries(
    Object.entries(propertiesOf(rules)).map(([name, rule]) => [name, orNull({ ...own[name], ...rule })]),
  );
  return {
    ...declared,
    ...rules,
    properties: { ...own, ...properties },
    additionalProperties: false,
  } as Schema;
}

/** What the pipe leaves out where it is null, as `IsOptional` has it, may be null. */
function orNull({ [MAY_BE_NULL]: mayBe, ...schema }: Property): Property {
  if (!mayBe) return schema;
  const { type, enum: values } = schema;
  if (typeof type === 'string' && !schema.$ref && !schema.allOf) {
    return { ...schema, type: [type, 'null'], ...(values && { enum: [...values, null] }) };
  }
  const { description, example, ...rest } = schema;
  return {
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example }),
    anyOf: [rest, { type: 'null' }],
  };
}

/** Nothing of it is required, nor of what it holds. */
function partial({ required: _, anyOf: __, description: ___, title: ____, ...schema }: Property): Schema {
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(propertiesOf(schema as Schema)).map(([name, member]) => [name, partialMember(member)]),
    ),
  } as Schema;
}

function partialMember({ minProperties, description, $ref, items, ...member }: Property): Property {
  return {
    ...member,
    ...(minProperties === undefined && description !== undefined && { description }),
    ...($ref !== undefined && { $ref: $ref.replace(POINTER, POINTER + PARTIAL) }),
    ...(items && { items: partialMember(items) }),
  };
}

function propertiesOf(schema: Schema | undefined): Record<string, Property> {
  return (schema && 'properties' in schema && (schema.properties as Record<string, Property>)) || {};
}

function refsIn(schema: Schema | undefined): string[] {
  return [...JSON.stringify(schema ?? {}).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
}
