import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp } from '../rules';

export const NOTICE_WITHDRAWN = 'liaison.notice.withdrawn.v1';

export const WITHDRAWAL_REASONS = [
  'not-a-victim',
  'wrong-person',
  'duplicate',
  'facts-not-established',
  'other',
] as const;
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number];

/** No version of the notice stands any more. What was received stays with whoever rests a decision on it; nothing else is told. */
@EventPayload(NOTICE_WITHDRAWN)
@JSONSchema({ title: 'Notice withdrawn' })
export class NoticeWithdrawnV1 {
  @Category('dates')
  @Timestamp()
  withdrawnAt: string;

  @Category('procedure')
  @OneOf(WITHDRAWAL_REASONS)
  reason: WithdrawalReason;
}
