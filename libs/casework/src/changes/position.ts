import type { Json } from '@liaison/kernel';

/**
 * A place in the feed: everything before or at it has been seen. `xid` and `id` are 64-bit integers in decimal; 0 as
 * `id` stands before everything of that transaction.
 */
export interface Position {
  /** UUIDv7 of the agency's database since its last restore. */
  readonly epoch: string;
  readonly xid: string;
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INTEGER = /^(0|[1-9]\d{0,17})$/;

export type CursorContent = Json & readonly [epoch: string, xid: string, id: string];

export const isCursorContent = (value: unknown): value is CursorContent =>
  Array.isArray(value) &&
  value.length === 3 &&
  typeof value[0] === 'string' &&
  UUID.test(value[0]) &&
  [1, 2].every((at) => typeof value[at] === 'string' && INTEGER.test(value[at]));

export const cursorContent = ({ epoch, xid, id }: Position): CursorContent => [epoch, xid, id];
