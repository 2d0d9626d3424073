import { AppError } from '@liaison/kernel';
import type { Subject } from './kafka-errors';

/** Raised by `broker.commit` when the partition belongs to another member by now. */
export const MEMBERSHIP_LOST = 'LB004';

/** The SQLSTATE, or the code of a failed connection (`ECONNREFUSED`). */
export function databaseErrorCode(error: unknown): string {
  const code: unknown = error && typeof error === 'object' && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Maps a failure of PostgreSQL to the codes of the port. What is not known to be permanent is transient. */
export function embeddedToAppError(error: unknown, { topic, group }: Subject = {}): AppError {
  if (error instanceof AppError) return error;
  const fail = (code: string, message: string, retriable = false): AppError =>
    new AppError(code, message, { retriable, cause: error });
  const code = databaseErrorCode(error);
  switch (code) {
    case 'LB001':
      return fail(
        'topic-unknown',
        `The embedded broker has no such partition of ${topic}: create the topics first.`,
      );
    case 'LB002':
      return fail('topic-forbidden', `Not allowed on ${topic}: apply the access rules of this service.`);
    case 'LB003':
      return fail(
        'group-forbidden',
        `Not allowed to read as group ${group}: apply the access rules of this service.`,
      );
    case 'LB005':
      return fail(
        'message-too-large',
        `A message for ${topic} exceeds the embedded broker's limit: send less.`,
      );
    case '28P01':
    case '28000':
    case '42501':
      return fail(
        'broker-not-authorised',
        "The embedded broker's database refused the role: check it and its password.",
      );
    case '3D000':
    case '3F000':
    case '42P01':
    case '42883':
      return fail(
        'broker-unreachable',
        'The embedded broker is not installed in this database: install it first.',
      );
    default:
      return fail(
        'broker-unavailable',
        `The embedded broker is not available (${code || 'no answer'}).`,
        true,
      );
  }
}
