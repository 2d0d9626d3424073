import { type Identity, requireIfMatch, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { decide, type Draft, evolve } from './notice';
import { NoticeRow } from './notice.entity';
import { lockNotice } from './stored-notice';

/** Replaces a draft, whole. */
@Injectable()
export class EditNoticeHandler {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** @throws AppError `notice-not-found`, `notice-not-draft`, `precondition-required`, `precondition-failed` */
  async edit(identity: Identity, command: { id: string; ifMatch: string | undefined; draft: Draft }) {
    const { id, ifMatch, draft } = command;
    return serveTransaction(this.database, identity, async (manager) => {
      const notice = await lockNotice(manager, identity, id);
      const event = decide(notice, { type: 'edit', draft });
      requireIfMatch(ifMatch, notice.version);
      const { state, version } = evolve(notice, event);
      await manager.update(NoticeRow, id, { version, draft });
      return { id, state, version, recipients: [] };
    });
  }
}
