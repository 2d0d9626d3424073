import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp } from '../rules';

export const NOTICE_SUPERSEDED = 'liaison.notice.superseded.v1';

export const SUPERSESSION_REASONS = ['moved', 'amended'] as const;
export type SupersessionReason = (typeof SUPERSESSION_REASONS)[number];

/**
 * The version that the recipient holds no longer stands, and it is not given the next: the person has moved, or the
 * recipient may no longer have it (R08).
 */
@EventPayload(NOTICE_SUPERSEDED)
@JSONSchema({ title: 'Notice superseded' })
export class NoticeSupersededV1 {
  @Category('dates')
  @Timestamp()
  supersededAt: string;

  @Category('procedure')
  @OneOf(SUPERSESSION_REASONS)
  reason: SupersessionReason;
}
