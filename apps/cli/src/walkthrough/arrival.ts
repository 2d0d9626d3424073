import type { NoticeView, Page, ReceivedNotice } from './answers';
import type { Answer, Caller } from './caller';
import { pollFor } from './poll';

/** How long the notice took from the sender's 202 to the recipient's database, in ms. */
export interface Latency {
  /** The recipient's `received_at`, taken in the transaction that stored it: it committed after this. */
  readonly receivedMs: number;
  /** When the first look at the desk's list that found it had its answer: it had committed before this. */
  readonly visibleByMs: number;
  /** When the last look that did not find it began. */
  readonly visibleNotBeforeMs: number | null;
}

export interface Arrival {
  /** As the desk reads it. */
  readonly view: NoticeView;
  readonly latency: Latency;
}

/**
 * The desk looks at its list until the event is there. What it has not seen before, it reads: only then is it known
 * which event it came from.
 */
export async function watchArrival(
  desk: Caller,
  event: { readonly id: string; readonly accepted: Answer<unknown>['answered'] },
  known: ReadonlySet<string>,
): Promise<Arrival> {
  const others = new Set(known);
  const after = (ms: number): number => ms - event.accepted.monotonicMs;
  const { value, notBeforeMs } = await pollFor('the notice arrives at the préfecture', async () => {
    const { body, answered } = await desk.call<Page<ReceivedNotice>>('/v1/notices?state=new', {});
    for (const { id } of body.items.filter((item) => !others.has(item.id))) {
      const view = await desk.get<NoticeView>(`/v1/notices/${id}`);
      if (Object.values(view.provenance).some((origin) => origin.event === event.id))
        return { view, answered };
      others.add(id);
    }
    return undefined;
  });
  return {
    view: value.view,
    latency: {
      receivedMs: Date.parse(value.view.receivedAt) - event.accepted.at.getTime(),
      visibleByMs: after(value.answered.monotonicMs),
      visibleNotBeforeMs: notBeforeMs === undefined ? null : after(notBeforeMs),
    },
  };
}
