import { JSONSchema } from 'class-validator-jsonschema';
import { ProtocolPayload } from '../field-category';
import { ListOf, OneOf, Uuid, WholeNumber } from '../rules';
import { LAST_SEQUENCE } from '../sequence';

export const DELIVERY_GAP_REQUESTED = 'liaison.delivery.gap-requested.v1';

/** A run of numbers of one case that have not arrived. A case with several holes is named several times. */
export class RequestedGap {
  @Uuid()
  reference: string;

  /** The sender's epoch that the numbers belong to. */
  @Uuid()
  epoch: string;

  @WholeNumber(1, LAST_SEQUENCE)
  from: number;

  /** Included. */
  @WholeNumber(1, LAST_SEQUENCE)
  to: number;
}

/**
 * Asks a sender to send again what it keeps: unsequenced, unacknowledged, cumulative (each one names every hole there
 * is now). `scope` is `named` for the holes in `references`, `everything` after a restore from a backup, when this
 * agency cannot know what it lost; the envelope's `epoch` is then the new one of the agency that asks.
 */
@ProtocolPayload(DELIVERY_GAP_REQUESTED)
@JSONSchema({ title: 'Delivery gap requested' })
export class DeliveryGapRequestedV1 {
  @OneOf(['named', 'everything'])
  scope: 'named' | 'everything';

  @ListOf(() => RequestedGap, { max: 1000 })
  references: RequestedGap[];
}
