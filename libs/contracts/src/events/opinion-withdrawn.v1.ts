import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { OneOf, Timestamp, Uuid } from '../rules';

export const OPINION_WITHDRAWN = 'liaison.opinion.withdrawn.v1';

export const OPINION_WITHDRAWAL_REASONS = [
  'no-longer-needed',
  'application-ended',
  'asked-by-mistake',
  'wrong-unit',
] as const;
export type OpinionWithdrawalReason = (typeof OPINION_WITHDRAWAL_REASONS)[number];

/** Whoever asked for an opinion no longer waits for it. An answer that was on its way stays an answer. */
@EventPayload(OPINION_WITHDRAWN)
@JSONSchema({ title: 'Request for an opinion withdrawn' })
export class OpinionWithdrawnV1 {
  @Category('procedure')
  @Uuid()
  request: string;

  @Category('procedure')
  @OneOf(OPINION_WITHDRAWAL_REASONS)
  reason: OpinionWithdrawalReason;

  @Category('dates')
  @Timestamp()
  withdrawnAt: string;
}
