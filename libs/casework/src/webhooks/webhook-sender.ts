import { reached } from '@liaison/messaging';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { itemOf } from '../changes/change-item';
import { endOfChanges, readChanges } from '../changes/read-changes';
import type { Position } from '../changes/position';
import { URGENT_CHANGES } from '../changes/urgent-changes';
import { isMail, sendMessage, type Sending } from './send-message';

export interface WebhookSenderOptions extends Sending {
  /** Pool of the role `ingest`. */
  readonly database: DataSource;
  /** Of the agency, now. */
  readonly epoch: string;
  readonly logger: { warn(details: object, message: string): void };
  /** Hours of failure after which a webhook is disabled. */
  readonly giveUpHours: number;
  /** How often it looks for something to tell, in ms (default 500). */
  readonly pollMs?: number;
}

/** Type of the message that says what changed. */
export const CHANGES_MESSAGE = 'liaison.changes';
/** Type of the message that says that not everything that changed can be told any more: read everything again. */
export const MISSED_MESSAGE = 'liaison.changes.missed';

/** Changes that one message tells of at most. */
const MOST_CHANGES = 100;
/** Longer than a post may take: who holds it and is alive has marked by then. */
const LEASE_SECONDS = 30;
/** Between two mails to one address: what wakes somebody once need not ring a hundred times. */
const BETWEEN_MAILS_SECONDS = 60;
/** Webhooks that are sent to at a time. */
const AT_A_TIME = 4;

interface Held {
  readonly id: string;
  readonly token: string;
  readonly url: string;
  readonly units: string[] | null;
  readonly resources: string[] | null;
  readonly urgent: boolean;
  readonly generation: number;
  readonly former: boolean;
  readonly epoch: string;
  readonly xid: string;
  readonly change_id: string;
  readonly message_id: string | null;
  readonly message: string | null;
}

/**
 * Tells webhooks what changed: at least once, in the order of the feed, one message at a time to each. What is to be
 * sent is written down before it is sent, and where a webhook has come to after it was: a process that dies between
 * leaves a lease that ends, and the same message goes out again under the same id. Several processes share the work.
 */
export class WebhookSender {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private stopping = false;

