import { GENERALISATIONS } from './model';
import {
  CATEGORIES,
  FACTS,
  OBLIGATIONS,
  PLAIN_OBLIGATIONS,
  RELATIONS,
  ROLES,
  UNKNOWN,
  type FactType,
} from './vocabulary';

const name = { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' };
const text = { type: 'string', minLength: 1 };
const listOf = (items: object, more: object = {}) => ({ type: 'array', items, uniqueItems: true, ...more });
const instant = {
  description:
    'A date (a `from` begins and an `until` ends with that day, UTC) or an instant with its offset (RFC 3339).',
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2}))?$',
};
const inForce = {
  type: 'object',
  properties: { from: instant, until: instant },
  required: ['from'],
  additionalProperties: false,
};
const articles = listOf(text, { minItems: 1 });
const roles = listOf({ enum: ROLES });
const relations = listOf({ enum: RELATIONS }, { minItems: 1 });
const event = { type: 'string', pattern: '^liaison(\\.[a-z]+(-[a-z]+)*)+\\.v[1-9][0-9]*$' };
const duration = {
  type: 'string',
  pattern: '^P(?=.)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?(\\d+S)?)?$',
};

const when = {
  description: 'Facts that must hold, all of them; each with the values that will do.',
  type: 'object',
  properties: Object.fromEntries(
    Object.entries<FactType>(FACTS).map(([fact, { values, unknownMayBeNamed }]) => [
      fact,
      listOf({ enum: unknownMayBeNamed ? [...values, UNKNOWN] : values }, { minItems: 1 }),
    ]),
  ),
  additionalProperties: false,
  minProperties: 1,
};

const plainTreatment = { enum: ['release', 'mask', 'withhold'] };
const generalise = { description: 'To what the value is coarsened.', enum: GENERALISATIONS };
const treatment = {
  description: 'A treatment, or one with the roles that may read it and the articles it rests on.',
  anyOf: [
    plainTreatment,
    {
      type: 'object',
      properties: { treatment: plainTreatment, readers: roles, articles },
      required: ['treatment'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { generalise, readers: roles, articles },
      required: ['generalise'],
      additionalProperties: false,
    },
  ],
};

const party = {
  type: 'object',
  properties: {
    id: name,
    kind: name,
    departements: listOf({ type: 'string', pattern: '^(\\d{2,3}|2[AB])$' }, { minItems: 1 }),
    agencies: listOf(name, { minItems: 1 }),
  },
  required: ['id', 'kind'],
  additionalProperties: false,
};

const rule = {
  type: 'object',
  properties: {
    id: name,
    from: { $ref: '#/$defs/kind' },
    to: { $ref: '#/$defs/kind' },
    relation: { description: 'Relations of the recipient to the case; any one is enough.', ...relations },
    events: listOf(event, { minItems: 1 }),
    purposes: {
      description: 'Of those of the convention; absent: all of them.',
      ...listOf(name, { minItems: 1 }),
    },
    when,
    readers: { description: 'Roles at the recipient that may read the event at all.', ...roles },
    treatments: {
      description:
        'What no entry names is withheld. Within a rule the entry of a field beats that of its category.',
      type: 'object',
      properties: {
        categories: {
          type: 'object',
          properties: Object.fromEntries(
            CATEGORIES.map((category) => [category, { $ref: '#/$defs/treatment' }]),
          ),
          additionalProperties: false,
        },
        fields: {
          type: 'object',
          propertyNames: { pattern: '^[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)*$' },
          additionalProperties: { $ref: '#/$defs/treatment' },
        },
      },
      additionalProperties: false,
    },
    articles,
    obligations: {
      type: 'object',
      properties: Object.fromEntries(
        OBLIGATIONS.map((kind) => [kind, PLAIN_OBLIGATIONS.includes(kind) ? { const: true } : duration]),
      ),
      additionalProperties: false,
    },
  },
  required: ['id', 'from', 'to', 'events', 'readers', 'treatments', 'articles'],
  additionalProperties: false,
};

/** JSON Schema of a convention file; published as `conventions/convention.schema.json`. */
export const CONVENTION_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Convention',
  description: 'What agencies may tell each other about a person, for which purpose, field by field.',
  type: 'object',
  properties: {
    id: name,
    version: { type: 'integer', minimum: 1 },
    title: text,
    legalBases: listOf(text, { minItems: 1 }),
    purposes: listOf(name, { minItems: 1 }),
    parties: { type: 'array', items: party, minItems: 1 },
    inForce,
    signatures: {
      type: 'array',
      items: {
        type: 'object',
        properties: { party: name, by: text, on: instant },
        required: ['party', 'by', 'on'],
        additionalProperties: false,
      },
    },
    rules: { type: 'array', items: rule, minItems: 1 },
  },
  required: ['id', 'version', 'title', 'legalBases', 'purposes', 'parties', 'inForce', 'signatures', 'rules'],
  additionalProperties: false,
  $defs: {
    kind: { type: 'object', properties: { kind: name }, required: ['kind'], additionalProperties: false },
    treatment,
  },
};

const kinds = listOf(name, { minItems: 1 });
const eventPattern = { type: 'string', pattern: '^(liaison\\.[a-z.-]+(v[1-9][0-9]*|\\*)|\\*)$' };
const forbid = {
  type: 'object',
  properties: {
    events: {
      description: 'A `*` at the end stands for any rest.',
      ...listOf(eventPattern, { minItems: 1 }),
    },
    exceptEvents: listOf(eventPattern, { minItems: 1 }),
    from: kinds,
    fromOtherThan: kinds,
    to: kinds,
    unlessRelation: relations,
    when,
    withholds: { anyOf: [{ const: 'event' }, listOf({ enum: CATEGORIES }, { minItems: 1 })] },
  },
  required: ['events', 'withholds'],
  additionalProperties: false,
};

/** JSON Schema of a statutory floor; published as `conventions/statutory.schema.json`. */
export const STATUTORY_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Statutory floor',
  description: 'What the law forbids whatever a convention says.',
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^R[0-9]{2}$' },
    title: text,
    mark: { enum: ['floor'] },
    liftedByVitalInterest: { type: 'boolean' },
    articles,
    inForce,
    forbids: { type: 'array', items: forbid, minItems: 1 },
  },
  required: ['id', 'title', 'mark', 'liftedByVitalInterest', 'articles', 'inForce', 'forbids'],
  additionalProperties: false,
};
