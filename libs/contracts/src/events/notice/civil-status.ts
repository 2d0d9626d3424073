import { CommuneCode, CountryCode, LanguageCode, NationalityCode } from '../../codes';
import { Category } from '../../field-category';
import {
  AtLeastOne,
  BirthDate,
  CalendarDate,
  ListOf,
  OneOf,
  Optional,
  OptionalBeside,
  Section,
  Text,
  WholeNumber,
} from '../../rules';

export const SEXES = ['female', 'male', 'undetermined'] as const;
export const VERIFICATIONS = [
  'identity-document',
  'consulate',
  'police-cooperation',
  'fingerprints',
  'civil-registry',
  'family',
  'other',
] as const;
export const IDENTITY_PARTS = [
  'family-name',
  'given-names',
  'sex',
  'birth-date',
  'birth-place',
  'nationalities',
] as const;
export const AGE_BASES = [
  'statement',
  'appearance',
  'document',
  'social-assessment',
  'medical-examination',
  'other',
] as const;
export const DOCUMENT_KINDS = [
  'passport',
  'identity-card',
  'residence-permit',
  'visa',
  'birth-certificate',
  'asylum-certificate',
  'other',
] as const;
/** `unchecked`: somebody has it, and nobody has looked yet whether it is genuine. */
export const DOCUMENT_STATES = [
  'none',
  'held-by-network',
  'falsified',
  'genuine',
  'lost',
  'unchecked',
] as const;
export const DOCUMENT_NAMES = ['real', 'declared', 'other'] as const;

/** The identity that somebody verified, who did and when. It may be established long after the first notice. */
export class RealIdentity {
  @Category('real-identity')
  @Optional()
  @Text(100)
  familyName?: string;

  @Category('real-identity')
  @Optional()
  @Text(100, { list: 10 })
  givenNames?: string[];

  /** Family and given names as their own script writes them. */
  @Category('real-identity')
  @Optional()
  @Text(200)
  nativeName?: string;

  @Category('real-identity')
  @Optional()
  @OneOf(SEXES)
  sex?: (typeof SEXES)[number];

  @Category('real-identity')
  @Optional()
  @BirthDate()
  birthDate?: string;

  @Category('real-identity')
  @Optional()
  @Text(200)
  birthPlace?: string;

  @Category('real-identity')
  @Optional()
  @CountryCode()
  birthCountry?: string;

  /** For somebody born in France. */
  @Category('real-identity')
  @Optional()
  @CommuneCode()
  birthCommune?: string;

  @Category('real-identity')
  @Optional()
  @NationalityCode({ list: 5 })
  nationalities?: string[];

  /** The service that verified it, never a person's name. */
  @Category('real-identity')
  @Optional()
  @Text(200)
  verifiedBy?: string;

  @Category('real-identity')
  @Optional()
  @CalendarDate()
  verifiedOn?: string;

  @Category('real-identity')
  @Optional()
  @OneOf(VERIFICATIONS, { list: 7 })
  verifiedThrough?: (typeof VERIFICATIONS)[number][];

  /** What of it was verified. Absent: everything that is there. */
  @Category('real-identity')
  @Optional()
  @OneOf(IDENTITY_PARTS, { list: 6 })
  verifiedParts?: (typeof IDENTITY_PARTS)[number][];
}

/** The identity as the person gives it. */
export class DeclaredIdentity {
  @Category('declared-identity')
  @Optional()
  @Text(100)
  familyName?: string;

  @Category('declared-identity')
  @Optional()
  @Text(100, { list: 10 })
  givenNames?: string[];

  /** Family and given names as their own script writes them. */
  @Category('declared-identity')
  @Optional()
  @Text(200)
  nativeName?: string;

  @Category('declared-identity')
  @Optional()
  @Text(100, { list: 20 })
  aliases?: string[];

  @Category('declared-identity')
  @Optional()
  @OneOf(SEXES)
  sex?: (typeof SEXES)[number];

  @Category('declared-identity')
  @Optional()
  @BirthDate()
  birthDate?: string;

  /** In years, where there is no birth date to rely on. */
  @Category('declared-identity')
  @Optional()
  @WholeNumber(0, 120)
  estimatedAge?: number;

  /** What the estimate rests on. Health needs are no basis (R15). */
  @Category('declared-identity')
  @Optional()
  @OneOf(AGE_BASES, { list: 6 })
  estimatedAgeBasis?: (typeof AGE_BASES)[number][];

  /** The service that estimated it, never a person's name. */
  @Category('declared-identity')
  @Optional()
  @Text(200)
  estimatedBy?: string;

  @Category('declared-identity')
  @Optional()
  @CalendarDate()
  estimatedOn?: string;

  @Category('declared-identity')
  @Optional()
  @Text(200)
  birthPlace?: string;

  @Category('declared-identity')
  @Optional()
  @CountryCode()
  birthCountry?: string;

  @Category('declared-identity')
  @Optional()
  @NationalityCode({ list: 5 })
  nationalities?: string[];

  /** When the person gave it. */
  @Category('declared-identity')
  @Optional()
  @CalendarDate()
  declaredOn?: string;
}

/** A document tells who somebody really is, whatever its state: hence its category. */
export class IdentityDocument {
  @Category('real-identity')
  @Optional()
  @OneOf(DOCUMENT_KINDS)
  kind?: (typeof DOCUMENT_KINDS)[number];

  @Category('real-identity')
  @OneOf(DOCUMENT_STATES)
  state: (typeof DOCUMENT_STATES)[number];

  /** Under which of the identities it is made out. */
  @Category('real-identity')
  @Optional()
  @OneOf(DOCUMENT_NAMES)
  inNameOf?: (typeof DOCUMENT_NAMES)[number];

  @Category('real-identity')
  @Optional()
  @CountryCode()
  country?: string;

  @Category('real-identity')
  @Optional()
  @Text(50)
  number?: string;

  @Category('real-identity')
  @Optional()
  @CalendarDate()
  expiresOn?: string;

  /** The service that looked at it, never a person's name. */
  @Category('real-identity')
  @Optional()
  @Text(200)
  checkedBy?: string;

  @Category('real-identity')
  @Optional()
  @CalendarDate()
  checkedOn?: string;
}

/** Real and declared identity side by side; at least one of them. */
@AtLeastOne('real', 'declared')
export class CivilStatus {
  @OptionalBeside('declared')
  @Section(() => RealIdentity, { notEmpty: true })
  real?: RealIdentity;

  @OptionalBeside('real')
  @Section(() => DeclaredIdentity, { notEmpty: true })
  declared?: DeclaredIdentity;

  @Category('declared-identity')
  @Optional()
  @LanguageCode({ list: 20 })
  languages?: string[];

  @Optional()
  @ListOf(() => IdentityDocument, { max: 20 })
  documents?: IdentityDocument[];
}
