import { JSONSchema } from 'class-validator-jsonschema';
import { ProtocolPayload } from '../field-category';
import { Hex, Uuid, WholeNumber } from '../rules';
import { LAST_SEQUENCE } from '../sequence';

export const DELIVERY_VOIDED = 'liaison.delivery.voided.v1';

/**
 * Takes the place of an event that may no longer be delivered: it has its id, its own envelope and the sequence (and
 * the envelope's `epoch`) of the event that it voids. It does not say why: a reason would tell what was withheld.
 */
@ProtocolPayload(DELIVERY_VOIDED, { sequenced: true })
@JSONSchema({ title: 'Delivery voided' })
export class DeliveryVoidedV1 {
  /** Id of the voided event. */
  @Uuid()
  voided: string;

  /** Its sequence, which is also the envelope's. */
  @WholeNumber(1, LAST_SEQUENCE)
  sequence: number;

  /** The `audit` commitment of the voided event's disclosure: nobody else can name it. */
  @Hex(32)
  disclosure: string;
}