  constructor(private readonly options: WebhookSenderOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.send(), this.options.pollMs ?? 500);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Everything that is due; a round that is under way is waited for instead. Never rejects. */
  send(): Promise<void> {
    this.running ??= Promise.all(Array.from({ length: AT_A_TIME }, () => this.work()))
      .then(() => undefined)
      .catch((error: unknown) => {
        this.options.logger.warn({ err: error }, 'webhooks could not be looked at');
      })
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async work(): Promise<void> {
    while (!this.stopping) {
      const [[held]] = await this.options.database.query<[Held[], number]>(CLAIM, [
        this.options.epoch,
        LEASE_SECONDS,
      ]);
      if (!held) return;
      await this.tell(held);
    }
  }

  private async tell(held: Held): Promise<void> {
    const message =
      held.message_id && held.message
        ? { id: held.message_id, body: held.message }
        : await this.compose(held);
    if (!message) return;
    const { delivered, status, error } = await sendMessage(this.options, held, { ...message, test: false });
    reached('notified', { topic: held.id, partition: 0, count: 1 });
    const { database, giveUpHours } = this.options;
    if (delivered) {
      await database.query(DELIVERED, [held.id, held.token, isMail(held.url) ? BETWEEN_MAILS_SECONDS : 0]);
      return;
    }
    const [[after]] = await database.query<[{ state: string; attempts: number }[], number]>(FAILED, [
      held.id,
      held.token,
      error,
      giveUpHours,
      // Gone for good, says who answers: nobody is to be asked again.
      status === 410,
    ]);
    if (after?.state === 'disabled') {
      this.options.logger.warn({ webhook: held.id, reason: error }, 'a webhook is disabled');
    }
  }

  /** Writes down what is to be said next. Undefined where there is nothing for this webhook: then it is brought forward. */
  private async compose(held: Held): Promise<{ readonly id: string; readonly body: string } | undefined> {
    const { database, epoch } = this.options;
    const after: Position = { epoch: held.epoch, xid: held.xid, id: held.change_id };
    const page = await readChanges(database, {
      epoch,
      after,
      ...(held.units && { units: held.units }),
      ...(held.resources && { resources: held.resources }),
      ...(held.urgent && { kinds: URGENT_CHANGES }),
      limit: MOST_CHANGES,
    });
    const until = page.expired ? await endOfChanges(database, epoch) : page.next;
    if (!page.expired && page.changes.length === 0) {
      await database.query(FORWARD, [held.id, held.token, until.epoch, until.xid, until.id]);
      return undefined;
    }
    const id = `msg_${randomUUID()}`;
    const body = JSON.stringify(
      page.expired
        ? { type: MISSED_MESSAGE, timestamp: new Date().toISOString(), data: {} }
        : {
            type: CHANGES_MESSAGE,
            timestamp: page.changes.at(-1)?.at.toISOString(),
            data: { items: page.changes.map(itemOf) },
          },
    );
    const [, written] = await database.query<[unknown[], number]>(COMPOSED, [
      held.id,
      held.token,
      id,
      body,
      until.epoch,
      until.xid,
      until.id,
    ]);
    return written === 1 ? { id, body } : undefined;
  }
}

const CLAIM = `
WITH due AS (
  SELECT w.id FROM casework.webhook w
   WHERE w.state = 'active' AND w.next_at <= clock_timestamp() AND w.lease_until < clock_timestamp()
     AND (w.message_id IS NOT NULL OR w.epoch <> $1
          OR EXISTS (SELECT FROM casework.change c
                      WHERE c.epoch = w.epoch AND (c.xid, c.id) > (w.xid, w.change_id)
                        AND c.xid < pg_snapshot_xmin(pg_current_snapshot()))
          OR EXISTS (SELECT FROM casework.change_horizon h
                      WHERE h.epoch = w.epoch AND (h.xid, h.id) > (w.xid, w.change_id)))
   ORDER BY w.next_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED
)
UPDATE casework.webhook w
   SET token = w.token + 1, lease_until = clock_timestamp() + make_interval(secs => $2::int)
  FROM due WHERE w.id = due.id
RETURNING w.id, w.token::text, w.url, w.units, w.resources, w.urgent, w.generation,
          coalesce(w.former_until > clock_timestamp(), false) AS former,
          w.epoch, w.xid::text, w.change_id::text, w.message_id, w.message`;

const COMPOSED = `
UPDATE casework.webhook SET message_id = $3, message = $4, until_epoch = $5, until_xid = $6::xid8, until_id = $7
 WHERE id = $1 AND token = $2`;

const FORWARD = `
UPDATE casework.webhook SET epoch = $3, xid = $4::xid8, change_id = $5, lease_until = '-infinity'
 WHERE id = $1 AND token = $2`;

const DELIVERED = `
UPDATE casework.webhook
   SET epoch = until_epoch, xid = until_xid, change_id = until_id, message_id = NULL, message = NULL, until_epoch = NULL,
       until_xid = NULL, until_id = NULL, attempts = 0, failing_since = NULL, last_error = NULL,
       delivered_at = clock_timestamp(), next_at = clock_timestamp() + make_interval(secs => $3::int), lease_until = '-infinity'
 WHERE id = $1 AND token = $2`;

/** 5 s, doubled up to an hour, a quarter more or less: those that failed together do not come back together. */
const FAILED = `
UPDATE casework.webhook
   SET attempts = attempts + 1, last_error = $3, failing_since = coalesce(failing_since, clock_timestamp()),
       next_at = clock_timestamp() + make_interval(secs => least(3600, 5 * 2 ^ least(attempts, 12)) * (0.75 + random() / 2)),
       lease_until = '-infinity',
       state = CASE WHEN $5::boolean OR failing_since < clock_timestamp() - make_interval(hours => $4::int) THEN 'disabled'
                    ELSE state END,
       reason = CASE WHEN $5::boolean THEN 'gone'
                     WHEN failing_since < clock_timestamp() - make_interval(hours => $4::int) THEN 'unreachable'
                     ELSE reason END
 WHERE id = $1 AND token = $2
RETURNING state, attempts`;
