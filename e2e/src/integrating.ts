import {
  LiaisonProblem,
  type PoliceClient,
  policeClient,
  type PoliceSchemas,
  type PrefectureClient,
  prefectureClient,
  type PrefectureSchemas,
} from '@liaison/client';

// The examples of docs/integrating.md are parts of this file, word for word (tools/integrating.spec.ts), and run
// (straight-line.spec.ts).

/** What the example keeps: in a system of an agency's own, its database. */
export interface Store {
  /** Undefined before the first time. */
  cursor(): Promise<string | undefined>;
  /** @param gone recalled, purged, or not to be read any more: what was kept of them goes */
  keep(
    notices: readonly PrefectureSchemas['NoticeView'][],
    gone: readonly string[],
    cursor: string,
  ): Promise<void>;
}

export interface Access {
  readonly url: string;
  readonly token: () => Promise<string>;
}

export function connect(brp: Access, desk: Access) {
  const police = policeClient({ url: brp.url, token: brp.token });
  const prefecture = prefectureClient({ url: desk.url, token: desk.token });
  return { police, prefecture };
}

export async function send(police: PoliceClient, content: PoliceSchemas['NoticeIssuedV2'], task: string) {
  const draft = await police.post('/v1/notices', { body: { content }, idempotencyKey: `${task}-draft` });
  const { id } = draft.body;
  const preview = await police.post('/v1/notices/{id}/preview', { path: { id } });
  const refused = preview.body.items.filter(({ allowed }) => !allowed);
  if (refused.length === 0) {
    const idempotencyKey = `${task}-issue`;
    await police.post('/v1/notices/{id}/issue', { path: { id }, ifMatch: draft.etag, idempotencyKey });
  }
  return { id, refused };
}

export async function follow(prefecture: PrefectureClient, store: Store, signal: AbortSignal) {
  for await (const page of prefecture.changes({ after: await store.cursor(), signal })) {
    const changed = page.items.filter(({ resource }) => resource === 'notice').map(({ id }) => id);
    const ids = [...new Set(changed)];
    const notices: PrefectureSchemas['NoticeView'][] = [];
    for (let from = 0; from < ids.length; from += 50) {
      const query = { id: ids.slice(from, from + 50), limit: 50 };
      for await (const notice of prefecture.items('/v1/notices/contents', { query })) notices.push(notice);
    }
    const gone = ids.filter((id) => !notices.some((notice) => notice.id === id));
    await store.keep(notices, gone, page.next);
  }
}

export async function acknowledge(prefecture: PrefectureClient, id: string, task: string) {
  try {
    await prefecture.post('/v1/notices/{id}/acknowledge', { path: { id }, idempotencyKey: task });
  } catch (error) {
    if (error instanceof LiaisonProblem && error.code === 'notice-already-acknowledged') return;
    throw error;
  }
}

export async function undelivered(police: PoliceClient) {
  const open = [];
  for await (const { id } of police.items('/v1/notices', { query: { state: 'issued', limit: 200 } })) {
    const { items } = (await police.get('/v1/notices/{id}/deliveries', { path: { id } })).body;
    if (items.some(({ state }) => state !== 'acknowledged')) open.push(id);
  }
  return open;
}
