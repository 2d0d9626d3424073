import { DESCRIPTIONS } from '@liaison/contracts';
import {
  ANY_FIELD,
  type AskedFields,
  ASKS_BY_EXTENSION,
  operationsOf,
  SHOWS_PERSON_EXTENSION,
} from '@liaison/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A route either says that it shows a person (`@ShowsPerson()`, which holds back what the policy did not decide and nobody
 * recorded), or answers with fields of this list only. An id and an instant are free; so is a number, a flag or a word out of a list,
 * unless events say something of a person by that name; text and days stand here, by name: none of them may say anything of a
 * person.
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
    'waitingFor',
    'coordination',
    'prefecture',
    'shelter',
  ],
  ...['role', 'roles', 'escalatedTo'],
  // Conventions, laws, decisions
  ...['convention', 'rules', 'articles', 'article', 'legalBases', 'path', 'code', 'denial', 'record'],
  // Names of fields, never what is in them
  'withheld',
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
  // Départements that dispute a competence
  ...['sheltering', 'claimed', 'competent'],
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
    'orderedOn',
    'liftedOn',
    'admittedOn',
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

/**
 * A parameter of a question over many things either says on which fields of a person's record it rests (`@AsksBy()`, which
 * refuses it to whoever may not read them), or is one of these.
 */
const OF_NO_RECORD: readonly string[] = [
  // Pages, forms of an answer, and of what: by its own id
  ...['limit', 'cursor', 'id', 'after', 'wait', 'format', 'language', 'person', 'notes'],
  // Agencies, conventions, delivery, the audit log, what happened when to a message
  ...['agency', 'counterpart', 'convention', 'direction', 'peer', 'reason', 'type', 'reference', 'kind'],
  ...['before', 'until', 'from', 'to', 'unreviewed'],
];
/** Whose words are of the agency's own doing, whatever they are called. */
const OF_OWN_DOING: readonly string[] = [
  // Whether a message was acknowledged, and whether its sender stands by it.
  ...['ase', 'association', 'partner', 'prefecture'].flatMap((service) =>
    ['notices', 'notices/contents'].flatMap((list) =>
      ['state', 'standing'].map((name) => `${service}.json GET /v1/${list}: ${name}`),
    ),
  ),
  // Draft, issued, withdrawn: what its author did with it.
  'police.json GET /v1/notices: state',
  'police.json GET /v1/notices/contents: state',
  // Asked, answered, taken back.
  'police.json GET /v1/opinion-requests: state',
  'prefecture.json GET /v1/opinion-requests: state',
  // Prepared, handed over.
  'prefecture.json GET /v1/agdref-extracts: state',
  // Disclosed, received: of two records in the log.
  'audit-log.json GET /v1/unpaired: state',
  // How far an emergency's question and its answer have come, and of which case it is: of the unit's own asking.
  ...['police', 'prefecture'].flatMap((app) =>
    ['requests', 'received'].flatMap((list) =>
      ['state', 'overdue', 'caseId'].map((name) => `${app}.json GET /v1/urgent-${list}: ${name}`),
    ),
  ),
  // Whether somebody here has taken note of it.
  ...['police', 'association'].map((service) => `${service}.json GET /v1/partner-answers: state`),
  // Whether those who were told have taken note, and within the delay.
  ...['police', 'association'].flatMap((service) => [
    `${service}.json GET /v1/referrals: state`,
    `${service}.json GET /v1/referrals: overdue`,
  ]),
  ...['ase', 'partner'].flatMap((service) => [
    `${service}.json GET /v1/received-referrals: state`,
    `${service}.json GET /v1/received-referrals: overdue`,
  ]),
  // Whom to turn to, from the directory.
  ...['association', 'ase', 'partner', 'police', 'prefecture'].flatMap((service) => [
    `${service}.json GET /v1/contact-points: purpose`,
    `${service}.json GET /v1/contact-points: departement`,
  ]),
  // Whether a child who is gone was reported, and found.
  ...['association', 'ase'].flatMap((service) =>
    ['state', 'overdue'].map((name) => `${service}.json GET /v1/flights: ${name}`),
  ),
  ...['association', 'ase', 'police'].map((service) => `${service}.json GET /v1/received-flights: state`),
  // How far a search for a place has come.
  'ase.json GET /v1/placement-requests: state',
  // How far an order has been obeyed.
  'ase.json GET /v1/placement-orders: state',
  'ase.json GET /v1/placement-orders: overdue',
  'partner.json GET /v1/placement-orders: state',
  'partner.json GET /v1/placement-orders: overdue',
  // How far a search has come: for the requester, and for the coordination.
  'association.json GET /v1/orientations: state',
  ...['association', 'ase', 'police'].map((service) => `${service}.json GET /v1/orientation-requests: state`),
  // Whether somebody at the préfecture has taken note.
  'prefecture.json GET /v1/received-support-reports: state',
  // What a shelter has answered.
  ...['placement-offers', 'adult-proposals'].map((list) => `association.json GET /v1/${list}: state`),
  // Whether the last day of an operation is over: nobody is in it.
  'police.json GET /v1/operations: expired',
  ...['association', 'ase'].map((service) => `${service}.json GET /v1/received-operations: expired`),
  // How far a conflict of competence has come, and whether somebody is late.
  ...['competence-conflicts', 'competence-claims'].flatMap((list) => [
    `ase.json GET /v1/${list}: state`,
    `ase.json GET /v1/${list}: overdue`,
  ]),
  'partner.json GET /v1/competence-arbitrations: state',
  'partner.json GET /v1/competence-arbitrations: overdue',
  // Lists of codes for forms.
  ...['association', 'ase', 'partner'].flatMap((service) => [
    `${service}.json GET /v1/reference/{list}: q`,
    `${service}.json GET /v1/reference/{list}: departement`,
  ]),
  'police.json GET /v1/reference/{list}: q',
  'police.json GET /v1/reference/{list}: departement',
  'prefecture.json GET /v1/reference/{list}: q',
  'prefecture.json GET /v1/reference/{list}: departement',
];

