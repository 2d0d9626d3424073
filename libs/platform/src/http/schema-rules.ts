import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

const POINTER = '#/components/schemas/';

/**
 * Adds what class-validator checks to the schemas of a document, and the schemas of nested classes. What Swagger's own
 * decorators say of a property (description, example) stays.
 */
export function withValidationRules(document: OpenAPIObject): OpenAPIObject {
  const ruled = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: POINTER,
  }) as Schemas;
  const schemas: Schemas = { ...document.components?.schemas };
  const waiting = Object.keys(schemas);
  const done = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (done.has(name)) continue;
    done.add(name);
    const rules = ruled[name];
    if (!rules) continue;
    schemas[name] = merge(schemas[name], rules);
    waiting.push(...refsIn(rules));
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, components: { ...document.components, schemas: sorted } };
}

/** A class with rules is an input: the pipe refuses what it does not name. */
function merge(declared: Schema | undefined, rules: Schema): Schema {
  const own = propertiesOf(declared);
  const properties = Object.fromEntries(
    Object.entries(propertiesOf(rules)).map(([name, rule]) => [name, { ...own[name], ...rule }]),
  );
  return {
    ...declared,
    ...rules,
    properties: { ...own, ...properties },
    additionalProperties: false,
  };
}

function propertiesOf(schema: Schema | undefined): Record<string, object> {
  return (schema && 'properties' in schema && (schema.properties as Record<string, object>)) || {};
}

function refsIn(schema: Schema): string[] {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
}
