import { randomUUID } from 'node:crypto';
import type { Content, Delivery, Page, Preview, WrittenNotice } from './answers';
import type { Answer, Caller } from './caller';
import { claim, claimEqual, claimPresent } from './claim';
import { pollFor } from './poll';

/** States that nothing follows by itself: waiting longer would not help. */
const DEAD_ENDS = new Set(['refused', 'cancelled', 'revoked', 'parked']);

export interface Draft {
  readonly id: string;
  readonly version: number;
  readonly etag: string;
}

export async function writeDraft(officer: Caller, content: Content): Promise<Draft> {
  const body = { content, protection: { identity: false, address: false } };
  const answer = await officer.call<WrittenNotice>('/v1/notices', { method: 'POST', status: 201, body });
  const { id, state, version } = answer.body;
  claimEqual(state, 'draft', 'what is written is a draft until it is issued');
  return { id, version, etag: etagOf(answer) };
}

/** Of the one recipient. `named`: an agency; else the préfecture that is competent. */
export async function previewOf(officer: Caller, id: string, named?: string): Promise<Preview> {
  const call = { method: 'POST' as const, body: recipients(named) };
  const { items } = (await officer.call<Page<Preview>>(`/v1/notices/${id}/preview`, call)).body;
  claimEqual(items.length, 1, 'the notice has one recipient');
  return claimPresent(items[0], 'the notice has one recipient');
}

/** Accepted: it is on record, and its way has begun. */
export async function issue(
  officer: Caller,
  { id, etag }: Draft,
  named?: string,
): Promise<Answer<WrittenNotice>> {
  const answer = await officer.call<WrittenNotice>(`/v1/notices/${id}/issue`, {
    method: 'POST',
    status: 202,
    headers: { 'if-match': etag, 'idempotency-key': randomUUID() },
    body: recipients(named),
  });
  claimEqual(answer.body.state, 'issued', 'what is accepted is issued');
  return answer;
}

export async function deliveryOf(officer: Caller, id: string): Promise<Delivery> {
  const { items } = await officer.get<Page<Delivery>>(`/v1/notices/${id}/deliveries`);
  return claimPresent(items[0], 'an issued notice has a delivery');
}

/** A state as its sender saw it, in ms after `since`. */
export interface StateSeen {
  readonly state: string;
  readonly byMs: number;
  /** Absent where the first look saw it. */
  readonly notBeforeMs?: number;
}

/**
 * Looks at the delivery until it has come to `last`. A state that came and went between two looks is not among them.
 * @throws AppError `walkthrough-failed`
 */
export async function watchDelivery(
  officer: Caller,
  { id, last, sinceMs }: { readonly id: string; readonly last: string; readonly sinceMs: number },
): Promise<{ readonly delivery: Delivery; readonly states: readonly StateSeen[] }> {
  const states: StateSeen[] = [];
  let previousLook: number | undefined;
  const { value } = await pollFor(`the sender sees ${last}`, async () => {
    const begun = performance.now();
    const delivery = await deliveryOf(officer, id);
    const { state } = delivery;
    if (states.at(-1)?.state !== state) {
      const notBefore = previousLook === undefined ? {} : { notBeforeMs: previousLook - sinceMs };
      states.push({ state, byMs: performance.now() - sinceMs, ...notBefore });
    }
    previousLook = begun;
    claim(state === last || !DEAD_ENDS.has(state), `the delivery comes to ${last}`, state);
    return state === last ? delivery : undefined;
  });
  return { delivery: value, states };
}

const recipients = (named: string | undefined) =>
  named === undefined ? {} : { recipients: [{ agency: named }] };

export function etagOf({ headers }: Pick<Answer<unknown>, 'headers'>): string {
  return claimPresent(headers.get('etag'), 'the answer has an ETag');
}
