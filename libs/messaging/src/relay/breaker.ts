import { AppError } from '@liaison/kernel';
import type { Lease } from '../dispatch/lease';
import type { Sql } from '../outbox/lanes';

/** Failures in a row, over all lanes of a recipient, that open its breaker: a leader that moved is none. */
const THRESHOLD = 3;
/** Until a breaker that another process has in hand is looked at again, in ms: the poll of the dispatcher. */
const ELSEWHERE_MS = 1_000;

const ABOUT_RECIPIENT: readonly string[] = [
  'topic-unknown',
  'topic-forbidden',
  'broker-not-authorised',
  'broker-unavailable',
  'broker-unreachable',
];

/** Whether the recipient's inbox cannot be reached; false for what one message or this agency's own database caused. */
export const isRecipientFailure = (error: unknown): error is AppError =>
  error instanceof AppError && ABOUT_RECIPIENT.includes(error.code);

/** A breaker that is not closed, as the dispatcher's poll reads it. */
export interface OpenBreaker {
  readonly topic: string;
  /** Until the next try may begin. */
  readonly wait_ms: number;
}

interface Known {
  /** In a row, while closed. */
  failures: number;
  open: boolean;
  /** No lane of the recipient is worked on before this (`performance.now`). */
  until: number;
  /** A lane of this process is on its way to probe. */
  reserved: boolean;
  /** `performance.now` of the last change: an older reading of the table does not count. */
  changed: number;
}

/**
 * One breaker a recipient (its topic). Closed: its lanes work. Open: they freeze nothing and publish nothing. Half-open:
 * one lane, of one process, tries one message. The table says so for all processes; what this one knows of it is at
 * most one poll old.
 */
export class Breakers {
  private readonly known = new Map<string, Known>();

  constructor(private readonly database: Sql) {}

  isOpen(topic: string): boolean {
    return this.known.get(topic)?.open ?? false;
  }

  /** When a lane of the recipient may be worked on (`performance.now`); Infinity while another one probes. */
  heldUntil(topic: string | undefined): number {
    const known = topic === undefined ? undefined : this.known.get(topic);
    if (!known?.open) return 0;
    return known.reserved ? Infinity : known.until;
  }

  /** For one lane, until `release`: the others of its recipient go on waiting. */
  reserve(topic: string): void {
    this.of(topic).reserved = true;
  }

  release(topic: string): void {
    this.of(topic).reserved = false;
  }

  /** What the table said at `askedAt` (`performance.now`). */
  load(open: readonly OpenBreaker[], askedAt: number): void {
    const waits = new Map(open.map(({ topic, wait_ms }) => [topic, wait_ms]));
    for (const topic of new Set([...waits.keys(), ...this.known.keys()])) {
      const known = this.of(topic);
      if (known.reserved || known.changed > askedAt) continue;
      const wait = waits.get(topic);
      if (wait === undefined && known.open) known.failures = 0;
      known.open = wait !== undefined;
      if (wait !== undefined) known.until = askedAt + wait;
    }
  }

  /** Half-opens it for this lane; false when it is not time yet, or another process probes. */
  async takeProbe({ topic, laneId }: Lease): Promise<boolean> {
    const [, taken] = await this.database.query<[unknown[], number]>(TAKE_PROBE, [topic, laneId]);
    if (taken === 0) this.change(topic, { until: performance.now() + ELSEWHERE_MS });
    return taken === 1;
  }

  /** @param probing the lane held the probe: its failure makes the next pause longer */
  async failed({ topic }: Lease, error: AppError, probing: boolean): Promise<void> {
    const known = this.of(topic);
    known.failures += 1;
    if (!probing && (known.open || known.failures < THRESHOLD)) return;
    this.change(topic, { open: true, until: performance.now() + ELSEWHERE_MS });
    const most = error.retriable ? 5 : 60;
    const [row] = await this.database.query<{ wait_ms: number }[]>(OPEN, [topic, error.code, most, probing]);
    if (row) this.change(topic, { until: performance.now() + row.wait_ms });
  }

  /** Messages were taken by the broker. @returns whether this closed the breaker */
  async passed(topic: string): Promise<boolean> {
    const known = this.known.get(topic);
    if (!known) return false;
    known.failures = 0;
    if (!known.open) return false;
    await this.database.query(CLOSE, [topic]);
    this.change(topic, { open: false, until: 0 });
    return true;
  }

