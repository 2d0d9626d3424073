import { CLOCK, storeSearchTerms } from '@liaison/casework';
import type { Clock, Json } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import {
  answersOnce,
  digestOfRequest,
  Grouped,
  idempotencyScope,
  type Identity,
  type OnceRequest,
  type OnceResponse,
  readerKey,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
  storedAnswer,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AnsweringOpinions } from '../opinion-request/answering';
import { requireAuthor } from './authorship';
import { Issuing, type Opening, provisionalDecision } from './issuing';
import { Lookalikes } from './lookalikes';
import { type CompleteDraft, decide, type Draft, type DraftContent, evolve } from './notice';
import type { LookalikeWarning } from './notice.answers';
import { NoticeRow } from './notice.entity';
import type { NamedRecipient } from './recipients';

export interface WriteAndIssue {
  readonly draft: CompleteDraft;
  /** Default: the competent préfectures. */
  readonly recipients?: readonly NamedRecipient[] | null;
  readonly idempotencyKey: string;
}

/** T1 of a new notice. */
@Injectable()
export class WriteNoticeHandler {
  private readonly comparing = new Grouped<Comparison, readonly LookalikeWarning[]>((all) =>
    this.compareTogether(all),
  );
  private readonly together = new Grouped<Issue, readonly number[] | undefined>((all) =>
    this.issueTogether(all),
  );

  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly issuing: Issuing,
    private readonly answering: AnsweringOpinions,
    private readonly lookalikes: Lookalikes,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * @param idempotencyKey without one, each request writes a draft of its own
   * @throws AppError `not-an-author` or `idempotency-key-reused`
   */
  async write(identity: Identity, draft: Draft, idempotencyKey?: string) {
    requireAuthor(this.issuing.agency);
    return serveTransaction(this.database, identity, async (manager) => {
      if (idempotencyKey === undefined) return this.keep(manager, identity, draft);
      const once = onceOf(identity, idempotencyKey, { state: 'draft', draft });
      const command = async () => ({ status: 201, body: await this.keep(manager, identity, draft) });
      return (await runOnce(manager, once, command)).body;
    });
  }

  private async keep(manager: EntityManager, identity: Identity, draft: Draft) {
    const id = uuidv7();
    const at = this.clock.now();
    const { state, version } = evolve(undefined, decide(undefined, { type: 'write', draft }));
    const row = { id, unit: identity.unit, author: identity.pseudonym, state, version, draft };
    await manager.insert(NoticeRow, { ...row, createdAt: at });
    await storeSearchTerms(manager, [{ id, caseId: id, unit: identity.unit, content: draft.content }]);
    await this.lookalikes.remember(manager, identity, [{ id, content: draft.content }]);
    const asked = { content: draft.content, own: id };
    const warnings = await this.lookalikes.findOne(manager, identity, asked, at);
    return { id, state, version, recipients: [], warnings: warnings.map((warning) => ({ ...warning })) };
  }

  /**
   * Written and issued in one transaction: the notice, its case, its document and the intents, or nothing. The answer is
   * known before, so notices that come at the same time are three statements together.
   * @throws AppError: see `recipientsOf` and `AnsweringOpinions.answerWith`, `not-an-author` or `idempotency-key-reused`
   */
  async writeAndIssue(identity: Identity, { draft, recipients, idempotencyKey }: WriteAndIssue) {
    requireAuthor(this.issuing.agency);
    const at = this.clock.now();
    const plan = this.issuing.plan(draft, recipients, at);
    const written = evolve(undefined, decide(undefined, { type: 'write', draft }));
    const named = plan.recipients.map(({ recipient }) => recipient.agency.id);
    const { state, version } = evolve(written, decide(written, { type: 'issue', recipients: named }));
    const once = onceOf(identity, idempotencyKey, { draft, recipients });
    const warnings = await this.comparing.submit(readerKey(identity), { identity, draft, at });
    const answer = {
      id: uuidv7(),
      state,
      version,
      recipients: plan.recipients.map(provisionalDecision),
      warnings: warnings.map((warning) => ({ ...warning })),
    };
    const opening = this.issuing.opening(identity, plan, { caseId: uuidv7(), at });
    const issue = {
      identity,
      once,
      response: { status: 202, body: answer },
      opening,
      content: draft.content,
    };
    const lanes =
      draft.content.procedure.opinionRequest === undefined
        ? await this.together.submit(readerKey(identity), issue)
        : await this.issueInAnswer(issue, draft, at);
    if (lanes) {
      this.dispatcher.wake(lanes);
      return answer;
    }
    const stored = await serveTransaction(this.database, identity, (manager) =>
      storedAnswer<typeof answer>(manager, once),
    );
    return stored.body;
  }

