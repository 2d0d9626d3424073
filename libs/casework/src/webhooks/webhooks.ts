import { AppError, type Clock } from '@liaison/kernel';
import type { Messaging } from '@liaison/messaging';
import {
  digestOfRequest,
  idempotencyScope,
  type Identity,
  LOGGER,
  type Logger,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CLOCK, MESSAGING } from '../agency/tokens';
import { endOfChanges } from '../changes/read-changes';
import { Mailer } from './mailer';
import { isMail, sendMessage } from './send-message';
import type { RegisterWebhookBody, WebhookItem, WebhookSecret, WebhookTest } from './webhook.dto';
import { WebhookSecrets } from './webhook-secret';
import { WebhookTargets } from './webhook-target';

/** Of one agency. */
const MOST_WEBHOOKS = 20;
const TEST_MESSAGE = 'liaison.webhook.test';

interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly units: string[] | null;
  readonly resources: string[] | null;
  readonly urgent: boolean;
  readonly state: string;
  readonly reason: string | null;
  readonly generation: number;
  readonly former: boolean;
  readonly former_until: Date | null;
  readonly failing_since: Date | null;
  readonly last_error: string | null;
  readonly delivered_at: Date | null;
  readonly next_at: Date;
  readonly created_at: Date;
}

/** What operators do with the webhooks of their agency. Who did it stands in the row and in the log. */
@Injectable()
export class Webhooks {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    readonly secrets: WebhookSecrets,
    readonly targets: WebhookTargets,
    readonly mailer: Mailer,
  ) {}

  async list(identity: Identity): Promise<WebhookItem[]> {
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<WebhookRow[]>(`${SELECT} ORDER BY w.id`),
    );
    return rows.map(itemOf);
  }

  /**
   * It is told of what changes from now on.
   * @throws AppError `webhook-target-refused`, `webhooks-not-configured`, `mail-not-configured`, `too-many-webhooks`, or what `runOnce` throws
   */
  async register(identity: Identity, key: string, body: RegisterWebhookBody): Promise<WebhookSecret> {
    const { url, description = null, units = null, resources = null } = body;
    const mail = isMail(url);
    const urgent = mail || (body.urgent ?? false);
    const id = uuidv7();
    if (mail) this.mailer.addressIn(new URL(url));
    else this.checkPost(url, id);
    const once = {
      key,
      scope: idempotencyScope(identity, 'POST /v1/webhooks'),
      requestDigest: digestOfRequest({ url, description, units, resources, urgent }),
    };
    const { body: stored, replayed } = await serveTransaction(this.database, identity, (manager) =>
      runOnce<{ id: string; generation: number }>(manager, once, async () => {
        const [count] = await manager.query<{ count: number }[]>(
          'SELECT count(*)::int AS count FROM casework.webhook',
        );
        if ((count?.count ?? 0) >= MOST_WEBHOOKS) {
          throw new AppError(
            'too-many-webhooks',
            `An agency has ${MOST_WEBHOOKS} webhooks at most: remove one first.`,
          );
        }
        const from = await endOfChanges(manager, this.messaging.epoch);
        await manager.query(REGISTER, [
          id,
          url,
          description,
          units,
          resources,
          identity.pseudonym,
          this.clock.now(),
          from.epoch,
          from.xid,
          from.id,
          urgent,
        ]);
        return { status: 201, body: { id, generation: 1 } };
      }),
    );
    if (!replayed) this.said(identity, stored.id, 'registered');
    return { id: stored.id, secret: mail ? null : this.secrets.of(stored.id, stored.generation) };
  }

  /**
   * A new secret. The former signs beside it for a day, so that the receiver can change over.
   * @throws AppError `webhook-not-found`, `webhook-without-secret`, `webhooks-not-configured`, or what `runOnce` throws
   */
  async rotate(identity: Identity, key: string, id: string): Promise<WebhookSecret> {
    const once = {
      key,
      scope: idempotencyScope(identity, 'POST /v1/webhooks/:id/rotate-secret'),
      requestDigest: digestOfRequest({ id }),
    };
    const { body, replayed } = await serveTransaction(this.database, identity, (manager) =>
      runOnce<{ id: string; generation: number }>(manager, once, async () => {
        const { generation, url } = await this.change(
          manager,
          id,
          `generation = generation + 1, former_until = clock_timestamp() + interval '24 hours'`,
        );
        if (isMail(url)) throw withoutSecret();
        this.secrets.of(id, generation);
        return { status: 200, body: { id, generation } };
      }),
    );
    if (!replayed) this.said(identity, id, 'secret rotated');
    return { id, secret: this.secrets.of(id, body.generation) };
  }

  /** What changes meanwhile is told when it is resumed. @throws AppError `webhook-not-found` */
  pause(identity: Identity, id: string): Promise<WebhookItem> {
    return this.set(identity, id, `state = 'paused', reason = NULL`, 'paused');
  }

  /** Goes on where it stopped, a disabled one too. @throws AppError `webhook-not-found` */
  resume(identity: Identity, id: string): Promise<WebhookItem> {
    const change = `state = 'active', reason = NULL, attempts = 0, failing_since = NULL, next_at = clock_timestamp()`;
    return this.set(identity, id, change, 'resumed');
  }

  /** @throws AppError `webhook-not-found` */
  async remove(identity: Identity, id: string): Promise<void> {
    await serveTransaction(this.database, identity, async (manager) => {
      const [, removed] = await manager.query<[unknown[], number]>(
        'DELETE FROM casework.webhook WHERE id = $1',
        [id],
      );
      if (removed === 0) throw notFound();
    });
    this.said(identity, id, 'removed');
  }

  /** A message that says nothing, sent now, whatever its state. @throws AppError `webhook-not-found` */
  async test(identity: Identity, id: string): Promise<WebhookTest> {
    const webhook = await serveTransaction(this.database, identity, (manager) => getWebhook(manager, id));
    const message = {
      id: `msg_${randomUUID()}`,
      body: JSON.stringify({ type: TEST_MESSAGE, timestamp: this.clock.now().toISOString(), data: {} }),
      test: true,
    };
    const { delivered, status = null, error = null } = await sendMessage(this, webhook, message);
    return { delivered, status, error };
  }

  private async set(identity: Identity, id: string, change: string, act: string): Promise<WebhookItem> {
    const row = await serveTransaction(this.database, identity, (manager) =>
      this.change(manager, id, change),
    );
    this.said(identity, id, act);
    return itemOf(row);
  }

  private async change(manager: EntityManager, id: string, change: string): Promise<WebhookRow> {
    await manager.query(`UPDATE casework.webhook SET ${change} WHERE id = $1`, [id]);
    return getWebhook(manager, id);
  }

  /** @throws AppError `webhook-target-refused`, `webhooks-not-configured` */
  private checkPost(url: string, id: string): void {
    this.targets.check(url);
    this.secrets.of(id, 1);
  }

  private said({ pseudonym }: Identity, webhook: string, act: string): void {
    this.logger.info({ webhook, agent: pseudonym }, `webhook ${act}`);
  }
}

