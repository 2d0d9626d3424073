import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { Timestamp, Uuid } from '../rules';

export const FLIGHT_OVERDUE = 'liaison.flight.overdue.v1';

/**
 * Somebody noticed that a child is gone, and nobody has reported it within the hour: child protection learns it without waiting for
 * the report. Nothing about the child but since when.
 */
@EventPayload(FLIGHT_OVERDUE)
@JSONSchema({ title: 'Flight not reported in time' })
export class FlightOverdueV1 {
  @Category('procedure')
  @Uuid()
  flight: string;

  @Category('dates')
  @Timestamp()
  noticedAt: string;
}
