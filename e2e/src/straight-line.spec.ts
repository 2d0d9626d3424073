import { randomUUID } from 'node:crypto';
import type { PrefectureSchemas } from '@liaison/client';
import { deadLetterTopic, inboxTopic } from '@liaison/contracts';
import { aNotice, currentConvention, describeWithOwnKafka, eventually } from '@liaison/testing';
import { BAD_MESSAGES, publishBadMessages } from './bad-messages';
import { query } from './books';
import { caseworkLine } from './casework-line';
import { expectDeliveredOnce } from './checker';
import { call } from './http';
import { acknowledge, connect, follow, send, type Store, undelivered } from './integrating';
import { findInClearOnBroker, findInDatabases, findInLogs, findInMetrics, secretsOf } from './leaks';
import { startLoad } from './load';
import { MARK, MARKED_VALUES, markedNotice } from './marked-notice';
import { type BrokerKind, SECOND_PREFECTURE, SERVICES, startSystem, type System } from './system';
import { supportLine } from './support-line';
import { readTopic } from './topic';

const START_MS = 150_000;
const CASE_MS = 240_000;
const PATIENCE = { timeoutMs: 30_000, everyMs: 50 };

interface Item {
  readonly id: string;
  readonly reference: string;
}
interface Notice {
  readonly content: Record<string, Record<string, unknown> | undefined>;
  readonly withheld: readonly string[];
}
interface Deliveries {
  readonly items: readonly {
    readonly state: string;
    readonly reason: string | null;
    readonly acknowledgements: readonly { readonly role: string }[];
  }[];
}
interface Written {
  readonly id: string;
  readonly recipients: readonly object[];
}

describe('the straight line, on the embedded broker', () => straightLine('embedded'));
describeWithOwnKafka('the straight line, on Kafka', () => straightLine('kafka'));

