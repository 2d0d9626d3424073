/**
 * The closed vocabularies of the convention language. A name outside them does not load: a misspelt protection would
 * otherwise protect nobody.
 */
import type { ShareGround } from '@liaison/contracts/vocabulary';
import type { AgencyKind } from '@liaison/kernel';

/** The value of a fact that nobody established, or that the request does not carry. */
export const UNKNOWN = 'unknown';

/** Who can establish a fact: a side of the exchange (by its agency's id), or the directory. */
export type Voucher = 'sender' | 'recipient' | 'directory';

/** What every fact of the vocabulary says of itself. */
interface Described {
  readonly meaning: string;
  /** Whose statement counts. Anybody else's leaves the fact unknown (`trust.md`, facts have owners). */
  readonly vouchedBy: readonly Voucher[];
  /** Kinds of agency whose statement counts; absent: all. The directory is of no kind. */
  readonly vouchingKinds?: readonly AgencyKind[];
  /** `sender`: never told to the recipient, who therefore cannot judge it again when it reads what it received. */
  readonly knownTo: 'sender' | 'both';
  /** Rules of the list of disclosure rules that need it. */
  readonly source: readonly string[];
}

export interface FactType extends Described {
  /** The values that somebody can establish; `unknown` is not one of them. */
  readonly values: readonly (string | boolean)[];
  /** Whether a rule may name `unknown` itself, as the presumption of minority needs (R15, R16). */
  readonly unknownMayBeNamed: boolean;
  /** A value given for one kind of recipient and one purpose: under another it is unknown (R11). */
  readonly scoped?: boolean;
}

/** Facts about the case that a rule's `when` may ask for, each with one value. */
export const FACTS = {
  age: {
    meaning: 'Whether the person is under eighteen on the legal day.',
    values: ['minor', 'adult'],
    unknownMayBeNamed: true,
    vouchedBy: ['sender', 'recipient'],
    knownTo: 'both',
    source: ['R15', 'R16', 'R17'],
  },
  protectedIdentity: {
    meaning: 'A borrowed identity was granted.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender'],
    knownTo: 'sender',
    source: ['R20'],
  },
  protectedAddress: {
    meaning: 'A measure lets the person declare another domicile than the real one.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender'],
    knownTo: 'sender',
    source: ['R18'],
  },
  consent: {
    meaning: 'Whether the person agrees that this kind of recipient learns of them for this purpose.',
    values: ['given', 'refused', 'withdrawn', 'not-asked'],
    unknownMayBeNamed: false,
    scoped: true,
    vouchedBy: ['sender'],
    knownTo: 'sender',
    source: ['R10', 'R11'],
  },
  danger: {
    meaning: 'The person is in danger or at risk of it.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender'],
    knownTo: 'both',
    source: ['R12', 'R30'],
  },
  incapacity: {
    meaning: 'The person cannot protect themself because of a physical or psychic incapacity.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender'],
    knownTo: 'sender',
    source: ['R10'],
  },
  procedureOpen: {
    meaning: 'An enquiry or an instruction about the facts is open.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender', 'recipient'],
    vouchingKinds: ['police', 'justice'],
    knownTo: 'both',
    source: ['R05', 'R33'],
  },
  relativeInvolved: {
    meaning: 'A relative of the person takes part in the exploitation.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender'],
    knownTo: 'sender',
    source: ['R13', 'R26'],
  },
  judgeOrder: {
    meaning: 'A judge or a prosecutor ordered the placement that this is about.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender'],
    vouchingKinds: ['ase', 'justice', 'police'],
    knownTo: 'both',
    source: ['R23', 'R25', 'R28'],
  },
  vitalInterest: {
    meaning: 'Somebody named has stated, with a written reason, that a life or bodily integrity is at stake.',
    values: [true, false],
    unknownMayBeNamed: false,
    vouchedBy: ['sender', 'recipient'],
    knownTo: 'both',
    source: ['R35'],
  },
} as const satisfies Record<string, FactType>;
export type FactName = keyof typeof FACTS;
export const FACT_NAMES = Object.keys(FACTS) as readonly FactName[];

