import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp } from '../rules';

export const NOTICE_RECALLED = 'liaison.notice.recalled.v1';

export const RECALL_REASONS = ['wrong-recipient', 'wrong-person', 'issued-too-early', 'other'] as const;
export type RecallReason = (typeof RECALL_REASONS)[number];

/** It was sent by mistake: the content of every version is destroyed where it is received. */
@EventPayload(NOTICE_RECALLED)
@JSONSchema({ title: 'Notice recalled' })
export class NoticeRecalledV1 {
  @Category('dates')
  @Timestamp()
  recalledAt: string;

  @Category('procedure')
  @OneOf(RECALL_REASONS)
  reason: RecallReason;
}
