import { reached } from '@liaison/messaging';
import { type AgencyWorld, eventually, startAgencyWorld, type TestService } from '@liaison/testing';
import { Module } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { AgencyModule } from './agency.module';
import { describeMetrics } from './describe-metrics';

@Module({ imports: [AgencyModule.forRoot({ service: 'sample', entities: [] })] })
class SampleModule {}

describe('the metrics of a running service', () => {
  let world: AgencyWorld;
  let service: TestService;

  beforeAll(async () => {
    world = await startAgencyWorld();
    service = await world.start({
      agencyId: 'police-75',
      service: 'sample',
      module: SampleModule,
      migrations: [],
      openApi: { title: 'Sample', version: '1', description: 'Nothing but what every service has' },
    });
  });

  afterAll(() => world.stop());

  const scrape = async (): Promise<string> => (await service.anonymous().get('/metrics').expect(200)).text;

  /** Value of one series; labels as Prometheus writes them. */
  const value = (page: string, series: string): number | undefined => {
    const line = page.split('\n').find((it) => it.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

  const run = (sql: string, parameters: unknown[] = []): Promise<unknown> =>
    service.database.owner.query(sql, parameters);

  /** A lane that somebody else works on, so that what a test puts there stays. */
  async function busyLane(topic: string): Promise<number> {
    const [lane] = (await run(
      `INSERT INTO messaging.lane (topic, partition, holder, lease_until)
       VALUES ($1, 40, 'somebody else', clock_timestamp() + interval '1 hour') RETURNING id`,
      [topic],
    )) as { id: number }[];
    return lane?.id ?? 0;
  }

  const addInbox = (state: string, source: string, reason: string | null, secondsAgo: number) =>
    run(
      `INSERT INTO messaging.inbox
         (source, id, state, reason, digest, topic, partition, "offset", received_at)
       VALUES ($1, $2, $3, $4, $5, 'liaison.inbox.police-75', 0, 0, now() - make_interval(secs => $6))`,
      [source, randomUUID(), state, reason, randomBytes(32), secondsAgo],
    );

  it('say, as its readiness does, which set of conventions it executes', async () => {
    const { body } = await service.anonymous().get('/health/ready');
    const { digest, versions } = body.details.conventions;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(versions).toBeGreaterThan(0);
    expect(value(await scrape(), `liaison_convention_versions{digest="${digest}"}`)).toBe(versions);
  });

  it('are those that the documentation is generated from, and no other', async () => {
    const exposed = [...(await scrape()).matchAll(/^# TYPE (\S+) (\S+)$/gm)]
      .map(([, name = '', type]) => ({ name, type }))
      .filter(({ name }) => !/^(process|nodejs)_/.test(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(exposed).toEqual(describeMetrics().map(({ name, type }) => ({ name, type })));
  });

  it('tell the depth and age of the queue by recipient and kind', async () => {
    const lane = await busyLane('liaison.inbox.prefecture-75');
    for (const [kind, secondsAgo] of [
      ['event', 90],
      ['event', 30],
      ['acknowledgement', 10],
    ]) {
      await run(
        `INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, intended_at)
         VALUES ($1, $2, $3, 'prefecture-75', now() - make_interval(secs => $4))`,
        [lane, kind, randomUUID(), secondsAgo],
      );
    }
    const page = await scrape();
    const events = 'recipient="prefecture-75",kind="event"';
    expect(value(page, `liaison_outbox_intents{${events}}`)).toBe(2);
    expect(value(page, 'liaison_outbox_intents{recipient="prefecture-75",kind="acknowledgement"}')).toBe(1);
    const age = value(page, `liaison_outbox_oldest_intent_seconds{${events}}`);
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(120);
  });

  it('tell what is frozen and not yet known to be at the broker', async () => {
    const topic = 'liaison.inbox.prefecture-13';
    const lane = await busyLane(topic);
    await run('UPDATE messaging.lane SET last_position = 5, marked_position = 3 WHERE id = $1', [lane]);
    for (const position of [3, 4, 5]) {
      await run(
        `INSERT INTO messaging.delivery (event_id, lane_id, position, kind, state, recipient, type, decided_at)
         VALUES ($1, $2, $3, 'event', 'frozen', 'prefecture-13', 'x', now() - make_interval(secs => $4))`,
        [randomUUID(), lane, position, 100 - 10 * position],
      );
    }
    const page = await scrape();
    expect(value(page, `liaison_relay_unmarked_messages{topic="${topic}"}`)).toBe(2);
    const age = value(page, `liaison_relay_oldest_unmarked_seconds{topic="${topic}"}`);
    expect(age).toBeGreaterThanOrEqual(60);
    expect(age).toBeLessThan(70);
  });

  it('tell holes by sender and dead letters by reason: a sender that nobody verified becomes no label', async () => {
    await addInbox('waiting', 'prefecture-75', null, 40);
    await addInbox('waiting', 'prefecture-75', null, 20);
    await addInbox('parked', 'MARKED-sender', 'seal-broken', 300);
    await addInbox('applied', 'prefecture-75', null, 4000);
    const page = await scrape();
    expect(value(page, 'liaison_inbox_waiting_events{sender="prefecture-75"}')).toBe(2);
    expect(value(page, 'liaison_inbox_oldest_waiting_seconds{sender="prefecture-75"}')).toBeCloseTo(40, -1);
    expect(value(page, 'liaison_dead_letters{reason="seal-broken"}')).toBe(1);
    expect(value(page, 'liaison_dead_letters_oldest_seconds{reason="seal-broken"}')).toBeGreaterThanOrEqual(
      300,
    );
    expect(page).not.toContain('MARKED');
    await run("DELETE FROM messaging.inbox WHERE state IN ('waiting', 'parked')");
    expect(await scrape()).not.toMatch(/^liaison_(dead_letters|inbox_waiting)\S* \d/m);
  });

  it('tell which recipients cannot be reached, since when and why; the readiness probe and operators see the same', async () => {
    const topic = 'liaison.inbox.prefecture-75';
    await run(
      `INSERT INTO messaging.breaker (topic, state, since, reason, attempts, next_at)
       VALUES ($1, 'open', now() - interval '90 s', 'topic-unknown', 4, now() + interval '1 hour')`,
      [topic],
    );
    const page = await scrape();
    expect(value(page, 'liaison_breaker_state{recipient="prefecture-75"}')).toBe(2);
    expect(value(page, 'liaison_breaker_state{recipient="prefecture-13"}')).toBe(0);
    const open = 'liaison_breaker_open_seconds{recipient="prefecture-75",reason="topic-unknown"}';
    expect(value(page, open)).toBeGreaterThanOrEqual(90);
    const held = {
      recipient: 'prefecture-75',
      breaker: 'open',
      reason: 'topic-unknown',
      attempts: 4,
      waiting: 3,
      nextTryAt: expect.any(String),
    };
    const { status, body } = await service.anonymous().get('/health/ready');
    expect(status).toBe(200);
    expect(body.details.recipients[0]).toMatchObject(held);
    expect(body.details.recipients[0].oldestSeconds).toBeGreaterThanOrEqual(90);

    const operator = await service.as({ unit: 'desk', roles: ['operator'] });
    expect((await operator.get('/v1/recipients')).body.items[0]).toMatchObject(held);
    const officer = await service.as({ unit: 'desk', roles: ['officer'] });
    expect((await officer.post('/v1/recipients/prefecture-75/retry')).status).toBe(403);
    expect((await operator.post('/v1/recipients/prefecture-75/retry')).body).toEqual({ triesNow: true });
    const [record] = (await run(
      "SELECT record ->> 'counterpart' AS peer, record ->> 'reason' AS reason FROM messaging.audit_record WHERE kind = 'redrive'",
    )) as unknown[];
    expect(record).toEqual({ peer: 'prefecture-75', reason: 'recipient-tried' });
    const [due] = (await run(
      'SELECT next_at <= clock_timestamp() AS due FROM messaging.breaker',
    )) as unknown[];
    expect(due).toEqual({ due: true });
    await run(`UPDATE messaging.breaker SET state = 'closed', since = now(), reason = NULL`);
    const closed = await scrape();
    expect(value(closed, 'liaison_breaker_state{recipient="prefecture-75"}')).toBe(0);
    expect(closed).not.toContain('liaison_breaker_open_seconds{');
    expect((await operator.post('/v1/recipients/prefecture-75/retry')).body).toEqual({ triesNow: false });
  });

  it('count refusals and failures of lanes by topic', async () => {
    reached('refused', { topic: 'liaison.inbox.ase-75', partition: 0, count: 3 });
    reached('lane-failed', { topic: 'liaison.inbox.ase-75', partition: 0, count: 1 });
    const page = await scrape();
    expect(value(page, 'liaison_refused_total{topic="liaison.inbox.ase-75"}')).toBe(3);
    expect(value(page, 'liaison_lane_failures_total{topic="liaison.inbox.ase-75"}')).toBe(1);
  });

  it('tell readiness, the consumer’s lag and the pools', async () => {
    await eventually(async () => expect(value(await scrape(), 'liaison_ready{check="consumer"}')).toBe(1));
    const page = await scrape();
    expect(value(page, 'liaison_ready{check="database-ingest"}')).toBe(1);
    expect(value(page, 'liaison_consumer_lag_messages')).toBe(0);
    expect(value(page, 'liaison_database_pool_connections{pool="ingest",state="waiting"}')).toBe(0);
    const busy = value(page, 'liaison_database_pool_connections{pool="ingest",state="busy"}') ?? 0;
    const idle = value(page, 'liaison_database_pool_connections{pool="ingest",state="idle"}') ?? 0;
    expect(busy + idle).toBeGreaterThan(0);
  });
});
