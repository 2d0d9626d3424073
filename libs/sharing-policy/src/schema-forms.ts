import {
  FACTS,
  RELATIONS,
  RECIPIENTS_DEPARTEMENT,
  ROLES,
  SET_FACTS,
  UNKNOWN,
  type FactType,
} from './vocabulary';

/** `title` names a form, `description` says what a member means: editors show both, and the reference is made from them. */
export const name = {
  title: 'name: small letters, digits, hyphens',
  type: 'string',
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
};
export const text = { title: 'text', type: 'string', minLength: 1 };
export const described = (description: string, of: object) => ({ ...of, description });
export const listOf = (items: object, more: object = {}) => ({
  type: 'array',
  items,
  uniqueItems: true,
  ...more,
});
export const instant = {
  title: 'date or instant',
  description:
    'A date (a `from` begins and an `until` ends with that day, UTC) or an instant with its offset (RFC 3339).',
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2}))?$',
};
export const inForce = {
  type: 'object',
  properties: {
    from: { ...instant, description: 'Its first day (UTC), or the instant from which it holds.' },
    until: {
      ...instant,
      description: 'Its last day (UTC), or the instant at which it ends. Absent: no end.',
    },
  },
  required: ['from'],
  additionalProperties: false,
};
export const statuteId = { title: 'R01 to R99', type: 'string', pattern: '^R[0-9]{2}$' };
export const articles = listOf(text, { minItems: 1 });
export const roles = listOf({ enum: ROLES });
export const relations = listOf({ enum: RELATIONS }, { minItems: 1 });
export const event = {
  title: 'event type',
  type: 'string',
  pattern: '^liaison(\\.[a-z]+(-[a-z]+)*)+\\.v[1-9][0-9]*$',
};
export const duration = {
  title: 'duration (ISO 8601), such as P3D',
  type: 'string',
  pattern: '^P(?=.)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?(\\d+S)?)?$',
};

export const departement = {
  title: 'INSEE code of a département',
  type: 'string',
  pattern: '^(\\d{2,3}|2[AB])$',
};
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

export const when = {
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

export const fieldPath = {
  title: 'path of a field or section',
  type: 'string',
  pattern: '^[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)*$',
};
/** Of a field inside a section: a word alone would be a misspelt category. */
export const innerPath = {
  title: 'path of a field',
  type: 'string',
  pattern: '^[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)+$',
};
