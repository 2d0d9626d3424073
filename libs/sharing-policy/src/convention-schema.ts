import { GENERALISATIONS } from './model';
import {
  articles,
  departement,
  described,
  duration,
  event,
  fieldPath,
  inForce,
  instant,
  listOf,
  name,
  relations,
  roles,
  statuteId,
  text,
  when,
} from './schema-forms';
import { CATEGORIES, EFFECTS, GROUNDS, OBLIGATIONS, PLAIN_OBLIGATIONS } from './vocabulary';

const plainTreatment = { enum: ['release', 'mask', 'withhold'] };
const generalise = { description: 'To what the value is coarsened.', enum: GENERALISATIONS };
const treatmentReaders = described('Only these roles read it; absent: all readers of the rule.', roles);
const treatmentArticles = described(
  'What this treatment rests on; absent: the articles of the rule.',
  articles,
);
const treatment = {
  description: 'A treatment, or one with the roles that may read it and the articles it rests on.',
  anyOf: [
    plainTreatment,
    {
      type: 'object',
      properties: {
        treatment: described('What happens to the value.', plainTreatment),
        readers: treatmentReaders,
        articles: treatmentArticles,
      },
      required: ['treatment'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { generalise, readers: treatmentReaders, articles: treatmentArticles },
      required: ['generalise'],
      additionalProperties: false,
    },
  ],
};

const party = {
  type: 'object',
  properties: {
    id: described('By which the signatures name it.', name),
    kind: described('Kind of agency.', name),
    departements: described('Only agencies of these; absent: of all.', listOf(departement, { minItems: 1 })),
    agencies: described(
      'Only these, by their id in the directory; absent: all of the kind.',
      listOf(name, { minItems: 1 }),
    ),
  },
  required: ['id', 'kind'],
  additionalProperties: false,
};

const rule = {
  type: 'object',
  properties: {
    id: described('Unique in the convention; answers name the rule by it.', name),
    from: described('Who tells.', { $ref: '#/$defs/kind' }),
    to: described('Who is told.', { $ref: '#/$defs/kind' }),
    relation: { description: 'Relations of the recipient to the case; any one is enough.', ...relations },
    events: described('Which events.', listOf(event, { minItems: 1 })),
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
          description: 'By category of fields.',
          type: 'object',
          properties: Object.fromEntries(
            CATEGORIES.map((category) => [category, { $ref: '#/$defs/treatment' }]),
          ),
          additionalProperties: false,
        },
        fields: {
          description:
            'By path of a field, or of a section, which may only be masked or withheld as a whole; the nearest entry counts.',
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
    articles: described('The texts that the rule rests on.', articles),
    obligations: {
      description: 'What goes with the data. Without a term: `true`.',
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
    id: described('The same for all its versions; the file is called after it.', name),
    version: described(
      '1, 2 and so on. A text that was in force is not changed: a change is a new version.',
      {
        type: 'integer',
        minimum: 1,
      },
    ),
    title: described('For people.', text),
    legalBases: described('The texts that the whole convention rests on.', listOf(text, { minItems: 1 })),
    purposes: described(
      'For what the data may be used; a request for another purpose is denied.',
      listOf(name, { minItems: 1 }),
    ),
    parties: described('Who agrees. All of them sign.', { type: 'array', items: party, minItems: 1 }),
    inForce: described('When it holds.', inForce),
    signatures: {
      description:
        'It counts from the last party’s first valid signature, and not at all while one is missing.',
      type: 'array',
      items: {
        type: 'object',
        properties: {
          party: described('Id of the party.', name),
          by: described('Who signed, by office.', text),
          on: described('When.', instant),
          digest: {
            description:
              'Of the text that was signed. Under another text, or without it, the signature does not count.',
            title: 'SHA-256 in hexadecimal',
            type: 'string',
            pattern: '^[0-9a-f]{64}$',
          },
        },
        required: ['party', 'by', 'on'],
        additionalProperties: false,
      },
    },
    rules: described('What may be told. What no rule names does not leave.', {
      type: 'array',
      items: rule,
      minItems: 1,
    }),
  },
  required: ['id', 'version', 'title', 'legalBases', 'purposes', 'parties', 'inForce', 'signatures', 'rules'],
  additionalProperties: false,
  $defs: {
    kind: {
      type: 'object',
      properties: { kind: described('Kind of agency.', name) },
      required: ['kind'],
      additionalProperties: false,
    },
    treatment,
  },
};
