import { AgencyPolicy, CLOCK, protectAnswers } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { type Identity, requireIfMatch, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { factsOf } from './facts';
import { Lookalikes } from './lookalikes';
import { decide, type Draft, evolve } from './notice';
import { NoticeRow } from './notice.entity';
import { searchedAgain } from './searched';
import { lockNotice, requireReadableDraft } from './stored-notice';

/** Replaces a draft, whole. */
@Injectable()
export class EditNoticeHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly lookalikes: Lookalikes,
    private readonly policy: AgencyPolicy,
  ) {}

  /** @throws AppError `notice-not-found`, `notice-not-draft`, `precondition-required`, `precondition-failed` */
  async edit(identity: Identity, command: { id: string; ifMatch: string | undefined; draft: Draft }) {
    const { id, ifMatch, draft } = command;
    return serveTransaction(this.database, identity, async (manager) => {
      const notice = await lockNotice(manager, identity, id);
      requireReadableDraft(this.policy, identity, notice, this.clock.now());
      const event = decide(notice, { type: 'edit', draft });
      requireIfMatch(ifMatch, notice.version);
      const { state, version } = evolve(notice, event);
      await manager.update(NoticeRow, id, { version, draft });
      await protectAnswers(manager, id, factsOf(draft));
      await searchedAgain(manager, identity, id);
      await this.lookalikes.replace(manager, identity, id, draft.content);
      const asked = { content: draft.content, own: id };
      const warnings = await this.lookalikes.findOne(manager, identity, asked, this.clock.now());
      return { id, state, version, recipients: [], warnings };
    });
  }
}
