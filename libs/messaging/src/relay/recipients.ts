import type { Directory } from '@liaison/kernel';
import type { Sql } from '../outbox/lanes';
import { inboxOf } from '../topology';

/** What waits for one recipient, and whether it can be reached. */
export interface RecipientState {
  /** Agency id; the topic's name where it is no agency's inbox. */
  readonly recipient: string;
  /** `half-open`: one message is being tried. */
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Since when it is closed, or has not been; absent where it always was. */
  readonly since: Date | null;
  /** Stable code of what the last try met. */
  readonly reason: string | null;
  /** Tries that failed since it opened. */
  readonly attempts: number;
  readonly nextTryAt: Date | null;
  /** Intents not yet dispatched, of every kind. */
  readonly waiting: number;
  /** Age of the oldest of them, in seconds. */
  readonly oldestSeconds: number | null;
  /** Frozen, and not known to be at the broker. */
  readonly frozen: number;
}

/** Recipients to whom anything was ever sent, those that cannot be reached first, then by age of what waits. */
export async function readRecipients(
  sql: Sql,
  directory: Pick<Directory, 'agencies'>,
  options: { readonly limit: number; readonly recipient?: string; readonly troubled?: boolean },
): Promise<RecipientState[]> {
  const topics = new Map(directory.agencies().map((agency) => [agency.id, inboxOf(agency)]));
  const { recipient } = options;
  const topic = recipient === undefined ? null : (topics.get(recipient) ?? recipient);
  const rows = await sql.query<(Omit<RecipientState, 'recipient'> & { topic: string })[]>(RECIPIENTS, [
    topic,
    options.troubled ?? false,
    options.limit,
  ]);
  const agencies = new Map([...topics].map(([id, name]) => [name, id]));
  return rows.map(({ topic: name, ...row }) => ({ recipient: agencies.get(name) ?? name, ...row }));
}

/**
 * Has a recipient that cannot be reached tried now: by the next poll of any process of the agency.
 * @returns whether there was anything to do
 */
export async function tryRecipientNow(
  sql: Sql,
  directory: Pick<Directory, 'findAgency'>,
  recipient: string,
): Promise<boolean> {
  const agency = directory.findAgency(recipient);
  const [, count] = await sql.query<[unknown[], number]>(
    `UPDATE messaging.breaker SET next_at = clock_timestamp() WHERE topic = $1 AND state = 'open'`,
    [agency ? inboxOf(agency) : recipient],
  );
  return count > 0;
}

const RECIPIENTS = `
WITH waiting AS (
  SELECT lane_id, count(*) AS depth, min(intended_at) AS oldest FROM messaging.intent GROUP BY lane_id
)
SELECT l.topic, coalesce(b.state, 'closed') AS breaker, b.since, b.reason, coalesce(b.attempts, 0) AS attempts,
       CASE WHEN b.state = 'open' THEN b.next_at END AS "nextTryAt",
       coalesce(sum(w.depth), 0)::float8 AS waiting,
       extract(epoch FROM now() - min(w.oldest))::float8 AS "oldestSeconds",
       sum(l.last_position - l.marked_position)::float8 AS frozen
  FROM messaging.lane l
  LEFT JOIN waiting w ON w.lane_id = l.id
  LEFT JOIN messaging.breaker b ON b.topic = l.topic
 WHERE $1::text IS NULL OR l.topic = $1
 GROUP BY l.topic, b.topic
HAVING NOT $2::boolean OR b.state <> 'closed' OR sum(w.depth) > 0 OR sum(l.last_position - l.marked_position) > 0
 ORDER BY (b.state IS DISTINCT FROM 'closed' AND b.state IS NOT NULL) DESC, min(w.oldest) NULLS LAST, l.topic
 LIMIT $3`;