  /** Alone: what it answers may be answered already, which is to fail no notice but this one. */
  private issueInAnswer(issue: Issue, { content }: CompleteDraft, at: Date) {
    return serveTransaction(this.database, issue.identity, async (manager) => {
      const [lanes] = await this.record(manager, [issue]);
      if (!lanes) return undefined;
      const { id } = issue.response.body;
      return [...lanes, ...(await this.answering.answerWith(manager, issue.identity, id, content, at))];
    });
  }

  /** Before T1: nothing of it is needed there, and what it finds stands in no one's way. */
  private async compareTogether(
    all: readonly Comparison[],
  ): Promise<readonly (readonly LookalikeWarning[])[]> {
    const [first] = all;
    if (!first) return [];
    return serveTransaction(this.database, first.identity, (manager) => {
      const asked = all.map(({ draft: { content } }) => ({ content }));
      return this.lookalikes.find(manager, first.identity, asked, first.at);
    });
  }

  /** T1 of all of them; of each the lanes to wake, or nothing where its key had been answered before. */
  private async issueTogether(all: readonly Issue[]): Promise<(readonly number[] | undefined)[]> {
    const [first] = all;
    if (!first) return [];
    return serveTransaction(this.database, first.identity, (manager) => this.record(manager, all));
  }

  private async record(manager: EntityManager, all: readonly Issue[]) {
    const isNew = await answersOnce(manager, all);
    const issues = all.filter((_, index) => isNew[index]);
    if (issues.length === 0) return all.map(() => undefined);
    const recorded = await this.issuing.record(
      manager,
      issues.map(({ opening }) => opening),
    );
    await manager.query(INSERT_ISSUED, [
      issues.map(({ response }) => response.body.id),
      issues.map(({ identity }) => identity.unit),
      issues.map(({ identity }) => identity.pseudonym),
      issues.map(({ response }) => response.body.state),
      issues.map(({ response }) => response.body.version),
      issues.map(({ opening }) => opening.opened.id),
      recorded.map(({ version }) => version),
      issues.map(({ opening }) => opening.event.decidedAt),
    ]);
    const [{ identity }] = issues as [Issue, ...Issue[]];
    const named = issues.map(({ response, content }) => ({ id: response.body.id, content }));
    await this.lookalikes.remember(manager, identity, named);
    await storeSearchTerms(
      manager,
      issues.map(({ identity: { unit }, response: { body }, opening }) => ({
        id: body.id,
        caseId: body.id,
        unit,
        content: opening.event.document,
      })),
    );
    const lanes = new Map(issues.map((issue, index) => [issue, recorded[index]?.lanes ?? []]));
    return all.map((issue) => lanes.get(issue));
  }
}

function onceOf(identity: Identity, key: string, request: object): OnceRequest {
  const scope = idempotencyScope(identity, 'POST /v1/notices');
  return { key, scope, requestDigest: digestOfRequest(request) };
}

interface Issue {
  readonly identity: Identity;
  readonly once: OnceRequest;
  readonly response: OnceResponse<{ id: string; state: string; version: number } & Record<string, Json>>;
  readonly opening: Opening;
  readonly content: DraftContent;
}

interface Comparison {
  readonly identity: Identity;
  readonly draft: Draft;
  readonly at: Date;
}

/** The hot path: to word it with the query builder takes longer than to run it. */
const INSERT_ISSUED = `
INSERT INTO police.notice (id, unit, author, state, version, case_id, case_version, created_at, issued_at)
SELECT *, at FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::uuid[], $7::int[],
                         $8::timestamptz[]) AS n (id, unit, author, state, version, case_id, case_version, at)`;