/** The fact that lifts a statute marked so. Only where it is established: unknown lifts nothing. */
export const VITAL_INTEREST = 'vitalInterest' satisfies FactName;

/**
 * Facts that hold several values at once: INSEE codes of départements. A condition asks whether one of them is among
 * those that it lists (`includes`), or none is (`excludes`).
 */
export const SET_FACTS = {
  networkDepartements: {
    meaning: 'Départements in which the network exploits people, or exploited this person.',
    vouchedBy: ['sender', 'recipient'],
    knownTo: 'both',
    source: ['R25', 'R30'],
  },
} as const satisfies Record<string, Described>;
export type SetFactName = keyof typeof SET_FACTS;
export const SET_FACT_NAMES = Object.keys(SET_FACTS) as readonly SetFactName[];

/** In a condition on a set of départements: that of the recipient, as the directory has it. */
export const RECIPIENTS_DEPARTEMENT = 'recipient';

/** Whether a set has one of these values: `networkDepartements in 13,recipient`. True, false or unknown. */
export type SetTest = `${SetFactName} in ${string}`;
/** What a condition can be about: a fact, or a test on a set. */
export type FactKey = FactName | SetTest;

/** The test that a condition on a set makes; the same for the same values, whatever their order. */
export function setTest(fact: SetFactName, values: readonly string[]): SetTest {
  return `${fact} in ${[...new Set(values)].sort().join(',')}`;
}

/** Of which set a test is, and which values it looks for; nothing where the key is a plain fact. */
export function partsOfSetTest(key: FactKey): { fact: SetFactName; values: readonly string[] } | undefined {
  const [fact, values] = key.split(' in ');
  return values === undefined ? undefined : { fact: fact as SetFactName, values: values.split(',') };
}

const TEST_VALUES = [true, false] as const;

/** The type of what a condition is about; a test on a set is true or false. */
export function factTypeOf(key: FactKey): FactType {
  const test = partsOfSetTest(key);
  return test
    ? { ...SET_FACTS[test.fact], values: TEST_VALUES, unknownMayBeNamed: false }
    : FACTS[key as FactName];
}

/** A relation that the engine derives and no caller can claim: sender and recipient are one agency. */
export const SAME_AGENCY = 'same-agency';

/** Relations of the recipient to the case. */
export const RELATIONS = [
  'competent',
  'takes-in-charge',
  'named-contact',
  'author',
  'asked-for-opinion',
  'claimed-competent',
  'place-found',
  'ordered-placement',
  'named-in-address-measure',
  'named-in-identity-measure',
  SAME_AGENCY,
] as const;

/** Roles of readers (`role` of a token). */
export const ROLES = ['caseworker', 'supervisor', 'officer', 'desk', 'dpo', 'operator'] as const;

/** Categories of event fields. */
export { CATEGORIES } from '@liaison/contracts/vocabulary';

/** Obligations that a rule may set. (`only-roles` is derived from `readers`.) */
export const OBLIGATIONS = [
  'acknowledge-within',
  'deliver-within',
  'keep-no-longer-than',
  'no-onward-sharing',
  'tell-the-person',
  'tell-when-read',
] as const;

/** Obligations without a term: they hold or they do not. */
export const PLAIN_OBLIGATIONS: readonly ObligationKind[] = [
  'no-onward-sharing',
  'tell-the-person',
  'tell-when-read',
];
export type ObligationKind = (typeof OBLIGATIONS)[number];

/** What a release can rest on, and whose end can change what was shared before. */
export { SHARE_GROUNDS as GROUNDS } from '@liaison/contracts/vocabulary';
export type Ground = ShareGround;

/**
 * What follows for what was shared before when a ground ends, from the least to the most protective. `stop`: nothing
 * new leaves. `restrict`: kept, shown to fewer. `purge`: the recipient purges and confirms, where no other ground or
 * duty remains.
 */
export const EFFECTS = ['stop', 'restrict', 'purge'] as const;
export type Effect = (typeof EFFECTS)[number];

/**
 * `floor`: no convention changes it. `default`: a rule of a convention may set it aside by name (`despite`).
 * `process`: people or other parts of the software hold it; it says where.
 */
export const MARKS = ['floor', 'default', 'process'] as const;
export type Mark = (typeof MARKS)[number];

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
