import { JSONSchema } from 'class-validator-jsonschema';
import { DirectoryId, Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Optional, Timestamp } from '../rules';

export const REFERRAL_ACKNOWLEDGED = 'liaison.referral.acknowledged.v1';

/**
 * Somebody in a named role took note of a referral. Neither the child nor the agent is in it; the referral is known by the
 * envelope's `subject`.
 */
@EventPayload(REFERRAL_ACKNOWLEDGED)
@JSONSchema({ title: 'Referral acknowledged' })
export class ReferralAcknowledgedV1 {
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
}
