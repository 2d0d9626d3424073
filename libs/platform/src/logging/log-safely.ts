import { types } from 'node:util';
import { AppError } from '@liaison/kernel';
import { ServiceConfig } from '../config/service-config';
import { settingsOf } from '../config/setting';
import { sqlState } from '../database/database-errors';

/** Members whose values never reach a log, at the top of a record and one level below. */
const SECRET = [
  ...['password', 'secret', 'token', 'authorization', 'cookie', 'privateKey', 'connectionString'],
  ...settingsOf(ServiceConfig)
    .filter(({ secret }) => secret)
    .map(({ property }) => property),
];
/** Members that hold what people said of a person: the sections of an event, bodies, parameters of statements. */
const PERSONAL = [
  'subject',
  'sub',
  'body',
  'data',
  'payload',
  'document',
  'content',
  'parameters',
  'detail',
  'civilStatus',
  'travel',
  'exploitation',
  'vulnerability',
  'steps',
  'assessment',
];

/** Paths that pino replaces by a mark. */
export const REDACTED = [...SECRET, ...PERSONAL].flatMap((name) => [name, `*.${name}`]);

/** Classes of SQLSTATE whose messages name roles, tables and limits, but no values. */
const STATES_WITHOUT_VALUES = /^(08|28|3D|40|42|53|55|57)/;
const NAMES_WITHOUT_VALUES =
  /^(TypeError|ReferenceError|RangeError|AssertionError|KafkaJS\w*|\w*(Provider|Module|Dependency|Dependencies|Injectable)\w*Exception)$/;

export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/**
 * An error as the logs may hold it. Messages of parsers and of the database quote what they were given, so a message
 * is kept only where its kind is known not to.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!types.isNativeError(error)) return { type: typeof error };
  const code: unknown = error instanceof AppError ? error.code : Reflect.get(error, 'code');
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line) && !error.message.includes(line));
  return {
    type: error.name,
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    ...(mayShowMessage(error) && { message: error.message }),
    ...(frames && { stack: frames.join('\n') }),
    ...(error.cause !== undefined && depth < 3 && { cause: loggedError(error.cause, depth + 1) }),
  };
}

function mayShowMessage(error: Error): boolean {
  if (error instanceof AppError) return true;
  const state = sqlState(error);
  if (state) return STATES_WITHOUT_VALUES.test(state);
  return typeof Reflect.get(error, 'syscall') === 'string' || NAMES_WITHOUT_VALUES.test(error.name);
}
