import { randomUUID } from 'node:crypto';
import { AUDIT_RECORDED_V2, AUDIT_TOPIC, inboxTopic, NOTICE_ISSUED } from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { query } from './books';
import { type CollectedSpan, type Collector, startCollector } from './collector';
import { call } from './http';
import { MARK, MARKED_VALUES, markedNotice } from './marked-notice';
import { startSystem, type System } from './system';
import { readTopic } from './topic';

/** Spans leave every five seconds. */
const PATIENCE = { timeoutMs: 40_000, everyMs: 200 };
const CALLER = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('traces of a notice', () => {
  let collector: Collector;
  let system: System;
  beforeAll(async () => {
    collector = await startCollector();
    system = await startSystem('embedded', { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  }, 150_000);
  afterAll(async () => {
    await system?.stop();
    await collector?.stop();
  }, 60_000);

  const spansOf = (service: string, name: string, where: (span: CollectedSpan) => boolean = () => true) =>
    collector.spans.filter((span) => span.service === service && span.name === name && where(span));
  const ofType =
    (type: string) =>
    ({ attributes }: CollectedSpan) =>
      attributes['liaison.event.type'] === type;
  const collected = (service: string, name: string, where?: (span: CollectedSpan) => boolean) =>
    eventually(() => {
      const [span] = spansOf(service, name, where);
      expect(span).toBeDefined();
      return Promise.resolve(span as CollectedSpan);
    }, PATIENCE);
  const issue = (headers: Record<string, string> = {}) =>
    call(system, 'police', 'officer-brp', '/v1/notices', {
      body: { state: 'issued', content: markedNotice(`${MARK} familyName`) },
      headers: { 'idempotency-key': randomUUID(), ...headers },
    });
  const NOTICE = ofType(NOTICE_ISSUED);
  const RECORD = ofType(AUDIT_RECORDED_V2);

  test('one trace in each agency, linked with one another and with nothing else; nobody named', async () => {
    const answer = await issue({ traceparent: `00-${CALLER}-00f067aa0ba902b7-01` });
    expect(answer.status).toBe(202);

    const request = await collected('police', 'POST /v1/notices');
    expect(request.traceId).toBe(CALLER);
    const dispatch = await collected('police', 'dispatch', NOTICE);
    expect(dispatch).toMatchObject({ traceId: CALLER, parentSpanId: request.spanId });
    const relay = await collected('police', 'relay', (span) => span.parentSpanId === dispatch.spanId);
    expect(relay.traceId).toBe(CALLER);
    const transaction = await collected('police', 'transaction');
    expect(transaction).toMatchObject({ traceId: CALLER, parentSpanId: request.spanId });

    const receive = await collected('prefecture', 'receive', NOTICE);
    expect(receive.parentSpanId ?? '').toBe('');
    expect(receive.traceId).not.toBe(CALLER);
    expect(receive.attributes).toMatchObject({ 'liaison.outcome': 'apply', 'liaison.sender': 'police-75' });
    const apply = await collected('prefecture', 'apply');
    expect(apply).toMatchObject({ traceId: receive.traceId, parentSpanId: receive.spanId });
    expect(receive.links).toHaveLength(1);
    expect(receive.links).toMatchObject([{ traceId: dispatch.links[0]?.traceId }]);
    expect(receive.links[0]?.traceId).not.toBe(CALLER);

    // The records of the disclosure and of the receipt, each in its author's trace, and the log's own.
    for (const [service, traceId] of [
      ['police', CALLER],
      ['prefecture', receive.traceId],
    ] as const) {
      const recorded = await collected(service, 'dispatch', RECORD);
      expect(recorded.traceId).toBe(traceId);
      const appended = await collected('audit-log', 'receive', (span) =>
        span.links.some((link) => link.traceId === recorded.links[0]?.traceId),
      );
      expect([CALLER, receive.traceId]).not.toContain(appended.traceId);
      await collected('audit-log', 'apply', (span) => span.parentSpanId === appended.spanId);
    }

    const sent = collector.bodies.join('\n').toLowerCase();
    const rows = await query<{ reference: string; case_id: string }>(
      system.databaseUrl('prefecture'),
      `SELECT reference::text, case_id::text FROM messaging.case_reference WHERE peer = 'police-75'
       UNION SELECT reference::text, id FROM messaging.inbox WHERE source = 'police-75'`,
    );
    const never = [MARK, ...MARKED_VALUES, ...rows.flatMap(Object.values<string>)];
    expect(rows.length).toBeGreaterThan(1);
    expect(never.filter((it) => sent.includes(it.toLowerCase()))).toEqual([]);
  }, 90_000);

  test('nothing of it is in clear on the broker', async () => {
    const ids = new Set(
      collector.spans.flatMap(({ traceId, spanId, links }) => [
        traceId,
        spanId,
        ...links.flatMap((link) => [link.traceId, link.spanId]),
      ]),
    );
    for (const topic of [inboxTopic('prefecture-75'), inboxTopic('police-75'), AUDIT_TOPIC]) {
      const messages = await readTopic(system, topic);
      expect(messages.length).toBeGreaterThan(0);
      for (const { key, headers } of messages) {
        const clear = `${key} ${JSON.stringify(headers)}`.replaceAll('-', '');
        expect([...ids].filter((id) => clear.includes(id))).toEqual([]);
        expect(clear).not.toContain('traceparent');
      }
    }
  }, 60_000);

  test('an intent that outlives its process is dispatched in its own trace', async () => {
    const before = spansOf('police', 'dispatch', NOTICE).length;
    const topic = inboxTopic('prefecture-75');
    const police = system.databaseUrl('police');
    // Nobody can take its lane meanwhile, whichever that will be.
    await query(
      police,
      `INSERT INTO messaging.lane (topic, partition, token, holder, lease_until)
       SELECT $1, partition, 1, 'test', 'infinity' FROM generate_series(0, 2) AS partition
       ON CONFLICT (topic, partition) DO UPDATE SET token = lane.token + 1, holder = 'test', lease_until = 'infinity'`,
      [topic],
    );
    const caller = randomUUID().replaceAll('-', '');
    const answer = await issue({ traceparent: `00-${caller}-00f067aa0ba902b7-01` });
    expect(answer.status).toBe(202);
    const intents = await query<{ traceparent: string }>(
      police,
      `SELECT traceparent FROM messaging.intent WHERE kind = 'event'`,
    );
    expect(intents).toMatchObject([{ traceparent: expect.stringContaining(caller) }]);
    system.service('police').kill('SIGKILL');
    await system.service('police').exited();
    await query(police, 'UPDATE messaging.lane SET lease_until = NULL WHERE topic = $1', [topic]);
    await system.service('police').restart();
    const dispatch = await collected('police', 'dispatch', ({ traceId }) => traceId === caller);
    expect(spansOf('police', 'dispatch', NOTICE)).toHaveLength(before + 1);
    await collected('prefecture', 'receive', ({ links }) => links[0]?.traceId === dispatch.links[0]?.traceId);
  }, 120_000);
});
