import { JSONSchema } from 'class-validator-jsonschema';
import { DirectoryId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Optional, Timestamp, WholeNumber } from '../rules';

export const NOTICE_ACKNOWLEDGED = 'liaison.notice.acknowledged.v1';

/**
 * Somebody in a named role took note of a notice: an act, unlike delivery. Neither the person concerned nor the agent
 * is in it; the notice is known by the envelope's `subject`.
 */
@EventPayload(NOTICE_ACKNOWLEDGED)
@JSONSchema({ title: 'Notice acknowledged' })
export class NoticeAcknowledgedV1 {
  @Category('dates')
  @Timestamp()
  acknowledgedAt: string;

  /** Role of the agent, e.g. `desk`. */
  @Category('procedure')
  @Word()
  role: string;

  /** Unit of the agent, where the token names one. */
  @Category('procedure')
  @Optional()
  @DirectoryId()
  unit?: string;

  /** Which version of the notice, as its recipient counts. */
  @Category('procedure')
  @WholeNumber(1, 1_000_000_000)
  recipientVersion: number;
}
