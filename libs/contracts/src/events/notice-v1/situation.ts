import { Category } from '../../field-category';
import { CalendarDate, Flag, LongText, OneOf, Optional } from '../../rules';

const STEP_KINDS = [
  'complaint',
  'testimony',
  'criminal-procedure',
  'asylum-claim',
  'association-support',
  'lodging',
  'reintegration',
] as const;
const STEP_STATUSES = ['undertaken', 'considered'] as const;

/** What makes the person vulnerable. A flag that is left out is unknown, which is not the same as no. */
export class VulnerabilityV1 {
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
export class StepV1 {
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
}

/** The investigating service's view; never outside police, préfecture and justice. */
export class AssessmentV1 {
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
}

export class NoticeDatesV1 {
  @Category('dates')
  @Optional()
  @CalendarDate()
  observedOn?: string;

  @Category('dates')
  @Optional()
  @CalendarDate()
  interviewedOn?: string;
}
