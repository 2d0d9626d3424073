import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Flag, LongText, OneOf, Optional, Section, Text, Timestamp, Uuid } from '../rules';
import { ClaimedCivilStatus } from './competence-claimed.v1';

export const FLIGHT_REPORTED = 'liaison.flight.reported.v1';

/** What is known to threaten the child outside: words, so that it can be told where an account may not. */
export const FLIGHT_RISKS = [
  'network-in-contact',
  'network-nearby',
  'threats',
  'debt',
  'sold-for-sex',
  'forced-to-beg',
  'forced-to-steal',
  'suicide',
  'illness',
  'pregnancy',
  'drugs',
  'earlier-flights',
  'other',
] as const;
export type FlightRisk = (typeof FLIGHT_RISKS)[number];

/** Where and when somebody saw the child last. Where the shelter is has no place here (R23, R29). */
export class LastSeen {
  @Category('procedure')
  @DepartementCode()
  departement: string;

  @Category('dates')
  @Timestamp()
  at: string;

  /** A public place, as one would tell somebody who goes there: a station, a square. Never the shelter. */
  @Category('address')
  @Optional()
  @Text(200)
  place?: string;
}

/**
 * A child is gone from where it was sheltered: what finding it needs, at once to the investigating services, the child protection that
 * has it in care, and from there to whoever follows it (R29). There is no field for where it was sheltered.
 */
@EventPayload(FLIGHT_REPORTED)
@JSONSchema({ title: 'Flight reported' })
export class FlightReportedV1 {
  /** Who the child says to be: no shelter establishes an identity (R06). */
  @Optional()
  @Section(() => ClaimedCivilStatus, { notEmpty: true })
  civilStatus?: ClaimedCivilStatus;

  /** When somebody noticed that it was gone. */
  @Category('dates')
  @Timestamp()
  noticedAt: string;

  @Section(() => LastSeen)
  lastSeen: LastSeen;

  /** Height, hair, marks: what one sees of the child. */
  @Category('declared-identity')
  @Optional()
  @Text(500)
  appearance?: string;

  @Category('declared-identity')
  @Optional()
  @Text(500)
  clothing?: string;

  @Category('vulnerability')
  @Optional()
  @OneOf(FLIGHT_RISKS, { list: FLIGHT_RISKS.length })
  risks?: FlightRisk[];

  /** What was seen, in the words of whoever reports. */
  @Category('free-text')
  @Optional()
  @LongText(5000)
  account?: string;

  /** The network knows where the child was sheltered: nobody of its victims is placed there any more. */
  @Category('procedure')
  @Optional()
  @Flag()
  placeKnown?: boolean;

  /** Set by the service that sends it: names the flight in everything that follows. */
  @Category('procedure')
  @Optional()
  @Uuid()
  flight?: string;

  @Category('dates')
  @Optional()
  @Timestamp()
  reportedAt?: string;
}
