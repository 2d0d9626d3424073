import { JSONSchema } from 'class-validator-jsonschema';
import { DirectoryId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Optional, Timestamp, Uuid } from '../rules';

export const FLIGHT_ACKNOWLEDGED = 'liaison.flight.acknowledged.v1';

/** Somebody in a named role has taken note that a child is gone: to whoever reported it. Neither the child nor the agent is in it. */
@EventPayload(FLIGHT_ACKNOWLEDGED)
@JSONSchema({ title: 'Flight acknowledged' })
export class FlightAcknowledgedV1 {
  @Category('procedure')
  @Uuid()
  flight: string;

  @Category('dates')
  @Timestamp()
  acknowledgedAt: string;

  /** Role of the agent, e.g. `officer`. */
  @Category('procedure')
  @Word()
  role: string;

  /** Unit of the agent, where the token names one. */
  @Category('procedure')
  @Optional()
  @DirectoryId()
  unit?: string;
}
