import { JSONSchema } from 'class-validator-jsonschema';
import { CommuneCode, DepartementCode, LanguageCode, NationalityCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, Flag, OneOf, Optional, Section, Timestamp, WholeNumber } from '../rules';
import { OFFERED_SEXES } from './placement-offered.v1';

export const ORIENTATION_REQUESTED = 'liaison.orientation.requested.v1';

/** Those of the policy's `age-band` that are an adult's. */
export const ADULT_AGE_BANDS = ['18-20', '21-24', '25-34', '35-49', '50+'] as const;
export type AdultAgeBand = (typeof ADULT_AGE_BANDS)[number];

export const ORIENTATION_NEEDS = [
  'secure-place',
  'with-children',
  'pregnancy-care',
  'psychological-care',
  'drug-care',
  'accessible',
  'women-only',
] as const;
export type OrientationNeed = (typeof ORIENTATION_NEEDS)[number];

export const CONSENT_FORMS = ['written', 'oral-witnessed'] as const;
export type ConsentForm = (typeof CONSENT_FORMS)[number];

/** In what capacity somebody explained it. */
export const EXPLAINING = ['caseworker', 'interpreter', 'lawyer'] as const;
export type Explaining = (typeof EXPLAINING)[number];

export const MOST_CHILDREN = 10;

/** What a place has to be like for somebody. No name: whoever has not accepted does not know who it is (R30). */
export class OrientationNeeds {
  @Category('declared-identity')
  @OneOf(ADULT_AGE_BANDS)
  ageBand: AdultAgeBand;

  @Category('declared-identity')
  @OneOf(OFFERED_SEXES)
  sex: (typeof OFFERED_SEXES)[number];

  /** Empty where nobody knows. */
  @Category('declared-identity')
  @LanguageCode({ list: 20 })
  languages: string[];

  @Category('vulnerability')
  @OneOf(ORIENTATION_NEEDS, { list: ORIENTATION_NEEDS.length })
  needs: OrientationNeed[];

  /** Who come along. */
  @Category('vulnerability')
  @WholeNumber(0, MOST_CHILDREN)
  children: number;
}

/** Where the network is: a place is looked for far from there (R25). */
export class OrientationAwayFrom {
  @Category('exploitation')
  @DepartementCode({ list: 40 })
  departements: string[];
}

/** That the person agreed that the coordination learns of them (R11), as it was recorded; who explained it stays with the requester. */
export class OrientationConsent {
  @Category('procedure')
  @OneOf(CONSENT_FORMS)
  form: ConsentForm;

  @Category('procedure')
  @CalendarDate()
  on: string;

  @Category('procedure')
  @LanguageCode()
  language: string;

  @Category('procedure')
  @OneOf(EXPLAINING)
  explainedBy: Explaining;
}

/**
 * An association, an investigating service or child protection asks the national coordination (Ac.Sé) for a place for an adult who
 * is in danger where they are (S2 4.1.1). Adults only, of their own will (R30). Who it is, is in no field.
 */
@EventPayload(ORIENTATION_REQUESTED)
@JSONSchema({ title: 'Orientation requested' })
export class OrientationRequestedV1 {
  @Section(() => OrientationNeeds)
  needs: OrientationNeeds;

  @Category('declared-identity')
  @Optional()
  @NationalityCode()
  nationality?: string;

  @Optional()
  @Section(() => OrientationAwayFrom)
  exploitation?: OrientationAwayFrom;

  /** In danger where they are. */
  @Category('vulnerability')
  @Flag()
  endangered: boolean;

  @Category('vulnerability')
  @Flag()
  needsDistance: boolean;

  /** Whether an enquiry or instruction is open: the emergency places of Paris ask for it (measure 8), no other does. */
  @Category('procedure')
  @Flag()
  procedureOpen: boolean;

  @Section(() => OrientationConsent)
  consent: OrientationConsent;

  /** Where the requester is, for the coordination's counts. */
  @Category('procedure')
  @CommuneCode()
  commune: string;

  @Category('dates')
  @Timestamp()
  requestedAt: string;
}
