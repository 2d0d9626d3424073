import type { Page, ReceivedNotice, SentNotice } from './answers';
import type { Cast } from './cast';

const MOST = 100;

/** What an earlier start left behind. */
export interface Earlier {
  /** At most 100 are counted. */
  readonly written: number;
  readonly received: number;
  readonly counted: 'all' | 'the newest 100';
  /** When the last one was written. */
  readonly last: string | null;
  /** Ids of what the préfecture has already. */
  readonly known: ReadonlySet<string>;
}

export async function findEarlier({ officer, desk }: Cast): Promise<Earlier> {
  const [written, received] = await Promise.all([
    officer.get<Page<SentNotice>>(`/v1/notices?limit=${MOST}`),
    desk.get<Page<ReceivedNotice>>(`/v1/notices?limit=${MOST}`),
  ]);
  return {
    written: written.items.length,
    received: received.items.length,
    counted: written.next || received.next ? 'the newest 100' : 'all',
    last: written.items[0]?.createdAt ?? null,
    known: new Set(received.items.map(({ id }) => id)),
  };
}
