import { CONVENTIONS_TOPIC } from '@liaison/contracts';
import type { DataSource } from 'typeorm';
import {
  type Batch,
  type Broker,
  conventionsGroup,
  type IncomingMessage,
  type Subscription,
} from '../broker';
import type { MessagingLogger } from '../dispatch/ports';
import { keyOf, type PublishedConvention, type StatementKeys } from './convention-statement';

export interface PublishedConventionsOptions {
  readonly agency: string;
  readonly broker: Broker;
  /** Pool of the `ingest` role. */
  readonly database: DataSource;
  readonly keys: StatementKeys;
  readonly logger: MessagingLogger;
  /** Some are known that were not. Repeated at the next look where it rejects. */
  readonly onNew: (all: readonly PublishedConvention[]) => Promise<void>;
  /** How often the table is looked at for what another process of the agency received, in ms (default 5000). */
  readonly lookMs?: number;
  /** Pause before the topic is tried again, in ms (default 15000). */
  readonly retryMs?: number;
}

export interface FollowingStatus {
  /** False while the topic cannot be read. */
  readonly following: boolean;
  /** Conventions that are kept and not signed by a key of today. */
  readonly unsigned: number;
  /** Since the start of the process, by why. */
  readonly refused: Readonly<Record<'not-signed' | 'other-text', number>>;
}

/**
 * Follows the topic of conventions. What is signed by a key that counts is kept in the agency's own database, so that it
 * stays known while the topic cannot be reached and after a restart; nothing of it is ever changed or removed. One
 * process of the agency receives, all of them look. A topic that is missing, forbidden or away stops nothing.
 */
export class PublishedConventions {
  private subscription?: Subscription;
  private timer?: NodeJS.Timeout;
  private retry?: NodeJS.Timeout;
  private looking?: Promise<void>;
  private closing = false;
  /** Rows that `onNew` was told of, or that were read before the start. */
  private known = 0;
  private readonly standing = { following: true, unsigned: 0, refused: { 'not-signed': 0, 'other-text': 0 } };

  constructor(private readonly options: PublishedConventionsOptions) {}

  /** How following fares in this process; nothing of it stops what is in use. */
  get status(): FollowingStatus {
    return this.standing;
  }

  /** All that are known here, verified once more: a key that no longer counts takes its conventions with it. */
  async read(): Promise<readonly PublishedConvention[]> {
    const { database, keys, logger } = this.options;
    const rows = await database.query<{ id: string; version: number; statement: Buffer }[]>(
      'SELECT id, version, statement FROM messaging.convention ORDER BY id, version',
    );
    this.known = rows.length;
    const opened = await Promise.all(
      rows.map(async ({ id, version, statement }) => {
        try {
          const convention = await keys.open(statement);
          if (keyOf(convention) === keyOf({ id, version })) return [convention];
        } catch {
          // Said below, in the same way.
        }
        logger.error(
          { convention: keyOf({ id, version }) },
          'a kept convention is not signed by a key of today',
        );
        return [];
      }),
    );
    this.standing.unsigned = opened.filter((each) => each.length === 0).length;
    return opened.flat();
  }

  /** Returns at once. */
  start(): void {
    this.timer = setInterval(() => void this.look(), this.options.lookMs ?? 5_000);
    void this.follow();
  }

  async stop(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    await this.subscription?.close();
    await this.looking;
  }

  private async follow(): Promise<void> {
    const { agency, broker, logger } = this.options;
    if (this.closing) return;
    try {
      await broker.connect();
      const subscription = await broker.subscribe({
        group: conventionsGroup(agency),
        topics: [CONVENTIONS_TOPIC],
        onBatch: (batch) => this.receive(batch),
        onCrash: (error) => this.again(error),
      });
      this.subscription = subscription;
      // Closed meanwhile: there was nothing to close then.
      this.standing.following = true;
      if (this.closing) await subscription.close();
      else logger.info({ topic: CONVENTIONS_TOPIC }, 'conventions are followed');
    } catch (error) {
      this.again(error);
    }
  }

  private again(error: unknown): void {
    if (this.closing) return;
    this.standing.following = false;
    const { logger, retryMs = 15_000 } = this.options;
    logger.warn({ err: error }, 'conventions are not followed for now: those that are known stay in use');
    this.retry = setTimeout(() => void this.follow(), retryMs);
  }

  private async receive({ messages }: Batch): Promise<void> {
    for (const message of messages) await this.keep(message);
    await this.look();
  }

  /** A version is kept once: the same again is a repeat, another text under its name is refused. */
  private async keep({ key, value, offset }: IncomingMessage): Promise<void> {
    const { database, keys, logger } = this.options;
    const convention = await keys.open(value).catch(() => undefined);
    if (!convention || keyOf(convention) !== key) {
      this.standing.refused['not-signed'] += 1;
      logger.error(
        { convention: key.slice(0, 100), offset },
        'a convention was refused: it is not signed by a key that counts',
      );
      return;
    }
    const kept = await database.query<{ statement: Buffer }[]>(
      `WITH added AS (
         INSERT INTO messaging.convention (id, version, statement) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING statement)
       SELECT statement FROM added UNION ALL
       SELECT statement FROM messaging.convention WHERE id = $1 AND version = $2`,
      [convention.id, convention.version, value],
    );
    const [first] = kept;
    const before = first && (await keys.open(first.statement).catch(() => undefined));
    if (before && before.text !== convention.text) {
      this.standing.refused['other-text'] += 1;
      logger.error(
        { convention: key },
        'a convention was refused: this version was published with another text',
      );
    }
  }

  /** Never rejects; one look at a time. */
  private look(): Promise<void> {
    this.looking ??= this.tellOfNew().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async tellOfNew(): Promise<void> {
    const { database, logger, onNew } = this.options;
    const before = this.known;
    try {
      const [row] = await database.query<{ count: number }[]>(
        'SELECT count(*)::int AS count FROM messaging.convention',
      );
      if (row?.count === before) return;
      await onNew(await this.read());
    } catch (error) {
      this.known = before;
      logger.warn({ err: error }, 'new conventions are not in use yet; trying again');
    }
  }
}
