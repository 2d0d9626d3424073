import { createHash } from 'node:crypto';
import { AppError, canonicalJson, type Json } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';
import type { Identity } from '../identity/identity';

export interface OnceRequest {
  /** From `@IdempotencyKey()`. */
  readonly key: string;
  /** From `idempotencyScope`: a key is remembered per agency, caller and route. */
  readonly scope: string;
  /** From `digestOfRequest`. */
  readonly requestDigest: string;
}

/**
 * What is stored and given again: ids, states and versions only, **no personal data**, for it outlives the answer by a
 * day.
 */
export interface OnceResponse<Body extends Json = Json> {
  readonly status: number;
  readonly body: Body;
}

/** Scope of a key. Holds the pseudonym, not the subject. `route` as `POST /v1/notices`. */
export function idempotencyScope(identity: Pick<Identity, 'agency' | 'pseudonym'>, route: string): string {
  return `${identity.agency} ${identity.pseudonym} ${route}`;
}

/** SHA-256 (hex) of everything that makes two requests the same: the body, and the parameters where there are any. */
export function digestOfRequest(request: unknown): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

/**
 * Runs a command at most once per key, in the caller's transaction: the key commits with what the command did, or not
 * at all. The same key again gives the stored response; while the first is still running, the second waits for it.
 * @throws AppError `idempotency-key-reused`: the key came with another request before.
 */
export async function runOnce<Body extends Json>(
  manager: EntityManager,
  { key, scope, requestDigest }: OnceRequest,
  command: () => Promise<OnceResponse<Body>>,
): Promise<OnceResponse<Body> & { readonly replayed: boolean }> {
  const inserted = await manager.query<unknown[]>(
    `INSERT INTO idempotency_key (scope, key, request_digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1`,
    [scope, key, requestDigest],
  );
  if (inserted.length === 0) return storedAnswer(manager, { key, scope, requestDigest });
  const response = await command();
  await manager.query(`UPDATE idempotency_key SET status = $3, body = $4 WHERE scope = $1 AND key = $2`, [
    scope,
    key,
    response.status,
    JSON.stringify(response.body),
  ]);
  return { ...response, replayed: false };
}

/**
 * `runOnce` for commands whose answers are known before they run: keys and answers of all of them are one statement.
 * @returns for each, whether its key is new. Whose is not MUST not run: `storedAnswer` has what to say, outside this
 * transaction where the same key may have come twice in it.
 */
export async function answersOnce(
  sql: Pick<EntityManager, 'query'>,
  commands: readonly { readonly once: OnceRequest; readonly response: OnceResponse }[],
): Promise<boolean[]> {
  // Sorted: two groups that share keys wait for each other in one direction only.
  const sorted = [...commands].sort((a, b) => compare(keyOf(a.once), keyOf(b.once)));
  const inserted = await sql.query<{ scope: string; key: string }[]>(
    `INSERT INTO idempotency_key (scope, key, request_digest, status, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::json[])
     ON CONFLICT DO NOTHING RETURNING scope, key`,
    [
      sorted.map(({ once }) => once.scope),
      sorted.map(({ once }) => once.key),
      sorted.map(({ once }) => once.requestDigest),
      sorted.map(({ response }) => response.status),
      sorted.map(({ response }) => JSON.stringify(response.body)),
    ],
  );
  const fresh = new Set(inserted.map(keyOf));
  // Of two with one key, the one that was inserted: a Set gives it once.
  return commands.map(({ once }) => fresh.delete(keyOf(once)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = ({ scope, key }: Pick<OnceRequest, 'scope' | 'key'>): string => `${scope} ${key}`;

/**
 * What a key was answered before.
 * @throws AppError `idempotency-key-reused`: it came with another request; `idempotency-key-expired`: purged meanwhile
 */
export async function storedAnswer<Body extends Json>(
  manager: EntityManager,
  { key, scope, requestDigest }: OnceRequest,
): Promise<OnceResponse<Body> & { readonly replayed: true }> {
  const [stored] = await manager.query<{ request_digest: string; status: number; body: Body }[]>(
    `SELECT request_digest, status, body FROM idempotency_key WHERE scope = $1 AND key = $2`,
    [scope, key],
  );
  if (!stored) throw new AppError('idempotency-key-expired', 'Send the request again.', { retriable: true });
  if (stored.request_digest !== requestDigest) {
    throw new AppError(
      'idempotency-key-reused',
      'This Idempotency-Key came with another request before: use a new key for a new request.',
    );
  }
  return { status: stored.status, body: stored.body, replayed: true };
}

/**
 * Forgets keys older than 24 hours by the database's clock.
 * @returns how many.
 */
export async function purgeIdempotencyKeys(manager: EntityManager): Promise<number> {
  const [, count] = await manager.query<[unknown, number]>(
    `DELETE FROM idempotency_key WHERE created_at < now() - interval '24 hours'`,
  );
  return count;
}
