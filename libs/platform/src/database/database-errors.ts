import { types } from 'node:util';

/** SQLSTATE of a PostgreSQL failure, also inside TypeORM's wrapper. */
export function sqlState(error: unknown): string | undefined {
  const code: unknown = types.isNativeError(error) ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !NODE_CODE.test(code) ? code : undefined;
}

/** `EPIPE` has the shape of a SQLSTATE. */
const NODE_CODE = /^E[A-Z]{4}$/;
const UNAVAILABLE_STATE = /^(08|40|53|57)/;
const UNAVAILABLE_CODE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
]);
/** pg and its pool have no code for these. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Driver not Connected)/i;

/**
 * True when the same transaction may succeed later, unchanged: no connection, a timeout, a deadlock, a shutdown.
 * False for what the statement itself did wrong.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const state = sqlState(error);
  if (state) return UNAVAILABLE_STATE.test(state);
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && UNAVAILABLE_CODE.has(code)) return true;
  return UNAVAILABLE_MESSAGE.test(error.message);
}
