import { JSONSchema } from 'class-validator-jsonschema';
import { ProtocolPayload } from '../field-category';
import { ListOf, Optional, Uuid, WholeNumber } from '../rules';
import { LAST_SEQUENCE } from '../sequence';

export const DELIVERY_ACKNOWLEDGED = 'liaison.delivery.acknowledged.v1';

/** How far one case has come at the recipient. */
export class AcknowledgedReference {
  @Uuid()
  reference: string;

  /** The sender's epoch that the numbers belong to. */
  @Uuid()
  epoch: string;

  /** Every sequence up to this one is settled: applied, or named in `parked`, `voided` or `discarded`. 0: none yet. */
  @WholeNumber(0, LAST_SEQUENCE)
  upTo: number;

  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  parked: number[];

  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  voided: number[];

  /** Parked and then settled without being applied: discarded by two people, or replaced by its sender. */
  @Optional()
  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  discarded?: number[];
}

/** Cumulative acknowledgement of delivery: unsequenced, unacknowledged, a later one replaces the earlier. */
@ProtocolPayload(DELIVERY_ACKNOWLEDGED)
@JSONSchema({ title: 'Delivery acknowledged' })
export class DeliveryAcknowledgedV1 {
  @ListOf(() => AcknowledgedReference, { min: 1, max: 1000 })
  references: AcknowledgedReference[];
}
