import { CLOCK, serveTogether, storeSearchTerms } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher, type RecordedEvent, type Sql, type Transaction } from '@liaison/messaging';
import {
  answersOnce,
  digestOfRequest,
  Grouped,
  idempotencyScope,
  type Identity,
  type OnceRequest,
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
import {
  type CompleteDraft,
  decide,
  type Draft,
  type DraftContent,
  evolve,
  type NoticeState,
} from './notice';
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
  private readonly together = new Grouped<Issue, Issued | undefined>((all) => this.issueTogether(all));

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
   * Written and issued in one transaction: the notice, its case, its document and the intents, or nothing. Notices that
   * come at the same time share it: what they may look like, their keys, all writes with COMMIT are three round trips
   * together.
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
    const issue: Issue = {
      identity,
      once,
      answer: { id: uuidv7(), state, version, recipients: plan.recipients.map(provisionalDecision) },
      opening: this.issuing.opening(identity, plan, { caseId: uuidv7(), at }),
      content: draft.content,
    };
    const issued =
      draft.content.procedure.opinionRequest === undefined
        ? await this.together.submit(readerKey(identity), issue)
        : await this.issueInAnswer(issue, draft, at);
    if (issued) {
      this.dispatcher.wake(issued.lanes);
      return issued.answer;
    }
    const stored = await serveTransaction(this.database, identity, (manager) =>
      storedAnswer<Issued['answer']>(manager, once),
    );
    return stored.body;
  }

  /** Alone: what it answers may be answered already, which is to fail no notice but this one. */
  private issueInAnswer(issue: Issue, { content }: CompleteDraft, at: Date): Promise<Issued | undefined> {
    const { identity, answer } = issue;
    return serveTogether(this.database, identity, async (transaction) => {
      const [issued] = await this.record(transaction, await this.compare(transaction, [issue]));
      if (!issued) return undefined;
      const answered = await this.answering.answerWith(transaction.manager, identity, answer.id, content, at);
      return { ...issued, lanes: [...issued.lanes, ...answered] };
    });
  }

  /** T1 of all of them; nothing of one whose key had been answered before. */
  private async issueTogether(all: readonly Issue[]): Promise<readonly (Issued | undefined)[]> {
    const [first] = all;
    if (!first) return [];
    return serveTogether(this.database, first.identity, async (transaction) =>
      this.record(transaction, await this.compare(transaction, all), () => transaction.commit()),
    );
  }

  /** With what each answers: two that come together are not compared with each other. */
  private async compare({ manager }: Transaction, all: readonly Issue[]): Promise<readonly Answered[]> {
    const [first] = all;
    if (!first) return [];
    const found = await this.lookalikes.find(manager, first.identity, all, first.opening.event.decidedAt);
    return all.map((issue, index) => {
      const warnings = (found[index] ?? []).map((warning) => ({ ...warning }));
      return { ...issue, answer: { ...issue.answer, warnings } };
    });
  }

  /** @param commit sent with the writes, where nothing is to follow */
  private async record(
    transaction: Transaction,
    all: readonly Answered[],
    commit?: () => Promise<void>,
  ): Promise<readonly (Issued | undefined)[]> {
    const responses = all.map(({ once, answer }) => ({ once, response: { status: 202, body: answer } }));
    const isNew = await answersOnce(transaction, responses);
    const issues = all.filter((_, index) => isNew[index]);
    if (issues.length === 0) return all.map(() => undefined);
    const [{ identity }] = issues as [Answered, ...Answered[]];
    const { recorded, write } = await this.issuing.planned(issues.map(({ opening }) => opening));
    const named = issues.map(({ answer, content }) => ({ id: answer.id, content }));
    const searched = named.map(({ id, content }) => ({ id, caseId: id, unit: identity.unit, content }));
    await Promise.all([
      write(transaction),
      insertIssued(transaction, issues, recorded),
      this.lookalikes.remember(transaction, identity, named),
      storeSearchTerms(transaction, searched),
      commit?.(),
    ]);
    const lanes = new Map(issues.map((issue, index) => [issue, recorded[index]?.lanes ?? []]));
    return all.map((issue) => {
      const woken = lanes.get(issue);
      return woken && { answer: issue.answer, lanes: woken };
    });
  }
}

async function insertIssued(
  sql: Sql,
  issues: readonly Issue[],
  recorded: readonly RecordedEvent[],
): Promise<void> {
  await sql.query(INSERT_ISSUED, [
    issues.map(({ answer }) => answer.id),
    issues.map(({ identity }) => identity.unit),
    issues.map(({ identity }) => identity.pseudonym),
    issues.map(({ answer }) => answer.state),
    issues.map(({ answer }) => answer.version),
    issues.map(({ opening }) => opening.opened.id),
    recorded.map(({ version }) => version),
    issues.map(({ opening }) => opening.event.decidedAt),
  ]);
}

function onceOf(identity: Identity, key: string, request: object): OnceRequest {
  const scope = idempotencyScope(identity, 'POST /v1/notices');
  return { key, scope, requestDigest: digestOfRequest(request) };
}

interface Issue {
  readonly identity: Identity;
  readonly once: OnceRequest;
  /** But for what it may look like. */
  readonly answer: {
    readonly id: string;
    readonly state: NoticeState;
    readonly version: number;
    readonly recipients: ReturnType<typeof provisionalDecision>[];
  };
  readonly opening: Opening;
  readonly content: DraftContent;
}

interface Answered extends Issue {
  readonly answer: Issue['answer'] & {
    readonly warnings: readonly Pick<LookalikeWarning, keyof LookalikeWarning>[];
  };
}

interface Issued extends Pick<Answered, 'answer'> {
  readonly lanes: readonly number[];
}

/** The hot path: to word it with the query builder takes longer than to run it. */
const INSERT_ISSUED = `
INSERT INTO police.notice (id, unit, author, state, version, case_id, case_version, created_at, issued_at)
SELECT *, at FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::uuid[], $7::int[],
                         $8::timestamptz[]) AS n (id, unit, author, state, version, case_id, case_version, at)`;
