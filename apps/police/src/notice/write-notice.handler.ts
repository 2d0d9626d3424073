import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import {
  answerOnce,
  digestOfRequest,
  idempotencyScope,
  type Identity,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Issuing, provisionalDecision } from './issuing';
import { decide, type Draft, evolve } from './notice';
import { NoticeRow } from './notice.entity';
import type { NamedRecipient } from './recipients';

export interface WriteAndIssue {
  readonly draft: Draft;
  /** Default: the competent préfectures. */
  readonly recipients?: readonly NamedRecipient[] | null;
  readonly idempotencyKey: string;
}

/** T1 of a new notice. */
@Injectable()
export class WriteNoticeHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly issuing: Issuing,
    private readonly dispatcher: Dispatcher,
  ) {}

  async write(identity: Identity, draft: Draft) {
    const id = uuidv7();
    const { state, version } = evolve(undefined, decide(undefined, { type: 'write', draft }));
    const row = { id, unit: identity.unit, author: identity.pseudonym, state, version, draft };
    await serveTransaction(this.database, identity, (manager) =>
      manager.insert(NoticeRow, { ...row, createdAt: this.clock.now() }),
    );
    return { id, state, version, recipients: [] };
  }

  /**
   * Written and issued in one transaction: the notice, its case, its document and the intents, or nothing. The answer is
   * known before, so that the whole is three statements.
   * @throws AppError: see `recipientsOf`, or `idempotency-key-reused`
   */
  async writeAndIssue(identity: Identity, { draft, recipients, idempotencyKey }: WriteAndIssue) {
    const at = this.clock.now();
    const plan = this.issuing.plan(draft, recipients, at);
    const written = evolve(undefined, decide(undefined, { type: 'write', draft }));
    const named = plan.recipients.map(({ recipient }) => recipient.agency.id);
    const { state, version } = evolve(written, decide(written, { type: 'issue', recipients: named }));
    const id = uuidv7();
    const once = {
      key: idempotencyKey,
      scope: idempotencyScope(identity, 'POST /v1/notices'),
      requestDigest: digestOfRequest({ draft, recipients }),
    };
    const answer = { id, state, version, recipients: plan.recipients.map(provisionalDecision) };
    let lanes: readonly number[] = [];
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      answerOnce(manager, once, { status: 202, body: answer }, async () => {
        const caseId = uuidv7();
        const recorded = await this.issuing.record(manager, identity, plan, { caseId, at });
        lanes = recorded.lanes;
        const { unit, pseudonym } = identity;
        await manager.query(INSERT_ISSUED, [
          id,
          unit,
          pseudonym,
          state,
          version,
          caseId,
          recorded.version,
          at,
        ]);
      }),
    );
    this.dispatcher.wake(lanes);
    return body;
  }
}

/** The hot path: to word it with the query builder takes longer than to run it. */
const INSERT_ISSUED = `
INSERT INTO police.notice (id, unit, author, state, version, case_id, case_version, created_at, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`;
