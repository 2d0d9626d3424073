import { GENERALISATIONS, OPERATIONS } from './model';
import {
  CATEGORIES,
  EFFECTS,
  FACTS,
  GROUNDS,
  MARKS,
  OBLIGATIONS,
  PLAIN_OBLIGATIONS,
  RELATIONS,
  RECIPIENTS_DEPARTEMENT,
  ROLES,
  SET_FACTS,
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
const statuteId = { type: 'string', pattern: '^R[0-9]{2}$' };
const articles = listOf(text, { minItems: 1 });
const roles = listOf({ enum: ROLES });
const relations = listOf({ enum: RELATIONS }, { minItems: 1 });
const event = { type: 'string', pattern: '^liaison(\\.[a-z]+(-[a-z]+)*)+\\.v[1-9][0-9]*$' };
const duration = {
  type: 'string',
  pattern: '^P(?=.)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?(\\d+S)?)?$',
};

const departement = { type: 'string', pattern: '^(\\d{2,3}|2[AB])$' };
const ofSet = listOf({ anyOf: [{ const: RECIPIENTS_DEPARTEMENT }, departement] }, { minItems: 1 });
const setCondition = (description: string) => ({
  description,
  type: 'object',
  properties: {
    includes: { description: 'It has at least one of these.', ...ofSet },
    excludes: { description: 'It has none of these.', ...ofSet },
  },
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
});

const when = {
  description: 'Facts that must hold, all of them; each with the values that will do.',
  type: 'object',
  properties: {
    ...Object.fromEntries(
      Object.entries<FactType>(FACTS).map(([fact, { meaning, values, unknownMayBeNamed }]) => [
        fact,
        {
          description: meaning,
          ...listOf({ enum: unknownMayBeNamed ? [...values, UNKNOWN] : values }, { minItems: 1 }),
        },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(SET_FACTS).map(([fact, { meaning }]) => [fact, setCondition(meaning)]),
    ),
  },
  additionalProperties: false,
  minProperties: 1,
};

const fieldPath = { type: 'string', pattern: '^[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)*$' };
/** Of a field inside a section: a word alone would be a misspelt category. */
const innerPath = { type: 'string', pattern: '^[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)+$' };
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
    departements: listOf(departement, { minItems: 1 }),
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
          propertyNames: fieldPath,
          additionalProperties: { $ref: '#/$defs/treatment' },
        },
      },
      additionalProperties: false,
    },
    despite: {
      description: 'Statutory rules marked `default` that this rule sets aside, for what it rests on itself.',
      ...listOf(statuteId, { minItems: 1 }),
    },
    whenItEnds: {
      description:
        'What follows for what was shared before when a ground ends. Where nothing is said: `stop`, nothing new leaves.',
      type: 'object',
      properties: Object.fromEntries(GROUNDS.map((ground) => [ground, { enum: EFFECTS }])),
      additionalProperties: false,
      minProperties: 1,
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
        properties: {
          party: name,
          by: text,
          on: instant,
          digest: {
            description:
              'Of the text that was signed. Under another text, or without it, the signature does not count.',
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
          },
        },
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
    toOtherThan: kinds,
    operations: {
      description: 'A `query` is forbidden where a `read` is.',
      ...listOf({ enum: OPERATIONS.filter((each) => each !== 'query') }, { minItems: 1 }),
    },
    purposes: listOf(name, { minItems: 1 }),
    unlessRelation: relations,
    when,
    withholds: {
      description: 'The whole event, or fields: by category, or by path.',
      anyOf: [{ const: 'event' }, listOf({ anyOf: [{ enum: CATEGORIES }, innerPath] }, { minItems: 1 })],
    },
  },
  required: ['events', 'withholds'],
  additionalProperties: false,
};

/** JSON Schema of a rule of law; published as `conventions/statutory.schema.json`. */
export const STATUTORY_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Statutory rule',
  description: 'What the law, the sources or a considered judgement forbid beside every convention.',
  type: 'object',
  properties: {
    id: statuteId,
    title: text,
    mark: {
      description:
        '`floor`: no convention changes it. `default`: a rule of a convention may set it aside by name. `process`: people or other parts of the software hold it.',
      enum: MARKS,
    },
    liftedByVitalInterest: { type: 'boolean' },
    articles: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          article: text,
          checked: {
            description:
              '`text`: the text was read, in a stored copy. `secondary`: an official summary or page says so. `no`: to be checked before it is relied on.',
            enum: ['text', 'secondary', 'no'],
          },
          source: text,
        },
        required: ['article', 'checked'],
        additionalProperties: false,
      },
    },
    inForce,
    forbids: { type: 'array', items: forbid, minItems: 1 },
    heldBy: {
      description: 'What holds a rule that the engine does not execute.',
      ...listOf(text, { minItems: 1 }),
    },
  },
  required: ['id', 'title', 'mark', 'liftedByVitalInterest', 'articles', 'inForce'],
  additionalProperties: false,
};
