import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp, Uuid } from '../rules';

export const FLIGHT_ENDED = 'liaison.flight.ended.v1';

/** `adult`: of age while gone, and free to go (R17). `voided`: it was no flight. `back`: before anybody else was told. */
export const FLIGHT_OUTCOMES = ['found', 'back', 'adult', 'voided'] as const;
export type FlightOutcome = (typeof FLIGHT_OUTCOMES)[number];

/** Nobody is searched for any more: to everybody who was told that a child is gone. Nothing about the child. */
@EventPayload(FLIGHT_ENDED)
@JSONSchema({ title: 'Flight ended' })
export class FlightEndedV1 {
  @Category('procedure')
  @Uuid()
  flight: string;

  @Category('procedure')
  @OneOf(FLIGHT_OUTCOMES)
  outcome: FlightOutcome;

  @Category('dates')
  @Timestamp()
  endedAt: string;
}
