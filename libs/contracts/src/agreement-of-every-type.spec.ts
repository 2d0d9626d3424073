import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import delivered from '../samples/liaison.delivery.acknowledged.v1/several-cases.json';
import full from '../samples/liaison.notice.issued.v2/every-field.json';
import { documentsOf } from './documents.test';
import { Envelope } from './envelope';
import { describeEvent } from './field-category';
import { mutateAt, mutation } from './mutation.test';
import { EVENT_TYPES } from './registry';
import { schemaOf } from './schemas';
import { envelopeProblems } from './validation';
import { agree, verdict } from './verdict.test';

const root = join(__dirname, '..', 'samples');
const samplesOf = (type: string) =>
  readdirSync(join(root, type)).map(
    (name) => (JSON.parse(readFileSync(join(root, type, name), 'utf8')) as { data: object }).data,
  );

/** Both say the same of whatever class, so one verdict over the wire and over HTTP. */
describe('class-validator and the JSON Schemas agree on', () => {
  describe.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))('%s', (type, of) => {
    const schema = schemaOf(of.class, of.schemaId);
    const documents = documentsOf(schema);
    const whole = documentsOf(schema, { whole: true });

    it('what its schema allows, with every field it has', () => {
      fc.assert(
        fc.property(fc.oneof(documents, whole), (data) => {
          expect(verdict(type, data)).toBe('accepted');
        }),
        { numRuns: 30 },
      );
      // The policy is not told the fields of a protocol event: none of it is withheld.
      if (of.protocol) return;
      const [document] = fc.sample(whole, 1);
      const fields = describeEvent(of.class).fields.map(({ path }) => path);
      expect([...new Set(leafPaths(document, ''))].sort()).toEqual(fields.sort());
    });

    it('whatever is changed in what is valid', () => {
      const valid = fc.oneof(documents, whole, fc.constantFrom(...samplesOf(type)));
      const refused = { count: 0 };
      fc.assert(
        fc.property(valid, fc.nat(), mutation, (data, place, mutate) => {
          fc.pre(Object.keys(data).length > 0);
          if (verdict(type, mutateAt(structuredClone(data), place, mutate)) === 'refused') refused.count += 1;
        }),
        { numRuns: 70 },
      );
      expect(refused.count).toBeGreaterThan(10);
    });
  });

  it('a changed envelope', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(full, delivered),
        fc.nat(),
        mutation,
        ({ data: _, ...attributes }, place, mutate) => {
          const changed = mutateAt({ ...structuredClone(attributes), data: {} }, place, mutate);
          const envelope = withoutContent(changed);
          agree(envelopeProblems(envelope) === undefined, Envelope, envelope);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** What is in `data` is for the schema of its type: here it only has to be an object. */
function withoutContent(envelope: unknown): unknown {
  const { data } = (envelope ?? {}) as { data?: unknown };
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isObject ? { ...(envelope as object), data: {} } : envelope;
}

function leafPaths(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leafPaths(item, path));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) =>
    leafPaths(member, path ? `${path}.${name}` : name),
  );
}
