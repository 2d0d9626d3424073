import { JSONSchema } from 'class-validator-jsonschema';
import { CommuneCode, DepartementCode, LanguageCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import {
  BirthDate,
  CalendarDate,
  Flag,
  ListOf,
  LongText,
  OneOf,
  Optional,
  Section,
  Text,
  Timestamp,
  WholeNumber,
} from '../rules';
import { EXPLOITATION_FORMS } from './notice/exploitation';
import { DeclaredIdentity, RealIdentity } from './notice/civil-status';

export const REFERRAL_MADE = 'liaison.referral.made.v1';

/** What the age rests on. `documented`: a paper was shown, which nobody has verified. */
export const AGE_GROUNDS = ['documented', 'declared', 'estimated', 'unknown'] as const;
export type AgeGround = (typeof AGE_GROUNDS)[number];

/** `unclear`: nobody can tell yet; it is assessed by whoever receives it. */
export const DANGERS = ['immediate', 'serious', 'unclear'] as const;
export type Danger = (typeof DANGERS)[number];

/** What somebody saw that makes one think of exploitation: words, so that it can be told where an account may not. */
export const SIGNS = [
  'controlled-by-others',
  'moved-between-places',
  'injuries',
  'threats',
  'debt',
  'documents-held',
  'sold-for-sex',
  'forced-to-beg',
  'forced-to-steal',
  'forced-to-work',
  'drugged',
  'no-adult-in-charge',
  'other',
] as const;

export const OBSERVERS = ['own-team', 'partner', 'the-child', 'relative', 'passer-by'] as const;

/** Father and mother are told beforehand, unless that is against the child's interest (CASF L226-2-1). */
export const PARENTS_TOLD = ['told', 'against-interest', 'not-found', 'not-yet'] as const;

export const SIBLING_PLACES = ['with-the-child', 'elsewhere', 'unknown'] as const;

/** Nothing of it has to be known: a child of whom nobody knows a name is referred too. */
export class ReferredCivilStatus {
  /** Only investigating services establish who somebody is (R06). */
  @Optional()
  @Section(() => RealIdentity, { notEmpty: true })
  real?: RealIdentity;

  @Optional()
  @Section(() => DeclaredIdentity, { notEmpty: true })
  declared?: DeclaredIdentity;

  @Category('declared-identity')
  @Optional()
  @LanguageCode({ list: 20 })
  languages?: string[];
}

export class ReferredAge {
  @Category('declared-identity')
  @OneOf(AGE_GROUNDS)
  ground: AgeGround;
}

export class Observation {
  @Category('exploitation')
  @OneOf(SIGNS, { list: SIGNS.length })
  signs: (typeof SIGNS)[number][];

  @Category('exploitation')
  @Optional()
  @OneOf(EXPLOITATION_FORMS, { list: EXPLOITATION_FORMS.length })
  forms?: (typeof EXPLOITATION_FORMS)[number][];

  /** In the words of whoever refers. */
  @Category('free-text')
  @Optional()
  @LongText(10_000)
  account?: string;

  /** In what capacity it was seen, never a person's name. */
  @Category('procedure')
  @OneOf(OBSERVERS)
  by: (typeof OBSERVERS)[number];

  @Category('dates')
  @CalendarDate()
  on: string;
}

export class ReferredDanger {
  @Category('vulnerability')
  @OneOf(DANGERS)
  level: Danger;

  /** Somebody of the family takes part in it, as far as anybody knows (R26). */
  @Category('vulnerability')
  @Optional()
  @OneOf(['yes', 'no', 'unknown'])
  familyInvolved?: 'yes' | 'no' | 'unknown';
}

/** Where the child was found. Where a shelter is has no place here. */
export class PlaceFound {
  @Category('procedure')
  @DepartementCode()
  departement: string;

  @Category('address')
  @Optional()
  @CommuneCode()
  communeCode?: string;

  /** As one would tell somebody who has to go there. */
  @Category('address')
  @Optional()
  @Text(200)
  place?: string;

  /** The child is there, or with whoever refers, now. */
  @Category('vulnerability')
  @Flag()
  stillThere: boolean;
}

export class Sibling {
  @Category('declared-identity')
  @Optional()
  @Text(100)
  familyName?: string;

  @Category('declared-identity')
  @Optional()
  @Text(100, { list: 10 })
  givenNames?: string[];

  @Category('declared-identity')
  @Optional()
  @BirthDate()
  birthDate?: string;

  @Category('declared-identity')
  @Optional()
  @WholeNumber(0, 120)
  estimatedAge?: number;

  @Category('vulnerability')
  @OneOf(SIBLING_PLACES)
  whereabouts: (typeof SIBLING_PLACES)[number];
}

/**
 * Somebody who works with children tells child protection of a child in danger (signalement, CASF L226-2-1). It says what
 * was seen and what is known; it identifies nobody as a victim.
 */
@EventPayload(REFERRAL_MADE)
@JSONSchema({ title: 'Referral made' })
export class ReferralMadeV1 {
  @Optional()
  @Section(() => ReferredCivilStatus, { notEmpty: true })
  civilStatus?: ReferredCivilStatus;

  @Section(() => ReferredAge)
  age: ReferredAge;

  @Section(() => Observation)
  observation: Observation;

  @Section(() => ReferredDanger)
  danger: ReferredDanger;

  @Section(() => PlaceFound)
  found: PlaceFound;

  @Optional()
  @ListOf(() => Sibling, { max: 20 })
  siblings?: Sibling[];

  @Category('steps')
  @OneOf(PARENTS_TOLD)
  parents: (typeof PARENTS_TOLD)[number];

  /** The procureur is told too, directly, and child protection has its copy (CASF L226-4 II). */
  @Category('procedure')
  @Optional()
  @Flag()
  prosecutor?: boolean;

  /** Set by the service that sends it. */
  @Category('dates')
  @Optional()
  @Timestamp()
  madeAt?: string;
}
