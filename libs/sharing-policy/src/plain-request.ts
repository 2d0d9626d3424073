import { voucherOf } from './facts';
import type { ConventionRef, DecisionRequest, Facts, Operation, PartyRef } from './model';
import { OPERATIONS } from './model';
import { FACTS, RELATIONS, ROLES, SET_FACTS, UNKNOWN, type FactName, type SetFactName } from './vocabulary';

/**
 * A request as people and other programs write it: the instant as text, facts as plain values. What is missing is unknown, and unknown protects.
 */
export interface PlainRequest {
  /** RFC 3339. */
  readonly at?: string;
  readonly purpose?: string;
  readonly operation?: Operation;
  readonly from?: Partial<PartyRef>;
  readonly to?: Partial<PartyRef>;
  readonly relation?: readonly string[];
  readonly role?: string;
  readonly event?: string;
  readonly facts?: Readonly<
    Partial<Record<FactName, string | boolean>> & Partial<Record<SetFactName, string | readonly string[]>>
  >;
  readonly under?: ConventionRef;
}

const text = { type: 'string', minLength: 1, maxLength: 200 };
const departement = { type: 'string', pattern: '^(\\d{2,3}|2[AB])$' };
const party = {
  type: 'object',
  properties: { agency: text, kind: text, departement: text },
  additionalProperties: false,
};

/** JSON Schema of a `PlainRequest`. Relations, roles and facts are closed lists: a misspelt one is a mistake. */
export const PLAIN_REQUEST_SCHEMA = {
  type: 'object',
  properties: {
    at: {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
    },
    purpose: text,
    operation: { enum: OPERATIONS },
    from: party,
    to: party,
    relation: { type: 'array', items: { enum: RELATIONS }, maxItems: 100 },
    role: { enum: ROLES },
    event: text,
    facts: {
      type: 'object',
      properties: {
        ...Object.fromEntries(
          Object.entries(FACTS).map(([fact, { values }]) => [fact, { enum: [...values, UNKNOWN] }]),
        ),
        ...Object.fromEntries(
          Object.entries(SET_FACTS).map(([fact, { meaning }]) => [
            fact,
            {
              description: meaning,
              anyOf: [{ const: UNKNOWN }, { type: 'array', items: departement, maxItems: 200 }],
            },
          ]),
        ),
      },
      additionalProperties: false,
    },
    under: {
      type: 'object',
      properties: { id: text, version: { type: 'integer', minimum: 1 } },
      required: ['id', 'version'],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

/** Two agencies that nobody named are not one and the same: nothing may follow from `same-agency`. */
const NOBODY = {
  from: { agency: '(unknown sender)', kind: '(unknown)' },
  to: { agency: '(unknown recipient)', kind: '(unknown)' },
};

/**
 * The request that is meant, for one operation.
 * @param now the instant of the decision where the request names none
 */
export function requestOf(plain: PlainRequest, operation: Operation, now: Date): DecisionRequest {
  const { at, purpose = '(unknown)', relation = [], role, event = '(unknown)', facts = {}, under } = plain;
  const from = { ...NOBODY.from, ...plain.from };
  const to = { ...NOBODY.to, ...plain.to };
  return {
    at: at === undefined ? now : new Date(at),
    purpose,
    operation,
    from,
    to,
    relation,
    ...(role === undefined ? {} : { role }),
    event,
    facts: stated(facts, from, to),
    ...(under === undefined ? {} : { under }),
  };
}

const STATED = { ...FACTS, ...SET_FACTS };

/** Plain values as facts that whoever of the two can vouch for them states; where neither can, they count for nothing. */
function stated(values: NonNullable<PlainRequest['facts']>, from: PartyRef, to: PartyRef): Facts {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const fact = name as FactName;
      return [
        fact,
        { value, owner: voucherOf(fact, from, to) ?? from.agency, visibleTo: STATED[fact].knownTo },
      ];
    }),
  );
}

/** Whether an instant that has the form of one exists: `Date` turns 31 February into 2 March instead of refusing it. */
export function isInstant(written: string): boolean {
  const day = new Date(`${written.slice(0, 10)}T00:00:00Z`);
  return (
    !Number.isNaN(new Date(written).getTime()) &&
    !Number.isNaN(day.getTime()) &&
    day.toISOString().slice(0, 10) === written.slice(0, 10)
  );
}
