import { JSONSchema } from 'class-validator-jsonschema';
import { ProtocolPayload } from '../field-category';
import { ListOf, OneOf, Optional, Uuid, WholeNumber } from '../rules';
import { LAST_SEQUENCE } from '../sequence';

export const DELIVERY_ACKNOWLEDGED = 'liaison.delivery.acknowledged.v1';

/** What a void found: nothing of the event, the event not yet applied, or the event applied and taken back. */
export const VOID_STATES = ['never-seen', 'dropped', 'revoked'] as const;
export type VoidState = (typeof VOID_STATES)[number];

/** What became of an event that its sender declared void. */
export class AcknowledgedVoid {
  /** Id of the event that was voided, not of its void. */
  @Uuid()
  id: string;

  @WholeNumber(1, LAST_SEQUENCE)
  sequence: number;

  @OneOf(VOID_STATES)
  state: VoidState;
}

/** How far one case has come at the recipient. */
export class AcknowledgedReference {
  @Uuid()
  reference: string;

  /** The sender's epoch that the numbers belong to. */
  @Uuid()
  epoch: string;

  /** Every sequence up to this one is settled: applied, or named in `parked`, `voids` or `discarded`. 0: none yet. */
  @WholeNumber(0, LAST_SEQUENCE)
  upTo: number;

  /** Sequences after `upTo` that were applied on arrival, ahead of their turn. */
  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  ahead: number[];

  /** Sequences that have arrived and wait for what precedes them. */
  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  waiting: number[];

  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  parked: number[];

  /** The latest voids; a void that its sender sends again is among them again. */
  @ListOf(() => AcknowledgedVoid, { max: 1000 })
  voids: AcknowledgedVoid[];

  /** Parked and then settled without being applied: discarded by two people, or replaced by its sender. */
  @Optional()
  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  discarded?: number[];

  /** Read by somebody of a role that the convention names, where it says that the sender is to know (`tell-when-read`). */
  @Optional()
  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  read?: number[];

  /** Applied, and of no use: the document that they carry is not what its digest says. Their sender has to add it anew. */
  @Optional()
  @WholeNumber(1, LAST_SEQUENCE, { list: 1000 })
  damaged?: number[];
}

/**
 * Cumulative acknowledgement of delivery: unsequenced, unacknowledged, a later one replaces the earlier. The envelope's
 * `epoch` is that of the agency that acknowledges: one of a newer epoch comes from a restored database and replaces an
 * older one even where its numbers are lower.
 */
@ProtocolPayload(DELIVERY_ACKNOWLEDGED)
@JSONSchema({ title: 'Delivery acknowledged' })
export class DeliveryAcknowledgedV1 {
  @ListOf(() => AcknowledgedReference, { min: 1, max: 1000 })
  references: AcknowledgedReference[];
}
