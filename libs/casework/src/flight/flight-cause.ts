import { currentTraceparent, type NewEvent } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';

/** On whose behalf something is told, and when. */
export type FlightCause = Pick<
  NewEvent,
  'agent' | 'correlationId' | 'causationId' | 'traceparent' | 'decidedAt'
>;

/** Of what somebody does. */
export const causeOf = ({ pseudonym }: Identity, decidedAt: Date): FlightCause => ({
  agent: pseudonym,
  correlationId: currentCorrelationId(),
  traceparent: currentTraceparent(),
  decidedAt,
});