interface Operation {
  readonly [ASKS_BY_EXTENSION]?: AskedFields;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
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
  const types = [type ?? 'anything'].flat();
  const ofList = schema['enum'] !== undefined || schema['const'] !== undefined;
  const ofCount = types.every((name) => ['number', 'integer', 'boolean', 'null'].includes(name));
  const name = path.split('.').at(-1) ?? '';
  if (ofList || ofCount) return OF_A_PERSON.has(name) ? [path] : [];
  if (format === 'uuid' || format === 'date-time') return [];
  return OF_NOBODY.includes(name) ? [] : [path];
}

/** Names that events use of a person, and routes of other things: how far something has come, why, how large it is, for whom. */
const OF_BOTH = [...OF_NOBODY, 'state', 'status', 'size', 'level', 'ground', 'to', 'number'];

/** What events say of a person, by the names that fields and sections have there: one of a few words tells something too. */
const OF_A_PERSON: ReadonlySet<string> = new Set(
  DESCRIPTIONS.flatMap(({ fields }) => fields)
    .filter(({ category }) => !['procedure', 'dates'].includes(category))
    .flatMap(({ path }) => path.split('.'))
    .filter((name) => !OF_BOTH.includes(name)),
);

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
    expect(found.sort()).toEqual([...(KNOWN[file] ?? [])].sort());
  });

  it('has no parameter that asks by a field of a person’s record and does not say so', () => {
    const questions = operations.filter(([route]) => route.startsWith('GET '));
    const found = questions.flatMap(([route, { parameters = [], [ASKS_BY_EXTENSION]: asked }]) =>
      parameters
        .filter((parameter) => parameter.in === 'query' && !(parameter.name in (asked?.filters ?? {})))
        .filter(({ name }) => !OF_NO_RECORD.includes(name))
        .map(({ name }) => `${file} ${route}: ${name}`),
    );
    expect(found.filter((each) => !OF_OWN_DOING.includes(each))).toEqual([]);
  });

  it('asks by fields that there are', () => {
    const asking = operations.flatMap(([route, { [ASKS_BY_EXTENSION]: asked }]) =>
      asked ? [{ route, asked }] : [],
    );
    for (const { route, asked } of asking) {
      const described =
        DESCRIPTIONS.find(({ type }) => type === asked.of)?.fields.map(({ path }) => path) ?? [];
      const { filters = {}, sorts = [], counts = [], lists = [] } = asked;
      const named = [...Object.values(filters).flat(), ...sorts, ...counts, ...lists];
      const unknown = named.filter((path) => path !== ANY_FIELD && !described.includes(path));
      expect([route, unknown]).toEqual([route, []]);
    }
  });
});

