import { LiaisonClient } from './liaison-client';
import type { AnswerOf, CallOptions } from './operation';
import type { paths as PolicePaths } from './generated/police';

type Feed = PolicePaths['/v1/changes']['get'];

export type ChangePage = AnswerOf<Feed>;

export interface FollowOptions extends CallOptions {
  /** `next` of the last page that you have applied, or `now`. Absent: from the oldest that is kept. */
  readonly after?: string;
  /** Seconds that the service waits for a change where there is none, 0 to 25. Default 25. */
  readonly wait?: number;
}

/** A service of an agency with caseworkers. */
export class AgencyClient<Paths extends { readonly '/v1/changes': object }> extends LiaisonClient<Paths> {
  /**
   * What changes, page after page without end, oldest first; empty ones too. Apply a page, then keep its `next`: whoever
   * begins again there misses nothing. Ends when `signal` is aborted.
   * @throws LiaisonProblem `cursor-expired`: read the lists again, then follow from `now`
   */
  async *changes({ after, wait = 25, signal }: FollowOptions = {}): AsyncGenerator<ChangePage, void, void> {
    let cursor = after;
    while (!signal?.aborted) {
      // The place in the feed is known at once, and wanted at once: who waited for it would miss nothing, but begin late.
      const query = { wait: cursor === 'now' ? 0 : wait, ...(cursor !== undefined && { after: cursor }) };
      const page = await this.call<ChangePage>('get', '/v1/changes', {
        query,
        signal,
        waitMs: wait * 1000,
      }).catch((error: unknown) => {
        if (signal?.aborted) return undefined;
        throw error;
      });
      if (!page) return;
      cursor = page.body.next;
      yield page.body;
    }
  }
}
