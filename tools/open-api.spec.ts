import { addExamples, operationsOf } from '@liaison/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import Ajv, { type ErrorObject } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Example {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly security?: unknown;
  readonly parameters?: readonly (Example & { readonly name: string; readonly in: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Example>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Example>>; readonly description?: string }>
  >;
}

const folder = join(__dirname, '..', 'docs', 'openapi');
const TO_DO = 'Write it where it is documented, such as @ApiProperty({ example }), then `npm run generate`.';

/** Statuses of any operation with a token; of one with parameters or a body; of one with a body. */
const EVERY = ['401', '403', '429', '431', '500', '503'];
const WITH_INPUT = ['400'];
const WITH_BODY = ['413', '415'];

describe.each(readdirSync(folder))('%s', (file) => {
  const document = JSON.parse(readFileSync(join(folder, file), 'utf8')) as OpenAPIObject;
  const operations = operationsOf<Operation>(document);
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'document', ...document });

  /** What is wrong with an example, in words that say where. */
  const faultsOf = (place: string, { schema, example, examples }: Example): string[] => {
    const values = examples
      ? Object.values(examples).map(({ $ref }) => exampleAt(document, $ref))
      : example === undefined
        ? []
        : [example];
    if (values.length === 0) return [`${place}: no example. ${TO_DO}`];
    const validate = ajv.compile(withinDocument(schema ?? {}));
    return values.flatMap((value) => {
      if (validate(value)) return [];
      const [first] = validate.errors as ErrorObject[];
      return [`${place}: the example does not fit its schema: ${first?.instancePath} ${first?.message}`];
    });
  };
  const contents = ({ requestBody, responses }: Operation) =>
    [
      ...Object.entries(requestBody?.content ?? {}).map(([type, it]) => ['body', type, it] as const),
      ...Object.entries(responses).flatMap(([status, { content }]) =>
        Object.entries(content ?? {}).map(([type, it]) => [status, type, it] as const),
      ),
    ].filter(([, type]) => /json$/.test(type));

  it('has an example of each parameter, body and answer, which fits its schema', () => {
    const faults = operations.flatMap(([name, operation]) => [
      ...(operation.parameters ?? []).flatMap((it) => faultsOf(`${name}, ${it.in} ${it.name}`, it)),
      ...contents(operation).flatMap(([place, type, it]) => faultsOf(`${name}, ${place} ${type}`, it)),
    ]);
    expect(faults).toEqual([]);
    expect(addExamples(document).map((it) => `${it}: no example. ${TO_DO}`)).toEqual([]);
  });

  it('says of each operation what it is for, what it answers when it went well and when it did not', () => {
    for (const [name, { summary, security, parameters, requestBody, responses }] of operations) {
      const statuses = Object.keys(responses);
      const expected = [
        ...(security === undefined ? [] : EVERY),
        ...(parameters?.length || requestBody ? WITH_INPUT : []),
        ...(requestBody ? WITH_BODY : []),
      ];
      expect([name, Boolean(summary)]).toEqual([name, true]);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(expected)]);
      expect([name, statuses.some((status) => status.startsWith('2'))]).toEqual([name, true]);
      // Who documents every status by one word documents none.
      expect([name, statuses.includes('default')]).toEqual([name, false]);
    }
  });

  it('says of each body what is refused in it: a class without a rule of its own would say nothing', () => {
    const open = operations.flatMap(([name, { requestBody }]) =>
      Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => {
        const body = (schema as { $ref?: string } | undefined)?.$ref?.split('/').at(-1);
        const known = body && (document.components?.schemas?.[body] as { additionalProperties?: unknown });
        return known && known.additionalProperties !== false ? [`${name}: ${body}`] : [];
      }),
    );
    expect(open).toEqual([]);
  });

  it('gives each operation a name of its own', () => {
    const names = operations.map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

function exampleAt(document: OpenAPIObject, pointer: string): unknown {
  const found = document.components?.examples?.[pointer.replace('#/components/examples/', '')];
  return found && 'value' in found ? found.value : undefined;
}

/** Its references point into the document, which the validator knows by that name. */
function withinDocument(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object;
}
