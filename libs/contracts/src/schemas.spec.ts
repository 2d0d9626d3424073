import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { EVENT_TYPES } from './registry';
import { generateSchemas } from './schemas';

const folder = join(__dirname, '..', 'schemas');

describe('JSON Schemas', () => {
  it('are committed as the classes give them', () => {
    const committed = readdirSync(folder).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown,
    ]);
    expect(Object.fromEntries(committed)).toEqual(generateSchemas());
  });

  it('are there for the envelope and every event type', () => {
    expect(Object.values(generateSchemas()).map(({ $id }) => $id)).toEqual([
      'urn:liaison:schema:envelope:v1',
      ...EVENT_TYPES.map(({ schemaId }) => schemaId),
    ]);
  });

  it.each(Object.entries(generateSchemas()))('%s meets the meta-schema and strict mode', (_, schema) => {
    const ajv = new Ajv2020({ strict: true });
    addFormats(ajv, ['date', 'date-time']);
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  it.each(Object.entries(generateSchemas()))(
    '%s bounds everything and refuses what it does not name',
    (_, schema) => {
      for (const [path, node] of nodes(schema, '')) {
        const bound = {
          string: 'enum' in node ? 'enum' : 'maxLength',
          array: 'maxItems',
          integer: 'maximum',
        };
        const key = bound[node.type as keyof typeof bound];
        if (key && !('anyOf' in node))
          expect([path, Object.keys(node)]).toEqual([path, expect.arrayContaining([key])]);
        if ('properties' in node && node.type === 'object') {
          expect([path, node.additionalProperties]).toEqual([path, false]);
        }
      }
    },
  );

  it('come out the same from a generator that knows nothing of this library', () => {
    const plain = validationMetadatasToSchemas({ refPointerPrefix: '#/$defs/' });
    const ours = generateSchemas()['notice-issued.v2'] as { $defs: Record<string, object> };
    for (const [name, schema] of Object.entries(ours.$defs)) {
      expect({ ...plain[name], additionalProperties: false }).toEqual(schema);
    }
  });
});

/** Every object inside a schema, with its path. */
function nodes(value: unknown, path: string): [string, Record<string, unknown>][] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, member]) => nodes(member, `${path}/${name}`));
  return Array.isArray(value) ? inside : [[path, value as Record<string, unknown>], ...inside];
}