function straightLine(kind: BrokerKind): void {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(kind, { services: [...SERVICES, SECOND_PREFECTURE, 'association'] });
  }, START_MS);
  afterAll(() => system?.stop(), 60_000);

  const police = <Body>(path: string, options?: Parameters<typeof call>[4]) =>
    call<Body>(system, 'police', 'officer-brp', path, options);
  const prefecture = <Body>(account: string, path: string, options?: Parameters<typeof call>[4]) =>
    call<Body>(system, 'prefecture', account, path, options);
  const once = () => ({ 'idempotency-key': randomUUID() });
  const deliveryOf = async (id: string) =>
    (await police<Deliveries>(`/v1/notices/${id}/deliveries`)).body.items[0];
  const becomes = (id: string, state: string) =>
    eventually(async () => {
      const delivery = await deliveryOf(id);
      expect(delivery?.state).toBe(state);
      return delivery;
    }, PATIENCE);
  const issue = async (body: object) => {
    const answer = await police<Written>('/v1/notices', {
      body: { state: 'issued', ...body },
      headers: once(),
    });
    expect(answer.status).toBe(202);
    return answer.body;
  };

  test(
    'a notice is written, previewed, issued, received, read as each role may, acknowledged; the log has the chain',
    async () => {
      const familyName = `${MARK} familyName`;
      const written = await police<Written>('/v1/notices', { body: { content: markedNotice(familyName) } });
      expect(written.status).toBe(201);
      const { id } = written.body;

      const preview = await police<{ items: readonly object[] }>(`/v1/notices/${id}/preview`, {
        method: 'POST',
      });
      expect(preview.body.items).toMatchObject([
        {
          recipient: 'prefecture-75',
          allowed: true,
          convention: currentConvention('police-prefecture'),
          fields: expect.arrayContaining([
            expect.objectContaining({
              path: 'exploitation.account',
              treatment: 'withhold',
              articles: ['CPP 11'],
            }),
            expect.objectContaining({ path: 'exploitation.from', treatment: 'generalise', to: 'month' }),
          ]),
          sees: { civilStatus: { declared: { familyName } }, exploitation: { from: '2026-01' } },
          withheld: expect.arrayContaining(['exploitation.account', 'travel.organisedBy', 'contact.phone']),
        },
      ]);

      const headers = { ...once(), 'if-match': written.headers.get('etag') ?? '' };
      const issued = await police(`/v1/notices/${id}/issue`, { method: 'POST', headers });
      expect(issued.status).toBe(202);
      const again = await police(`/v1/notices/${id}/issue`, { method: 'POST', headers });
      expect([again.status, again.body]).toEqual([202, issued.body]);
      await becomes(id, 'delivered');

      const inbox = await prefecture<{ items: Item[] }>('desk-75', '/v1/notices');
      expect(inbox.body.items).toMatchObject([{ sender: 'police-75', state: 'new', recipientVersion: 1 }]);
      const [{ id: received, reference }] = inbox.body.items as [Item];
      const desk = await prefecture<Notice>('desk-75', `/v1/notices/${received}`);
      expect(desk.body.content).toMatchObject({
        civilStatus: { declared: { familyName } },
        assessment: { danger: `${MARK} danger` },
        exploitation: { from: '2026-01', to: '2026-10' },
      });
      expect(desk.body.content['exploitation']).not.toHaveProperty('account');
      expect(desk.body.content).not.toHaveProperty('contact');
      expect(desk.body.withheld).toEqual(
        expect.arrayContaining(['exploitation.account', 'travel.organisedBy']),
      );
      const caseworker = await prefecture<Notice>('caseworker-75', `/v1/notices/${received}`);
      expect(caseworker.body.content).toMatchObject({ civilStatus: { declared: { familyName } } });
      expect(caseworker.body.content).not.toHaveProperty('assessment');
      expect(caseworker.body.withheld).toContain('assessment.danger');

      const acknowledge = `/v1/notices/${received}/acknowledge`;
      const may = (account: string) => prefecture(account, acknowledge, { method: 'POST', headers: once() });
      expect((await may('caseworker-75')).status).toBe(403);
      expect((await may('desk-75')).status).toBe(202);
      const acknowledged = await becomes(id, 'acknowledged');
      expect(acknowledged?.acknowledgements).toMatchObject([
        { role: 'desk', unit: 'desk', recipientVersion: 1 },
      ]);

      await expectDeliveredOnce(system, [{ id, familyName }]);
      const operator = <Body>(path: string) => call<Body>(system, 'audit-log', 'operator-audit', path);
      const chain = await operator<{ others: { kind: string }[] }>(`/v1/chains/police-75/${reference}`);
      expect(chain.body).toMatchObject({
        links: [
          { state: 'paired', disclosure: { agency: 'police-75' }, receipts: [{ kind: 'receipt' }] },
          { state: 'paired', disclosure: { agency: 'prefecture-75' }, receipts: [{ agency: 'police-75' }] },
        ],
      });
      const others = chain.body.others.map(({ kind }) => kind).filter((kind) => kind !== 'search');
      expect(others).toEqual(['read', 'read', 'acknowledgement']);
      const holes = await operator<{ items: object[] }>('/v1/holes');
      for (const report of holes.body.items) expect(report).toMatchObject({ missing: [], duplicates: [] });
      const found = await operator<{ items: object[] }>(`/v1/records?reference=${reference}&kind=disclosure`);
      expect(found.body.items).toHaveLength(2);
    },
    CASE_MS,
  );

  test(
    'systems of the agencies do the same with the published client, as docs/integrating.md shows',
    async () => {
      const access = (service: 'police' | 'prefecture', account: string) => ({
        url: system.service(service).url,
        token: () => system.token(account),
      });
      const { police, prefecture } = connect(
        access('police', 'officer-brp'),
        access('prefecture', 'desk-75'),
      );
      const from = await police.get('/v1/changes', { query: { after: 'now' } });
      const stop = new AbortController();
      const kept = new Map<string, PrefectureSchemas['NoticeView']>();
      let cursor: string | undefined = 'now';
      const store: Store = {
        cursor: async () => cursor,
        keep: async (notices, gone, next) => {
          for (const notice of notices) kept.set(notice.id, notice);
          for (const id of gone) kept.delete(id);
          cursor = next;
        },
      };
      const following = follow(prefecture, store, stop.signal);
      await eventually(() => expect(cursor).not.toBe('now'), PATIENCE);

      const task = randomUUID();
      const familyName = `Client ${task}`;
      const content = aNotice({ civilStatus: { declared: { familyName } } });
      const sent = await send(police, content, task);
      expect(sent.refused).toEqual([]);
      expect(await send(police, content, task)).toEqual(sent);
      const received = await eventually(() => {
        const found = [...kept.values()].find((notice) => JSON.stringify(notice).includes(familyName));
        if (!found) throw new Error('it has not been followed yet');
        return found;
      }, PATIENCE);
      expect(await undelivered(police)).toContain(sent.id);
      await acknowledge(prefecture, received.id, task);
      await acknowledge(prefecture, received.id, randomUUID());
      await eventually(async () => expect(await undelivered(police)).not.toContain(sent.id), PATIENCE);
      await eventually(() => expect(kept.get(received.id)?.state).toBe('acknowledged'), PATIENCE);
      stop.abort();
      await following;

      await eventually(async () => {
        const changes = await police.get('/v1/changes', { query: { after: from.body.next } });
        const own = changes.body.items.filter(({ id }) => id === sent.id).map(({ kind }) => kind);
        expect(own).toEqual(['written', 'issued', 'acknowledged']);
      }, PATIENCE);
      const paged = [];
      for await (const { id } of prefecture.items('/v1/notices', { query: { limit: 1 } })) paged.push(id);
      const whole = await prefecture.get('/v1/notices', { query: { limit: 200 } });
      expect(paged).toEqual(whole.body.items.map(({ id }) => id));
      const unknown = police.get('/v1/notices/{id}', { path: { id: randomUUID() } });
      await expect(unknown).rejects.toMatchObject({ status: 404, code: 'notice-not-found' });
    },
    CASE_MS,
  );

  test(
    'a notice that no convention lets its recipient have is refused, and never on the broker',
    async () => {
      const { id, recipients } = await issue({ content: aNotice(), recipients: [{ agency: 'ase-75' }] });
      expect(recipients).toMatchObject([
        { recipient: 'ase-75', allowed: false, denial: { code: 'condition-not-met' } },
      ]);
      const refused = await becomes(id, 'refused');
      expect(refused?.reason).toBe('condition-not-met');
      const refusal = `SELECT FROM audit_log.record WHERE kind = 'refusal' AND counterpart = 'ase-75'`;
      await eventually(
        async () => (await query(system.databaseUrl('audit-log'), refusal)).length === 1,
        PATIENCE,
      );
      expect(await readTopic(system, inboxTopic('ase-75'))).toEqual([]);
    },
    CASE_MS,
  );

  test(
    'what cannot be processed is parked with its reason, and the notices around it go through',
    async () => {
      const processes = () => system.services.map(({ pid, running }) => ({ pid, running }));
      const before = processes();
      const load = startLoad(system);
      await load.more(5);
      await publishBadMessages(system);
      await load.more(10);
      await load.stop();

      const each = (reason: string) => [reason, reason, reason];
      const reasons = Object.keys(BAD_MESSAGES).flatMap(each).sort();
      const parked = `SELECT id, reason FROM messaging.inbox WHERE state = 'parked' ORDER BY reason`;
      await eventually(async () => {
        const rows = await query<{ reason: string }>(system.databaseUrl('prefecture'), parked);
        expect(rows.map(({ reason }) => reason).sort()).toEqual(reasons);
      }, PATIENCE);
      for (const { id } of load.accepted) await becomes(id, 'delivered');
      await eventually(async () => {
        const letters = await readTopic(system, deadLetterTopic('prefecture-75'));
        const told = letters.map(({ value }) => JSON.parse(value.toString()) as { reason: string });
        expect(told.map(({ reason }) => reason).sort()).toEqual(reasons);
        expect(Object.keys(told[0] ?? {}).sort()).toEqual(['at', 'id', 'reason', 'source']);
      }, PATIENCE);
      const recorded = `SELECT record ->> 'reason' AS reason FROM audit_log.record WHERE kind = 'parked' ORDER BY 1`;
      await eventually(async () => {
        const rows = await query<{ reason: string }>(system.databaseUrl('audit-log'), recorded);
        expect(rows.map(({ reason }) => reason)).toEqual(reasons);
      }, PATIENCE);
      expect(processes()).toEqual(before);
    },
    CASE_MS,
  );

  caseworkLine(() => system);
  supportLine(() => system);

  test(
    'no secret and nothing about a person is in a log, a metric, in clear on the broker, or in an audit record',
    async () => {
      // Requests that are refused are logged too.
      const bad = { name: MARK, content: { ...markedNotice(MARK), [MARK]: MARK }, protection: MARK };
      expect((await police('/v1/notices', { body: bad })).status).toBe(400);
      expect((await police(`/v1/notices/${MARK}`)).status).toBe(400);
      expect((await police(`/v1/notices?cursor=${MARK}`)).status).toBe(400);

      const personal = [MARK, ...MARKED_VALUES];
      const secrets = await secretsOf(system);
      expect(secrets.filter((secret) => secret.length < 8)).toEqual([]);
      // They are where they belong, so they would be found.
      const held = `SELECT FROM notice.received_notice WHERE content::text LIKE '%${MARK} familyName%'`;
      expect(await query(system.databaseUrl('prefecture'), held)).toHaveLength(1);

      expect(findInLogs(system, [...personal, ...secrets])).toEqual([]);
      expect(await findInMetrics(system, [...personal, ...secrets])).toEqual([]);
      expect(await findInClearOnBroker(system, [...personal, ...secrets])).toEqual([]);
      expect(await findInDatabases(system, [...personal, ...secrets])).toEqual([]);
    },
    CASE_MS,
  );
}
