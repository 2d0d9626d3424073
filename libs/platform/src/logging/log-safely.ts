import { types } from 'node:util';
import { AppError } from '@liaison/kernel';
import { ServiceConfig } from '../config/service-config';
import { settingsOf } from '../config/setting';
import { sqlState } from '../database/database-errors';

/** Members whose values never reach a log. */
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

const REDACTED = new Set([...SECRET, ...PERSONAL]);
const MARK = '[redacted]';
const MAX_DEPTH = 4;

/**
 * A copy of a record without the values of such members, at any depth that a log line has. (pino's own redaction costs ten
 * times as much a line for a list of this length.)
 */
export function redacted(record: Record<string, unknown>): Record<string, unknown> {
  return members(record, 0);
}

function members(record: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record))
    copy[name] = REDACTED.has(name) ? MARK : withoutValues(value, depth);
  return copy;
}

function withoutValues(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || types.isNativeError(value) || value instanceof Date)
    return value;
  if (depth === MAX_DEPTH) return MARK;
  return Array.isArray(value)
    ? value.map((item) => withoutValues(item, depth + 1))
    : members(value, depth + 1);
}

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
