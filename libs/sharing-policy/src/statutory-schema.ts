import { OPERATIONS } from './model';
import {
  described,
  inForce,
  innerPath,
  listOf,
  name,
  relations,
  statuteId,
  text,
  when,
} from './schema-forms';
import { CATEGORIES, MARKS } from './vocabulary';

const kinds = listOf(name, { minItems: 1 });
const eventPattern = {
  title: 'event type, or its beginning and `*`',
  type: 'string',
  pattern: '^(liaison\\.[a-z.-]+(v[1-9][0-9]*|\\*)|\\*)$',
};
const forbid = {
  type: 'object',
  properties: {
    events: {
      description: 'A `*` at the end stands for any rest.',
      ...listOf(eventPattern, { minItems: 1 }),
    },
    exceptEvents: described('Not these.', listOf(eventPattern, { minItems: 1 })),
    from: described('Only from these kinds of agency.', kinds),
    fromOtherThan: described('From all kinds but these.', kinds),
    to: described('Only to these kinds of agency.', kinds),
    toOtherThan: described('To all kinds but these.', kinds),
    operations: {
      description: 'A `query` is forbidden where a `read` is.',
      ...listOf({ enum: OPERATIONS.filter((each) => each !== 'query') }, { minItems: 1 }),
    },
    purposes: described('Only for these purposes.', listOf(name, { minItems: 1 })),
    unlessRelation: described('Not where the recipient is in one of these relations to the case.', relations),
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
    id: described('As in the list of disclosure rules.', statuteId),
    title: described('For people.', text),
    mark: {
      description:
        '`floor`: no convention changes it. `default`: a rule of a convention may set it aside by name. `process`: people or other parts of the software hold it.',
      enum: MARKS,
    },
    liftedByVitalInterest: described('Whether it gives way where vital interest is established.', {
      type: 'boolean',
    }),
    articles: {
      description: 'The texts, and whether they were read.',
      type: 'array',
      items: {
        type: 'object',
        properties: {
          article: described('As it is cited.', text),
          checked: {
            description:
              '`text`: the text was read, in a stored copy. `secondary`: an official summary or page says so. `no`: to be checked before it is relied on.',
            enum: ['text', 'secondary', 'no'],
          },
          source: described('Where it was read.', text),
          why: described('Why it could not be checked.', text),
        },
        required: ['article', 'checked'],
        additionalProperties: false,
      },
    },
    inForce: described('Since when, and until when, it is law.', inForce),
    forbids: described('What the engine executes.', { type: 'array', items: forbid, minItems: 1 }),
    heldBy: {
      description: 'What holds a rule that the engine does not execute.',
      ...listOf(text, { minItems: 1 }),
    },
  },
  required: ['id', 'title', 'mark', 'liftedByVitalInterest', 'articles', 'inForce'],
  additionalProperties: false,
};
