import { AgencyPolicy, CLOCK, factsOfCase, protectAnswers, Revocations } from '@liaison/casework';
import type { Clock, Json } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import {
  currentCorrelationId,
  digestOfRequest,
  idempotencyScope,
  type Identity,
  requireIfMatch,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { requireAuthor } from './authorship';
import { IssuedCases, type OpenCase } from './issued-case';
import { Lookalikes } from './lookalikes';
import { type DraftContent, evolve, type IssuedNotice, type NoticeEvent } from './notice';
import { NoticeChange, NoticeRow } from './notice.entity';
import { searchedAgain } from './searched';
import { requireReadable } from './stored-notice';

/** What each command that changes an issued notice comes with. */
export interface ChangeRequest {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

export interface Change<Answer> {
  readonly event: NoticeEvent;
  readonly reason: string;
  /** Agencies that are told. */
  readonly told: readonly string[];
  /** The document that holds the content from now on. */
  readonly contentVersion?: number;
  readonly lanes: readonly number[];
  /** Where it says something else from now on. */
  readonly content?: DraftContent;
  /** With the notice as it is then. */
  readonly answer: (notice: IssuedNotice) => Answer;
}

export interface ChangeContext {
  readonly manager: EntityManager;
  readonly open: OpenCase;
  readonly at: Date;
}

/**
 * T1 of whatever changes an issued notice: once a key, the notice and its case locked, state, history and intents
 * together or nothing; and who is told to restrict or purge what it was given on a ground that this change has ended.
 */
@Injectable()
export class Changing {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly cases: IssuedCases,
    private readonly lookalikes: Lookalikes,
    private readonly dispatcher: Dispatcher,
    private readonly revocations: Revocations,
    private readonly policy: AgencyPolicy,
  ) {}

  /**
   * @param route Names the operation to its idempotency keys
   * @param request What was asked, beside the notice; only a digest of it is kept
   * @throws AppError `not-an-author`, `notice-not-found`, `notice-not-issued`, `precondition-required`, `precondition-failed`,
   * `idempotency-key-reused`, or what `work` throws
   */
  async change<Answer extends Record<string, Json>>(
    identity: Identity,
    route: string,
    { id, ifMatch, idempotencyKey }: ChangeRequest,
    request: object,
    work: (context: ChangeContext) => Promise<Change<Answer>>,
  ): Promise<Answer> {
    requireAuthor(this.cases.agency);
    const once = {
      key: idempotencyKey,
      scope: idempotencyScope(identity, route),
      requestDigest: digestOfRequest({ id, ifMatch, ...request }),
    };
    let lanes: readonly number[] = [];
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      runOnce(manager, once, async () => {
        const open = await this.cases.lock(manager, identity, id);
        const at = this.clock.now();
        requireReadable(this.policy, identity, open, at);
        requireIfMatch(ifMatch, open.notice.version);
        const change = await work({ manager, open, at });
        const notice = evolve(open.notice, change.event) as IssuedNotice;
        await manager.update(NoticeRow, id, {
          state: notice.state,
          version: notice.version,
          earlier: [...notice.earlier],
          ...(change.contentVersion !== undefined && { caseVersion: change.contentVersion }),
        });
        const revoked = await this.revocations.revokeEnded(manager, open.caseId, {
          agent: identity.pseudonym,
          correlationId: currentCorrelationId(),
        });
        const answered = await this.protectAnswers(manager, identity, open);
        if (change.contentVersion !== undefined) await searchedAgain(manager, identity, id);
        await manager.insert(NoticeChange, {
          noticeId: id,
          version: notice.version,
          kind: change.event.type,
          reason: change.reason,
          told: [...change.told],
          unit: identity.unit,
          author: identity.pseudonym,
          at,
        });
        if (change.content) await this.lookalikes.replace(manager, identity, id, change.content);
        lanes = [...change.lanes, ...revoked, ...answered];
        return { status: 202, body: change.answer(notice) };
      }),
    );
    this.dispatcher.wake([...new Set(lanes)]);
    return body;
  }

  /** What was answered about the person in an emergency rests on the same facts. @returns lanes to wake */
  private async protectAnswers(
    manager: EntityManager,
    identity: Identity,
    { id, caseId }: OpenCase,
  ): Promise<readonly number[]> {
    const by = { agent: identity.pseudonym, correlationId: currentCorrelationId() };
    const lanes: number[] = [];
    for (const requestCase of await protectAnswers(manager, id, await factsOfCase(manager, caseId))) {
      lanes.push(...(await this.revocations.revokeEnded(manager, requestCase, by)));
    }
    return lanes;
  }
}
