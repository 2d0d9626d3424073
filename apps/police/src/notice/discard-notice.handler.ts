import { AgencyPolicy, CLOCK, forgetSearchTerms } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { type Identity, requireIfMatch, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Lookalikes } from './lookalikes';
import { decide, evolve } from './notice';
import { NoticeRow } from './notice.entity';
import { lockNotice, requireReadableDraft } from './stored-notice';

/** Gives a draft up: that there was one stays, what was in it goes, its documents too. */
@Injectable()
export class DiscardNoticeHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly lookalikes: Lookalikes,
    private readonly policy: AgencyPolicy,
  ) {}

  /** @throws AppError `notice-not-found`, `notice-not-draft`, `precondition-required`, `precondition-failed` */
  async discard(identity: Identity, { id, ifMatch }: { id: string; ifMatch: string | undefined }) {
    await serveTransaction(this.database, identity, async (manager) => {
      const notice = await lockNotice(manager, identity, id);
      requireReadableDraft(this.policy, identity, notice, this.clock.now());
      const event = decide(notice, { type: 'discard' });
      requireIfMatch(ifMatch, notice.version);
      const { state, version } = evolve(notice, event);
      await manager.update(NoticeRow, id, { state, version, draft: null });
      await this.lookalikes.forget(manager, id);
      await forgetSearchTerms(manager, [id]);
      await manager.query('SELECT police.forget_discarded_attachments($1)', [[id]]);
    });
  }
}
