import { operationsOf, SHOWS_PERSON_EXTENSION } from '@liaison/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A route either says that it shows a person (`@ShowsPerson()`, which holds back what the policy did not decide and nobody
 * recorded), or answers with fields of this list only. A number, a state out of a list, an id and an instant are free;
 * text and days stand here, by name: none of them may say anything of a person.
 */
const OF_NOBODY: readonly string[] = [
  // Agencies, units, agents (by pseudonym), roles
  ...[
    'agency',
    'unit',
    'units',
    'sender',
    'recipient',
    'peer',
    'counterpart',
    'agent',
    'assignee',
    'by',
    'told',
  ],
  ...['role', 'roles', 'escalatedTo'],
  // Conventions, laws, decisions
  ...['convention', 'rules', 'articles', 'article', 'legalBases', 'path', 'code', 'denial', 'record'],
  // Numbers, digests, links
  ...[
    'key',
    'ids',
    'receiptNumber',
    'digest',
    'commitment',
    'disclosureCommitment',
    'disclosure',
    'recorded',
  ],
  ...['next', 'superseded', 'departement', 'postalCodes', 'alsoCode'],
  // What it is, and why: words out of lists that the schema leaves open
  ...['kind', 'type', 'event', 'measure', 'resource', 'resources', 'state', 'month'],
  ...['reason', 'standingReason', 'noticeStandingReason', 'voidReason', 'settledReason'],
  // Days of acts of an agency, never of a life
  ...[
    'from',
    'lastDay',
    'endedOn',
    'takenOn',
    'remediedOn',
    'periodFrom',
    'periodUntil',
    'dueOn',
    'lodgedOn',
  ],
  ...['validUntil', 'appealBy'],
  // Webhooks
  ...['url', 'description', 'secret', 'error', 'lastError'],
  // Texts of the law for whoever it may concern
  ...['title', 'paragraphs'],
];

type Schema = Readonly<Record<string, unknown>> & {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly format?: string;
};

interface Operation {
  readonly [SHOWS_PERSON_EXTENSION]?: boolean;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>
  >;
}

/** Paths of everything in an answer that could be told of a person. */
function tellingFields(
  document: OpenAPIObject,
  schema: Schema,
  path = '',
  seen: readonly string[] = [],
): string[] {
  const { $ref, type, properties, items, format } = schema;
  if ($ref !== undefined) {
    if (seen.includes($ref)) return [];
    const named = document.components?.schemas?.[$ref.split('/').at(-1) ?? ''] as Schema;
    return tellingFields(document, named, path, [...seen, $ref]);
  }
  const parts = [schema['allOf'], schema['oneOf'], schema['anyOf']].flatMap((of) => (of ?? []) as Schema[]);
  if (parts.length > 0) return parts.flatMap((part) => tellingFields(document, part, path, seen));
  if (items) return tellingFields(document, items, path, seen);
  if (properties) {
    return Object.entries(properties).flatMap(([name, member]) =>
      tellingFields(document, member, path === '' ? name : `${path}.${name}`, seen),
    );
  }
  if (schema['enum'] ?? schema['const']) return [];
  const types = [type ?? 'anything'].flat();
  if (types.every((name) => ['number', 'integer', 'boolean', 'null'].includes(name))) return [];
  if (format === 'uuid' || format === 'date-time') return [];
  return OF_NOBODY.includes(path.split('.').at(-1) ?? '') ? [] : [path];
}

const folder = join(__dirname, '..', 'docs', 'openapi');

describe.each(readdirSync(folder))('%s', (file) => {
  const document = JSON.parse(readFileSync(join(folder, file), 'utf8')) as OpenAPIObject;
  const operations = operationsOf<Operation>(document);

  it('has no route that tells of a person and does not say so', () => {
    const found = operations
      .filter(([, operation]) => operation[SHOWS_PERSON_EXTENSION] !== true)
      .flatMap(([route, { responses }]) => {
        const contents = Object.entries(responses)
          .filter(([status]) => status.startsWith('2'))
          .flatMap(([, { content }]) => Object.entries(content ?? {}));
        return contents.flatMap(([type, { schema }]) =>
          type === 'application/json'
            ? tellingFields(document, schema ?? {}).map((path) => `${route}: ${path || 'a free object'}`)
            : [`${route}: ${type}`],
        );
      });
    expect(found).toEqual(KNOWN[file] ?? []);
  });
});

/** Routes that are not about persons although their answer could say anything: why stands here. */
const SHARED = [
  // How somebody called a filter of their own, for themselves.
  'GET /v1/desk/filters: items.name',
  'PUT /v1/desk/filters/{name}: name',
  // Of a country, a commune, a language.
  'GET /v1/reference/{list}: items.name',
  // Names of fields, not what is in them.
  'GET /v1/break-glass-told: items.fields',
  'POST /v1/break-glass-told/{agency}/{id}/note: fields',
];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'police.json': [
    // To whoever has just sent it.
    'POST /v1/notices/{id}/attachments: name',
    'POST /v1/notices/{id}/attachments: sha256',
    ...SHARED,
  ],
  'prefecture.json': SHARED,
};
