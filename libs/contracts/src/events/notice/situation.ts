import { Category } from '../../field-category';
import { CalendarDate, Flag, LongText, OneOf, Optional, Text, WholeNumber } from '../../rules';

export const STEP_KINDS = [
  'complaint',
  'testimony',
  'criminal-procedure',
  'asylum-claim',
  'association-support',
  'lodging',
  'reintegration',
  'child-protection',
  'compensation',
  'assisted-return',
] as const;
export const STEP_STATUSES = ['undertaken', 'considered'] as const;

/** What makes the person vulnerable. A flag that is left out is unknown, which is not the same as no. */
export class Vulnerability {
  @Category('vulnerability')
  @Optional()
  @Flag()
  minor?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  threatsToPerson?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  threatsToFamily?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  isolation?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  fearOfReprisals?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  homeless?: boolean;

  /** Children that depend on the person, here or elsewhere. */
  @Category('vulnerability')
  @Optional()
  @WholeNumber(0, 30)
  dependentChildren?: number;

  @Category('health')
  @Optional()
  @Flag()
  pregnancy?: boolean;

  @Category('health')
  @Optional()
  @LongText(2000)
  health?: string;

  @Category('health')
  @Optional()
  @LongText(2000)
  disability?: string;
}

/** A step undertaken or considered. */
export class Step {
  @Category('steps')
  @OneOf(STEP_KINDS)
  kind: (typeof STEP_KINDS)[number];

  @Category('steps')
  @OneOf(STEP_STATUSES)
  status: (typeof STEP_STATUSES)[number];

  @Category('steps')
  @Optional()
  @CalendarDate()
  on?: string;

  /** The service or association. The name of a shelter gives a place away (R21). */
  @Category('contact')
  @Optional()
  @Text(200)
  organisation?: string;
}

/** The investigating service's view; never outside police, préfecture and justice. */
export class Assessment {
  @Category('assessment')
  @Optional()
  @LongText(5000)
  realityOfFacts?: string;

  @Category('assessment')
  @Optional()
  @LongText(5000)
  cooperation?: string;

  @Category('assessment')
  @Optional()
  @LongText(5000)
  danger?: string;

  /** Links with the authors of the facts are broken, as a permit needs (CESEDA L425-1). Absent: not known. */
  @Category('assessment')
  @Optional()
  @Flag()
  linksBroken?: boolean;
}

export class NoticeDates {
  @Category('dates')
  @Optional()
  @CalendarDate()
  observedOn?: string;

  @Category('dates')
  @Optional()
  @CalendarDate()
  interviewedOn?: string;
}
