import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { Envelope } from './envelope';
import { type PayloadClass, validatedProperties } from './field-category';
import { EVENT_TYPES } from './registry';
import { nestedClassOf } from './rules';

export type JsonSchema = Readonly<Record<string, unknown>>;

export const ENVELOPE_SCHEMA_ID = 'urn:liaison:schema:envelope:v1';

/** The JSON Schemas (2020-12) of the envelope and of every event type, by the name of their file under `schemas/`. */
export function generateSchemas(): Record<string, JsonSchema> {
  const schemas = [
    schemaOf(Envelope, ENVELOPE_SCHEMA_ID),
    ...EVENT_TYPES.map((eventType) => schemaOf(eventType.class, eventType.schemaId)),
  ];
  return Object.fromEntries(schemas.map((schema) => [nameOf(schema.$id), schema]));
}

/** The schema of one payload class, with the classes of its sections under `$defs`. */
export function schemaOf(payload: PayloadClass, id: string): JsonSchema & { readonly $id: string } {
  const sections = new Map<string, PayloadClass>();
  collectSections(payload, sections);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    ...objectSchema(payload),
    ...(sections.size > 0 && {
      $defs: Object.fromEntries([...sections].map(([name, section]) => [name, objectSchema(section)])),
    }),
  };
}

function objectSchema(payload: PayloadClass): JsonSchema {
  const schema = targetConstructorToSchema(payload, { refPointerPrefix: '#/$defs/' });
  return { ...schema, additionalProperties: false };
}

function collectSections(payload: PayloadClass, into: Map<string, PayloadClass>): void {
  for (const property of validatedProperties(payload)) {
    const section = nestedClassOf(payload, property);
    if (!section || into.get(section.name) === section) continue;
    if (into.has(section.name)) throw new Error(`two classes of one event are called ${section.name}`);
    into.set(section.name, section);
    collectSections(section, into);
  }
}

/** The file of a schema under `schemas/`. */
export const schemaFileOf = (id: string): string => `${nameOf(id)}.json`;

/** `urn:liaison:schema:notice.issued:v1` is `notice-issued.v1`. */
function nameOf(id: string): string {
  return id.replace(/^urn:liaison:schema:(.*):(v\d+)$/, (_, thing: string, version) => {
    return `${thing.replaceAll('.', '-')}.${version}`;
  });
}
