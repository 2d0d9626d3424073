import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Optional, Timestamp, Uuid } from '../rules';

export const FLIGHT_FOUND = 'liaison.flight.found.v1';

/** Somebody who was told of a flight has found the child: to whoever told of it, who tells everybody else. Not where it goes from here. */
@EventPayload(FLIGHT_FOUND)
@JSONSchema({ title: 'Child found' })
export class FlightFoundV1 {
  @Category('procedure')
  @Uuid()
  flight: string;

  @Category('dates')
  @Timestamp()
  foundAt: string;

  /** Where it was found: the département, never the place. */
  @Category('procedure')
  @Optional()
  @DepartementCode()
  departement?: string;
}
