import { JSONSchema } from 'class-validator-jsonschema';
import { CountryCode, DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { BirthDate, CalendarDate, LongText, OneOf, Optional, Section, Text, Timestamp, Uuid } from '../rules';

export const OPINION_REQUESTED = 'liaison.opinion.requested.v1';

export const OPINION_SUBJECTS = ['permit-application', 'notice'] as const;
export type OpinionSubject = (typeof OPINION_SUBJECTS)[number];

/** Who applies, as the application says; out of another service's notice only where its convention lets that go further. */
export class Applicant {
  @Category('declared-identity')
  @Text(100)
  familyName: string;

  @Category('declared-identity')
  @Optional()
  @Text(100)
  givenNames?: string;

  @Category('declared-identity')
  @Optional()
  @BirthDate()
  birthDate?: string;

  @Category('declared-identity')
  @Optional()
  @Text(100)
  birthPlace?: string;

  @Category('declared-identity')
  @Optional()
  @CountryCode()
  nationality?: string;
}

/**
 * A préfecture that holds an application asks an investigating service for its opinion. The answer is a notice that
 * names `request`, or a refusal; both close it.
 */
@EventPayload(OPINION_REQUESTED)
@JSONSchema({ title: 'Opinion requested' })
export class OpinionRequestedV1 {
  /** What the answer names. */
  @Category('procedure')
  @Uuid()
  request: string;

  /** What the opinion is for. */
  @Category('procedure')
  @OneOf(OPINION_SUBJECTS)
  subject: OpinionSubject;

  /** What the application rests on. */
  @Category('procedure')
  @Optional()
  @OneOf(['cooperation', 'exceptional', 'exit-path', 'final-conviction'])
  ground?: string;

  @Category('free-text')
  @LongText(2000)
  question: string;

  /** Last legal day for the answer, in `departement`. */
  @Category('dates')
  @CalendarDate()
  dueOn: string;

  /** Of the préfecture that asks. */
  @Category('procedure')
  @Optional()
  @DepartementCode()
  departement?: string;

  @Category('dates')
  @Timestamp()
  requestedAt: string;

  /** The recipient's own notice that it is about: the pairwise reference of its case, the envelope's `subject` there. */
  @Category('procedure')
  @Optional()
  @Uuid()
  notice?: string;

  /** Absent where the recipient knows the person from `notice`. */
  @Optional()
  @Section(() => Applicant)
  applicant?: Applicant;
}
