import { JSONSchema } from 'class-validator-jsonschema';
import { CountryCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { BirthDate, LongText, OneOf, Optional, Section, Text, Timestamp, Uuid } from '../rules';
import { BREAK_GLASS_GROUNDS, type BreakGlassGround } from './break-glass-opened.v1';

export const URGENT_REQUEST_ASKED = 'liaison.urgent-request.asked.v1';

/** What an emergency needs to know; the sections of the answer. */
export const URGENT_NEEDS = ['whereabouts', 'contact', 'danger', 'health'] as const;
export type UrgentNeed = (typeof URGENT_NEEDS)[number];

/** Who is in danger, as whoever asks knows them: never out of somebody else's notice. */
export class SoughtPerson {
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
  @CountryCode()
  nationality?: string;
}

/**
 * In an emergency an agency asks another for what it does not hold itself: answered by a person there. Urgent: applied on
 * arrival, outside the case's order.
 */
@EventPayload(URGENT_REQUEST_ASKED)
@JSONSchema({ title: 'Urgent request asked' })
export class UrgentRequestAskedV1 {
  /** What the answer names. */
  @Category('procedure')
  @Uuid()
  request: string;

  /** The vital interest that the answer rests on. */
  @Category('procedure')
  @OneOf(BREAK_GLASS_GROUNDS)
  ground: BreakGlassGround;

  @Category('procedure')
  @OneOf(URGENT_NEEDS, { list: 4 })
  needs: UrgentNeed[];

  /** Why it cannot wait, for whoever answers. */
  @Category('free-text')
  @LongText(2000)
  reason: string;

  @Category('dates')
  @Timestamp()
  askedAt: string;

  @Category('dates')
  @Timestamp()
  dueAt: string;

  /** The recipient's own case that it is about: the pairwise reference, the envelope's `subject` there. */
  @Category('procedure')
  @Optional()
  @Uuid()
  case?: string;

  /** Absent where the recipient knows the person from `case`. */
  @Optional()
  @Section(() => SoughtPerson)
  person?: SoughtPerson;
}
