import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnvelope } from './parse-envelope';
import { EVENT_TYPES } from './registry';

const file = join(__dirname, '..', '..', '..', 'docs', 'asyncapi.json');
type Node = Readonly<Record<string, unknown>>;
interface Document extends Node {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, { address: string; messages: Node }>>;
  readonly operations: Readonly<Record<string, { channel: Node; messages: readonly { $ref: string }[] }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { examples: readonly { payload: unknown }[] }>>;
  };
}
const document = JSON.parse(readFileSync(file, 'utf8')) as Document;

/** Every `$ref` of the document. */
function referencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === '$ref' && typeof value === 'string' ? [value] : referencesIn(value),
  );
}

function find(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((node, name) => (node as Node | undefined)?.[name], document);
}

describe('the AsyncAPI document', () => {
  const types = EVENT_TYPES.map(({ type }) => type);

  it('has every event type once, on one channel', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(Object.keys(document.components.messages)).toEqual(types);
    const onChannels = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
    expect(onChannels.sort()).toEqual([...types].sort());
  });

  it('refers to nothing that is not there', () => {
    const references = referencesIn(document);
    expect(references.length).toBeGreaterThan(types.length);
    const dangling = references.filter((reference) =>
      reference.startsWith('#/')
        ? find(reference) === undefined
        : !existsSync(join(dirname(file), reference)),
    );
    expect(dangling).toEqual([]);
  });

  it('names messages of an operation as its channel does, as AsyncAPI 3 wants', () => {
    for (const { channel, messages } of Object.values(document.operations)) {
      for (const { $ref } of messages)
        expect($ref.startsWith(`${String(channel['$ref'])}/messages/`)).toBe(true);
    }
  });

  it.each(types)('has an example of %s that parses', (type) => {
    const examples = document.components.messages[type]?.examples ?? [];
    expect(examples.length).toBeGreaterThan(0);
    for (const { payload } of examples) {
      expect(parseEnvelope(JSON.stringify(payload))).toMatchObject({ type });
    }
  });
});
