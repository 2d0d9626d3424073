import { AppError } from '@liaison/kernel';
import type { Messaging } from '@liaison/messaging';
import {
  decodeCursor,
  encodeCursor,
  type Identity,
  INGEST_DATABASE,
  LOGGER,
  type Logger,
  type Role,
  SERVE_DATABASE,
  ServiceConfig,
  serveTransaction,
} from '@liaison/platform';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { MESSAGING } from '../agency/tokens';
import type { ChangePage, ListChangesQuery } from './change.dto';
import { itemOf } from './change-item';
import { cursorContent, isCursorContent, type Position } from './position';
import { type Change, endOfChanges, purgeChanges, readChanges } from './read-changes';

/** Roles that may know that a record of this kind exists and changed, by kind of record. What is not named is not shown. */
export type ChangeReaders = Readonly<Record<string, readonly Role[]>>;
export const CHANGE_READERS = Symbol('CHANGE_READERS');

/** Between two looks of a request that waits, in ms. */
const LOOK_MS = 400;
/** Requests that may wait at a time; whoever comes then gets what there is. */
const MOST_WAITING = 50;
const PURGE_MS = 60_000;

/** What changed in what the caller's unit holds, as far as the caller's roles may know of it. */
@Injectable()
export class ChangeFeed implements BeforeApplicationShutdown {
  private waiting = 0;
  private readonly stopping = new AbortController();
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(INGEST_DATABASE) private readonly ingest: DataSource,
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(CHANGE_READERS) private readonly readers: ChangeReaders,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly config: ServiceConfig,
  ) {}

  /** Forgets what is older than its retention, once a minute. */
  start(): void {
    this.timer = setInterval(() => void this.purge(), PURGE_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  /**
   * @param gone aborts when the caller no longer waits
   * @throws AppError `cursor-invalid`, `cursor-expired`
   */
  async list(
    identity: Identity,
    { after, limit, wait }: ListChangesQuery,
    gone: AbortSignal,
  ): Promise<ChangePage> {
    const until = performance.now() + wait * 1_000;
    let position = await this.positionOf(identity, after);
    let page = await this.read(identity, position, limit);
    if (page.changes.length > 0 || wait === 0 || this.waiting >= MOST_WAITING) return pageOf(page);
    this.waiting += 1;
    try {
      const signal = AbortSignal.any([gone, this.stopping.signal]);
      while (page.changes.length === 0 && performance.now() < until && !signal.aborted) {
        await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
        position = page.next;
        page = await this.read(identity, position, limit);
      }
    } finally {
      this.waiting -= 1;
    }
    return pageOf(page);
  }

  private positionOf(identity: Identity, after: string | undefined): Promise<Position | undefined> {
    if (after === 'now') {
      const { epoch } = this.messaging;
      return serveTransaction(this.database, identity, (manager) => endOfChanges(manager, epoch));
    }
    if (after === undefined) return Promise.resolve(undefined);
    const [epoch, xid, id] = decodeCursor(after, isCursorContent);
    return Promise.resolve({ epoch, xid, id });
  }

  private async read(identity: Identity, after: Position | undefined, limit: number) {
    const page = await serveTransaction(this.database, identity, (manager) =>
      readChanges(manager, {
        epoch: this.messaging.epoch,
        ...(after && { after }),
        units: [identity.unit],
        resources: readableBy(this.readers, identity.roles),
        limit,
      }),
    );
    if (page.expired) {
      throw new AppError(
        'cursor-expired',
        'What changed since then is no longer kept: take `after=now`, read the lists again, then follow from there.',
      );
    }
    return page;
  }

  private async purge(): Promise<void> {
    try {
      await purgeChanges(this.ingest, this.messaging.epoch, this.config.changesDays);
    } catch (error) {
      this.logger.warn({ err: error }, 'old lines of the change feed could not be purged');
    }
  }
}

const readableBy = (readers: ChangeReaders, roles: readonly string[]): string[] =>
  Object.entries(readers)
    .filter(([, allowed]) => allowed.some((role) => roles.includes(role)))
    .map(([resource]) => resource);

const pageOf = ({
  changes,
  next,
}: {
  readonly changes: readonly Change[];
  readonly next: Position;
}): ChangePage => ({ items: changes.map(itemOf), next: encodeCursor(cursorContent(next)) });
