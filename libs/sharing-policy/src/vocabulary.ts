/**
 * The closed vocabularies of the convention language. A name outside them does not load: a misspelt protection would
 * otherwise protect nobody.
 */

/** The value of a fact that nobody established, or that the request does not carry. */
export const UNKNOWN = 'unknown';

export interface FactType {
  /** The values that somebody can establish; `unknown` is not one of them. */
  readonly values: readonly (string | boolean)[];
  /** Whether a rule may name `unknown` itself, as the presumption of minority needs (R15, R16). */
  readonly unknownMayBeNamed: boolean;
  /** `sender`: never told to the recipient, who therefore cannot judge it again when it reads what it received. */
  readonly knownTo: 'sender' | 'both';
}

/** Facts about the case that a rule's `when` may ask for. */
export const FACTS = {
  age: { values: ['minor', 'adult'], unknownMayBeNamed: true, knownTo: 'both' },
  protectedIdentity: { values: [true, false], unknownMayBeNamed: false, knownTo: 'sender' },
  protectedAddress: { values: [true, false], unknownMayBeNamed: false, knownTo: 'sender' },
  consent: {
    values: ['given', 'refused', 'withdrawn', 'not-asked'],
    unknownMayBeNamed: false,
    knownTo: 'sender',
  },
} as const satisfies Record<string, FactType>;
export type FactName = keyof typeof FACTS;
export const FACT_NAMES = Object.keys(FACTS) as readonly FactName[];

/** A relation that the engine derives and no caller can claim: sender and recipient are one agency. */
export const SAME_AGENCY = 'same-agency';

/** Relations of the recipient to the case. */
export const RELATIONS = [
  'competent',
  'takes-in-charge',
  'named-contact',
  'author',
  'asked-for-opinion',
  'named-in-address-measure',
  'named-in-identity-measure',
  SAME_AGENCY,
] as const;

/** Roles of readers (`role` of a token). */
export const ROLES = ['caseworker', 'supervisor', 'officer', 'desk', 'dpo', 'operator'] as const;

/** Categories of event fields. */
export { CATEGORIES } from '@liaison/contracts';

/** Obligations that a rule may set. (`only-roles` is derived from `readers`.) */
export const OBLIGATIONS = [
  'acknowledge-within',
  'deliver-within',
  'keep-no-longer-than',
  'no-onward-sharing',
  'tell-when-read',
] as const;

/** Obligations without a term: they hold or they do not. */
export const PLAIN_OBLIGATIONS: readonly ObligationKind[] = ['no-onward-sharing', 'tell-when-read'];
export type ObligationKind = (typeof OBLIGATIONS)[number];

/** Why a whole event is denied. Stable codes, from the least to the most specific reason. */
export const DENIAL_CODES = [
  'no-convention',
  'convention-unknown',
  'convention-not-in-force',
  'convention-ended',
  'convention-unsigned',
  'purpose-not-allowed',
  'relation-missing',
  'role-not-allowed',
  'condition-not-met',
  'forbidden-by-statute',
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];
