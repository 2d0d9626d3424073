import { AppError } from '@liaison/kernel';

/** SQLSTATE classes whose cause lies outside the data: connection, resources, rollback, locks, operator. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58', 'XX']);

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * Whether the same event may succeed later unchanged. Transient failures pause the partition and come again;
 * everything else parks the event.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof AppError) return error.retriable;
  const code = codeOf(error);
  if (code !== undefined) {
    return CONNECTION_CODES.has(code) || (code.length === 5 && TRANSIENT_CLASSES.has(code.slice(0, 2)));
  }
  return error instanceof Error && /connection|timeout exceeded|terminat|not queryable/i.test(error.message);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('driverError' in error) return codeOf(error.driverError);
  return undefined;
}
