import type { NoticeEffects } from '@liaison/casework';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { linkNotices } from '../opinion-request/link-notices';

/** What of a préfecture's own hangs on a notice: requests for an opinion that it answers, extracts that were made of it. */
@Injectable()
export class PrefectureNoticeEffects implements NoticeEffects {
  async received(manager: EntityManager, notices: Parameters<NoticeEffects['received']>[1]): Promise<void> {
    const answers = notices.flatMap(({ sender, envelope, data, receivedAt }) => {
      const request = data.procedure?.opinionRequest;
      return request === undefined ? [] : [{ sender, eventId: envelope.id, request, at: receivedAt }];
    });
    await linkNotices(manager, answers);
  }

  async emptied(manager: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await manager.query('SELECT prefecture.forget_extracts($1)', [ids]);
  }
}
