import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode, LanguageCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, OneOf, Optional, Text, WholeNumber } from '../rules';

export const OPERATION_ANNOUNCED = 'liaison.operation.announced.v1';

export const OPERATION_PROFILES = ['adults', 'minors'] as const;
export type OperationProfile = (typeof OPERATION_PROFILES)[number];

/** What is to be ready. */
export const PREPARATIONS = [
  'shelter',
  'interpreters',
  'medical-care',
  'psychological-care',
  'night-reception',
  'transport',
  'legal-advice',
  'care-of-infants',
] as const;
export type Preparation = (typeof PREPARATIONS)[number];

/** A length that leaves no room for an account. */
export const MAX_PREPARATION_NOTE = 300;

/**
 * An investigator warns those who will take people in, so that they can prepare (R31). There is no field for a person, an
 * address or a case; the one text is refused where it might say one.
 */
@EventPayload(OPERATION_ANNOUNCED)
@JSONSchema({ title: 'Operation announced' })
export class OperationAnnouncedV1 {
  @Category('procedure')
  @DepartementCode()
  departement: string;

  /** First day on which it may take place. */
  @Category('dates')
  @CalendarDate()
  from: string;

  /** Last day; after it the announcement has expired. */
  @Category('dates')
  @CalendarDate()
  until: string;

  /** How many people are to be taken in. */
  @Category('procedure')
  @WholeNumber(1, 500)
  expectedPeople: number;

  @Category('procedure')
  @OneOf(OPERATION_PROFILES, { list: OPERATION_PROFILES.length })
  profiles: OperationProfile[];

  @Category('procedure')
  @Optional()
  @LanguageCode({ list: 20 })
  languages?: string[];

  @Category('steps')
  @Optional()
  @OneOf(PREPARATIONS, { list: PREPARATIONS.length })
  preparations?: Preparation[];

  /** What else is to be ready. It is no account of the investigators (R05): that has no field here. */
  @Category('steps')
  @Optional()
  @Text(MAX_PREPARATION_NOTE)
  preparationNote?: string;
}