/** Routes that are not about persons although their answer could say anything: why stands here. */
const SHARED = [
  // How somebody called a filter of their own, for themselves.
  'GET /v1/desk/filters: items.name',
  'PUT /v1/desk/filters/{name}: name',
  // Of a post in an agency, as the directory has it.
  'GET /v1/contact-points: items.agencyName',
  'GET /v1/contact-points: items.purpose',
  'GET /v1/contact-points: items.id',
  'GET /v1/contact-points: items.name',
  // Of a country, a commune, a language.
  'GET /v1/reference/{list}: items.name',
  // Names of fields, not what is in them.
  'GET /v1/break-glass-told: items.fields',
  'POST /v1/break-glass-told/{agency}/{id}/note: fields',
];
const SHARED_WITH_URGENT = [
  ...SHARED,
  'POST /v1/urgent-received/{id}/preview: released',
  'POST /v1/urgent-received/{id}/preview: kept',
];
// How soon somebody has to look: one of three words, of nobody who is named there, as far as the reader's roles may read it.
const DANGER = (list: string) => `GET /v1/${list}: items.danger`;
// Of a place.
const OF_PLACES = (route: string) => ['lodging', 'secure', 'schooling'].map((name) => `${route}${name}`);
// What is to be ready for an operation, and when: nobody is in it, and its note is stopped where it might name somebody (R31).
const RECEIVED_OPERATIONS = [
  'GET /v1/received-operations: items.until',
  ...['until', 'needs.languages', 'needs.preparations', 'needs.preparationNote'].map(
    (field) => `GET /v1/received-operations/{id}: ${field}`,
  ),
];
const ANNOUNCED_OPERATIONS = [
  'GET /v1/operations: items.until',
  // A contact point of an agency.
  'POST /v1/operations: told.contact',
  'POST /v1/operations: told.name',
  ...[
    ...['until', 'needs.languages', 'needs.preparations', 'needs.preparationNote'],
    ...['told.contact', 'told.delivery'],
  ].map((field) => `GET /v1/operations/{id}: ${field}`),
];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'police.json': [
    // To whoever has just sent it.
    'POST /v1/notices/{id}/attachments: mediaType',
    'POST /v1/notices/{id}/attachments: name',
    'POST /v1/notices/{id}/attachments: sha256',
    DANGER('referrals'),
    ...ANNOUNCED_OPERATIONS,
    ...SHARED_WITH_URGENT,
  ],
  'prefecture.json': SHARED_WITH_URGENT,
  'association.json': [
    ...RECEIVED_OPERATIONS,
    // What is spoken at a place of the network; and counts by nationality, which `@AsksBy()` gates.
    'GET /v1/network-places: items.languages',
    ...['orientations', 'orientations/released'].flatMap((counts) => [
      `GET /v1/statistics/${counts}: nationalities`,
      `GET /v1/statistics/${counts}: byNationality.nationality`,
    ]),
    DANGER('referrals'),
    // What a shelter calls its own place, what is spoken there, and where it is: to the unit that declared it.
    ...['adult-places', 'places'].flatMap((places) => [
      `GET /v1/${places}: items.label`,
      ...['label', 'languages', 'address.line', 'address.postalCode', 'address.commune'].map(
        (field) => `GET /v1/${places}/{id}: ${field}`,
      ),
    ]),
    'GET /v1/places: items.lodging',
    ...OF_PLACES('GET /v1/places/{id}: '),
    ...SHARED,
  ],
  'ase.json': [
    DANGER('received-referrals'),
    ...RECEIVED_OPERATIONS,
    ...OF_PLACES('GET /v1/places: items.'),
    'GET /v1/places: items.languages',
    // Into what kind of place a judge orders it, and how many documents go along.
    'GET /v1/placement-orders: items.lodging',
    'POST /v1/competence-conflicts/{id}/hand-over: documents',
    ...SHARED,
  ],
  'partner.json': [
    DANGER('received-referrals'),
    'GET /v1/placement-orders: items.lodging',
    // How far the message has come that an order left with.
    'GET /v1/placement-orders: items.delivery',
    ...SHARED,
  ],
};
