import { JSONSchema } from 'class-validator-jsonschema';
import { DirectoryId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Optional, Timestamp, WholeNumber } from '../rules';

export const OPERATION_ACKNOWLEDGED = 'liaison.operation.acknowledged.v1';

/** Somebody in a named role took note of an announced operation, and says for how many there will be a place. A later one replaces it. */
@EventPayload(OPERATION_ACKNOWLEDGED)
@JSONSchema({ title: 'Operation acknowledged' })
export class OperationAcknowledgedV1 {
  @Category('dates')
  @Timestamp()
  acknowledgedAt: string;

  /** Role of the agent, e.g. `caseworker`. */
  @Category('procedure')
  @Word()
  role: string;

  /** Unit of the agent, where the token names one. */
  @Category('procedure')
  @Optional()
  @DirectoryId()
  unit?: string;

  /** Until the announcement expires. */
  @Category('procedure')
  @WholeNumber(0, 500)
  placesHeld: number;
}
