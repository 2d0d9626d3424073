import type { Sql } from '@liaison/messaging';

/** What is on its way and has not arrived; ages in seconds, by the database's clock. */
export interface Backlog {
  readonly intents: readonly {
    readonly recipient: string;
    readonly kind: string;
    readonly depth: number;
    readonly age: number;
  }[];
  readonly unmarked: readonly { readonly topic: string; readonly depth: number; readonly age: number }[];
  readonly waiting: readonly { readonly sender: string; readonly depth: number; readonly age: number }[];
  readonly parked: readonly { readonly reason: string; readonly depth: number; readonly age: number }[];
  readonly overdue: readonly { readonly recipient: string; readonly depth: number; readonly age: number }[];
  /** Since everything that may go was last purged, and age of the oldest sealed bytes. */
  readonly retention: readonly { readonly completed: number; readonly oldest: number | null }[];
  readonly holes: readonly { readonly sender: string; readonly depth: number; readonly age: number }[];
}

/** One statement after the other: a scrape takes one connection of the pool, not several. */
export async function readBacklog(sql: Sql): Promise<Backlog> {
  return {
    intents: await sql.query(INTENTS),
    unmarked: await sql.query(UNMARKED),
    waiting: await sql.query(WAITING),
    parked: await sql.query(PARKED),
    overdue: await sql.query(OVERDUE),
    holes: await sql.query(HOLES),
    retention: await sql.query(RETENTION),
  };
}

const INTENTS = `
SELECT recipient, kind, count(*)::int AS depth, extract(epoch FROM now() - min(intended_at))::float8 AS age
  FROM messaging.intent GROUP BY recipient, kind`;

const UNMARKED = `
SELECT l.topic, sum(l.last_position - l.marked_position)::float8 AS depth,
       greatest(0, extract(epoch FROM now() - min(first.decided_at)))::float8 AS age
  FROM messaging.lane l
  JOIN LATERAL (
    SELECT d.decided_at FROM messaging.delivery d
     WHERE d.lane_id = l.id AND d.position > l.marked_position ORDER BY d.position LIMIT 1) first ON true
 WHERE l.marked_position < l.last_position
 GROUP BY l.topic`;

const WAITING = `
SELECT source AS sender, count(*)::int AS depth,
       greatest(0, extract(epoch FROM now() - min(received_at)))::float8 AS age
  FROM messaging.inbox WHERE state = 'waiting' GROUP BY source`;

/** Not by source: what does not verify may claim any. */
const PARKED = `
SELECT coalesce(reason, 'none') AS reason, count(*)::int AS depth,
       greatest(0, extract(epoch FROM now() - min(received_at)))::float8 AS age
  FROM messaging.inbox WHERE state = 'parked' GROUP BY 1`;

/** Cases of which something was sent and not acknowledged in time. */
const OVERDUE = `
SELECT peer AS recipient, count(*)::int AS depth,
       greatest(0, extract(epoch FROM now() - min(sent_at)))::float8 AS age
  FROM messaging.overdue WHERE settled_on IS NULL AND due_at <= clock_timestamp() GROUP BY peer`;

/** Cases of which a sequence is missing here. */
const HOLES = `
SELECT peer AS sender, count(*)::int AS depth, extract(epoch FROM now() - min(first_at))::float8 AS age
  FROM messaging.gap GROUP BY peer`;

/** The first of each lane: positions are given in order. */
const RETENTION = `
SELECT greatest(0, extract(epoch FROM clock_timestamp() - r.completed_at))::float8 AS completed,
       (SELECT extract(epoch FROM now() - min(first.day))::float8
          FROM messaging.lane l CROSS JOIN LATERAL (
            SELECT b.day FROM messaging.sealed_body b WHERE b.lane_id = l.id ORDER BY b.position LIMIT 1) first) AS oldest
  FROM messaging.retention r`;
