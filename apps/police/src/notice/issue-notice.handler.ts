import { AgencyPolicy, CLOCK, consentFacts } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import {
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
import { v7 as uuidv7 } from 'uuid';
import { AnsweringOpinions } from '../opinion-request/answering';
import { requireAuthor } from './authorship';
import { requireComplete } from './complete';
import { AddAttachmentHandler } from '../attachment/add-attachment.handler';
import { Issuing, provisionalDecision } from './issuing';
import { Lookalikes } from './lookalikes';
import { decide, evolve, requireDraft } from './notice';
import { NoticeRow } from './notice.entity';
import type { NamedRecipient } from './recipients';
import { lockNotice, requireReadableDraft } from './stored-notice';

export interface IssueNotice {
  readonly id: string;
  /** Default: the competent préfectures. */
  readonly recipients?: readonly NamedRecipient[] | null;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of a draft that becomes a notice. */
@Injectable()
export class IssueNoticeHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly issuing: Issuing,
    private readonly answering: AnsweringOpinions,
    private readonly lookalikes: Lookalikes,
    private readonly dispatcher: Dispatcher,
    private readonly attachments: AddAttachmentHandler,
    private readonly policy: AgencyPolicy,
  ) {}

  /**
   * @throws AppError `not-an-author`, `notice-not-found`, `notice-not-draft`, `notice-incomplete`, `precondition-required`, `precondition-failed`,
   * `idempotency-key-reused`, or what `recipientsOf` and `AnsweringOpinions.answerWith` throw
   */
  async issue(identity: Identity, command: IssueNotice) {
    requireAuthor(this.issuing.agency);
    const { id, recipients, ifMatch, idempotencyKey } = command;
    const once = {
      key: idempotencyKey,
      scope: idempotencyScope(identity, 'POST /v1/notices/:id/issue'),
      requestDigest: digestOfRequest({ id, recipients, ifMatch }),
    };
    let lanes: readonly number[] = [];
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      runOnce(manager, once, async () => {
        const issued = await this.apply(manager, identity, command);
        lanes = issued.lanes;
        return { status: 202, body: issued.answer };
      }),
    );
    this.dispatcher.wake(lanes);
    return body;
  }

  private async apply(manager: EntityManager, identity: Identity, { id, recipients, ifMatch }: IssueNotice) {
    const at = this.clock.now();
    const notice = requireDraft(await lockNotice(manager, identity, id));
    requireReadableDraft(this.policy, identity, notice, at);
    requireIfMatch(ifMatch, notice.version);
    const agreed = await consentFacts(manager, identity.unit, id);
    const plan = this.issuing.plan(requireComplete(notice.draft), recipients, at, agreed);
    const named = plan.recipients.map(({ recipient }) => recipient.agency.id);
    const { state, version } = evolve(notice, decide(notice, { type: 'issue', recipients: named }));
    const caseId = uuidv7();
    const [recorded] = await this.issuing.record(manager, [
      this.issuing.opening(identity, plan, { caseId, at }),
    ]);
    await manager.update(NoticeRow, id, {
      state,
      version,
      draft: null,
      caseId,
      caseVersion: recorded?.version,
      issuedAt: at,
    });
    const sent = await this.attachments.sendAll(manager, identity, {
      id,
      caseId,
      departement: plan.draft.content.procedure.departement,
      to: plan.recipients.map(({ recipient }) => recipient),
      at,
    });
    const answered = await this.answering.answerWith(manager, identity, id, plan.draft.content, at);
    const asked = { content: plan.draft.content, own: id };
    const warnings = await this.lookalikes.findOne(manager, identity, asked, at);
    return {
      lanes: [...new Set([...(recorded?.lanes ?? []), ...sent, ...answered])],
      answer: {
        id,
        state,
        version,
        recipients: plan.recipients.map(provisionalDecision),
        warnings: warnings.map((warning) => ({ ...warning })),
      },
    };
  }
}