async function getWebhook(manager: EntityManager, id: string): Promise<WebhookRow> {
  const [row] = await manager.query<WebhookRow[]>(`${SELECT} WHERE w.id = $1`, [id]);
  if (!row) throw notFound();
  return row;
}

const withoutSecret = (): AppError =>
  new AppError('webhook-without-secret', 'Mail is not signed: there is no secret to change.');

const notFound = (): AppError => new AppError('webhook-not-found', 'This agency has no such webhook.');

const instant = (at: Date | null): string | null => at?.toISOString() ?? null;

function itemOf(row: WebhookRow): WebhookItem {
  const { id, url, description, units, resources, urgent, state, reason, last_error: lastError } = row;
  return {
    id,
    url,
    description,
    units,
    resources,
    urgent,
    state,
    reason,
    failingSince: instant(row.failing_since),
    lastError,
    deliveredAt: instant(row.delivered_at),
    nextTryAt: state === 'active' && row.failing_since ? instant(row.next_at) : null,
    formerSecretUntil: row.former ? instant(row.former_until) : null,
    createdAt: row.created_at.toISOString(),
  };
}

const SELECT = `
SELECT w.id, w.url, w.description, w.units, w.resources, w.urgent, w.state, w.reason, w.generation,
       coalesce(w.former_until > clock_timestamp(), false) AS former, w.former_until, w.failing_since, w.last_error,
       w.delivered_at, w.next_at, w.created_at
  FROM casework.webhook w`;

const REGISTER = `
INSERT INTO casework.webhook
  (id, url, description, units, resources, state, generation, created_by, created_at, epoch, xid, change_id,
   urgent)
VALUES ($1, $2, $3, $4, $5, 'active', 1, $6, $7, $8, $9::xid8, $10, $11)`;