  /** The lane that held the probe had nothing to send: another one may try. */
  async undecided(topic: string): Promise<void> {
    await this.database.query(GIVE_BACK, [topic]);
    this.change(topic, { until: 0 });
  }

  private of(topic: string): Known {
    let known = this.known.get(topic);
    if (!known) {
      known = { failures: 0, open: false, until: 0, reserved: false, changed: 0 };
      this.known.set(topic, known);
    }
    return known;
  }

  private change(topic: string, change: Partial<Known>): void {
    Object.assign(this.of(topic), change, { changed: performance.now() });
  }
}

/** Half-open and nobody behind it any more: the process of its lane has died. */
const IS_DUE = `(b.next_at <= clock_timestamp() OR (b.state = 'half-open' AND NOT EXISTS (
  SELECT FROM messaging.lane p WHERE p.id = b.lane_id AND p.lease_until > clock_timestamp())))`;

/**
 * For the dispatcher's poll: breakers that are not closed. One whose recipient has nothing any more to try with (all of
 * it was taken back) is closed by the way.
 */
export const OPEN_BREAKERS = `
WITH idle AS (
  UPDATE messaging.breaker b SET state = 'closed', since = clock_timestamp(), reason = NULL, attempts = 0, next_at = NULL
   WHERE b.state <> 'closed' AND ${IS_DUE} AND NOT EXISTS (
     SELECT FROM messaging.lane l
      WHERE l.topic = b.topic
        AND (l.marked_position < l.last_position OR EXISTS (SELECT FROM messaging.intent i WHERE i.lane_id = l.id)
             OR EXISTS (SELECT FROM messaging.resend r WHERE r.lane_id = l.id)))
  RETURNING b.topic
)
SELECT b.topic, CASE WHEN ${IS_DUE} THEN 0
                     WHEN b.state = 'half-open' THEN ${ELSEWHERE_MS}
                     ELSE greatest(0, extract(epoch FROM b.next_at - clock_timestamp()) * 1000) END::float8 AS wait_ms
  FROM messaging.breaker b WHERE b.state <> 'closed' AND b.topic NOT IN (SELECT topic FROM idle)`;

/** Far longer than a try takes: who takes it gives it back, or loses its lease. */
const TAKE_PROBE = `
UPDATE messaging.breaker b
   SET state = 'half-open', lane_id = $2, next_at = clock_timestamp() + interval '10 minutes'
 WHERE b.topic = $1 AND b.state <> 'closed' AND ${IS_DUE}`;

/** Pauses of 1 s, doubled up to $3 s, with jitter. One that is open already is left to whoever probes it. */
const OPEN = `
INSERT INTO messaging.breaker AS b (topic, state, reason, attempts, next_at)
VALUES ($1, 'open', $2, 1, clock_timestamp() + make_interval(secs => 0.75 + random() / 2))
ON CONFLICT (topic) DO UPDATE
  SET state = 'open', reason = $2, lane_id = NULL,
      since = CASE WHEN b.state = 'closed' THEN clock_timestamp() ELSE b.since END,
      attempts = CASE WHEN b.state = 'closed' THEN 1 ELSE b.attempts + 1 END,
      next_at = clock_timestamp() + make_interval(secs => (0.75 + random() / 2) *
        least($3::int, CASE WHEN b.state = 'closed' THEN 1 ELSE 2 ^ least(b.attempts, 10) END))
  WHERE b.state = 'closed' OR $4::boolean
RETURNING extract(epoch FROM b.next_at - clock_timestamp())::float8 * 1000 AS wait_ms`;

/** Where the broker itself was away, it is back for everybody: the others need not wait for their turn. */
const CLOSE = `
WITH closed AS (
  UPDATE messaging.breaker SET state = 'closed', since = clock_timestamp(), reason = NULL, attempts = 0,
         next_at = NULL, lane_id = NULL
   WHERE topic = $1 AND state <> 'closed'
)
UPDATE messaging.breaker SET next_at = least(next_at, clock_timestamp())
 WHERE topic <> $1 AND state = 'open' AND reason = 'broker-unavailable'`;

const GIVE_BACK = `
UPDATE messaging.breaker SET state = 'open', next_at = clock_timestamp(), lane_id = NULL
 WHERE topic = $1 AND state = 'half-open'`;
