import { CountryCode, LanguageCode } from '../../codes';
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

const SEXES = ['female', 'male', 'undetermined'] as const;
const DOCUMENT_KINDS = [
  'passport',
  'identity-card',
  'residence-permit',
  'visa',
  'birth-certificate',
  'other',
] as const;
const DOCUMENT_STATES = ['none', 'held-by-network', 'falsified', 'genuine'] as const;

/** The identity that somebody verified, and who did. */
export class RealIdentityV1 {
  @Category('real-identity')
  @Optional()
  @Text(100)
  familyName?: string;

  @Category('real-identity')
  @Optional()
  @Text(100, { list: 10 })
  givenNames?: string[];

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
  @CountryCode({ list: 5 })
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
}

/** The identity as the person gives it. */
export class DeclaredIdentityV1 {
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

  @Category('declared-identity')
  @Optional()
  @Text(200)
  birthPlace?: string;

  @Category('declared-identity')
  @Optional()
  @CountryCode({ list: 5 })
  nationalities?: string[];
}

/** A document tells who somebody really is, whatever its state: hence its category. */
export class IdentityDocumentV1 {
  @Category('real-identity')
  @Optional()
  @OneOf(DOCUMENT_KINDS)
  kind?: (typeof DOCUMENT_KINDS)[number];

  @Category('real-identity')
  @OneOf(DOCUMENT_STATES)
  state: (typeof DOCUMENT_STATES)[number];

  @Category('real-identity')
  @Optional()
  @CountryCode()
  country?: string;

  @Category('real-identity')
  @Optional()
  @Text(50)
  number?: string;
}

/** Real and declared identity side by side; at least one of them. */
@AtLeastOne('real', 'declared')
export class CivilStatusV1 {
  @OptionalBeside('declared')
  @Section(() => RealIdentityV1, { notEmpty: true })
  real?: RealIdentityV1;

  @OptionalBeside('real')
  @Section(() => DeclaredIdentityV1, { notEmpty: true })
  declared?: DeclaredIdentityV1;

  @Category('declared-identity')
  @Optional()
  @LanguageCode({ list: 20 })
  languages?: string[];

  @Optional()
  @ListOf(() => IdentityDocumentV1, { max: 20 })
  documents?: IdentityDocumentV1[];
}
