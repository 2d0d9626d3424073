import type { AgencyServiceOptions } from '@liaison/casework';
import {
  NOTICE_ACKNOWLEDGED,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_RECALLED,
  NOTICE_WITHDRAWN,
  type NoticeIssuedV2,
  SHARE_PURGED,
  SHARE_REVOKED,
} from '@liaison/contracts';
import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { aNotice } from './a-notice';
import { type AgencyWorld, startAgencyWorld, type TestService } from './agency-harness';
import { eventually } from './eventually';
import { feedCaughtUp } from './feed-caught-up';
import { startPeer, type TestPeer } from './peer';

export interface ReceivedNoticesOptions {
  readonly service: AgencyServiceOptions;
  readonly agencyId: string;
  readonly unit: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For what this kind of agency is told of a person. */
  readonly purpose: string;
  /** At which of its contact points; absent: at none. */
  readonly contact?: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly civilStatus: NoticeIssuedV2['civilStatus'];
  /** As the convention names itself in a reading. */
  readonly convention: string;
  /** What a caseworker sees, and what nobody here does. */
  readonly shown: object;
  readonly hidden: readonly string[];
  /** What is searched for, where the name is shown; absent: it is not. */
  readonly name?: string;
}

/** Routes of received notices, for the tables of `describeAccess`. */
export const receivedNoticeRoutes = (
  readers: readonly string[],
  deciders: readonly string[],
): Record<string, readonly string[]> => ({
  'GET /v1/notices': readers,
  'GET /v1/notices/:id': readers,
  'GET /v1/notices/contents': readers,
  'GET /v1/notices/counts': readers,
  'GET /v1/notices/matching': readers,
  'POST /v1/notices/:id/acknowledge': deciders,
  'GET /v1/notices/:id/deliveries': readers,
});

interface Item {
  readonly id: string;
  readonly caseId: string;
  readonly reference: string;
  readonly state: string;
  readonly standing: string;
  readonly latest: boolean;
}

/** What answers are looked at for here. */
interface Said {
  readonly withheld: unknown;
  readonly provenance: unknown;
  readonly changed: unknown;
  readonly restrictedSince: unknown;
  readonly acknowledgedAt: unknown;
  readonly items: unknown;
  readonly next: string;
  readonly code: string;
}

const said = async (call: Test): Promise<Said> => (await call).body as Said;

/** A service that notices of an investigating service come to: everything that its people do with one, over HTTP and a real broker. */
export function describeReceivedNotices(options: ReceivedNoticesOptions): void {
  const { service, agencyId, unit, env, purpose, contact, facts, civilStatus } = options;

  describe(`a notice that comes to the ${service.service} service`, () => {
    let world: AgencyWorld;
    let police: TestPeer;
    let tested: TestService;
    let caseworker: Agent;

    beforeAll(async () => {
      world = await startAgencyWorld();
      police = await startPeer(world, 'police-75');
      tested = await world.start({ agencyId, ...service, env: { DEFAULT_UNIT: unit, ...env } });
      caseworker = await tested.as({ unit, roles: ['caseworker'] });
    });
    afterAll(() => world.stop());

    const content = (more: Partial<NoticeIssuedV2> = {}) => aNotice({ civilStatus, ...more });
    const items = async (query = '') =>
      ((await caseworker.get(`/v1/notices?limit=200${query}`).expect(200)).body as { items: Item[] }).items;
    const arrived = (reference: string, is: (item: Item) => boolean = () => true) =>
      eventually(async () => {
        const found = (await items()).find((item) => item.reference === reference && is(item));
        if (!found) throw new Error('it has not arrived');
        return found;
      });
    const receive = async (document = content()): Promise<Item> =>
      arrived(
        await police.send(agencyId, {
          type: NOTICE_ISSUED,
          document,
          purpose,
          facts,
          ...(contact !== undefined && { unit: contact }),
        }),
      );
    const more = (reference: string, type: string, document: object) =>
      police.sayMore(agencyId, reference, {
        type,
        document,
        purpose: type === SHARE_REVOKED ? 'after-sharing' : purpose,
        facts,
        ...(contact !== undefined && { unit: contact }),
      });
    const kinds = async (caseId: string) =>
      (
        (await caseworker.get(`/v1/cases/${caseId}/timeline?limit=200`).expect(200)).body as {
          items: { kind: string }[];
        }
      ).items.map(({ kind }) => kind);
    const eventOf = async ({ id }: Item): Promise<string> => {
      const [row] = await tested.database.owner.query<{ event_id: string }[]>(
        'SELECT event_id FROM notice.received_notice WHERE id = $1',
        [id],
      );
      return row?.event_id ?? '';
    };

    it('is shown as its convention says, with its origin, to the unit alone; the reading is recorded', async () => {
      const item = await receive();
      const body = await said(caseworker.get(`/v1/notices/${item.id}`).expect(200));
      expect(body).toMatchObject({
        state: 'new',
        standing: 'current',
        sender: 'police-75',
        purpose,
        unit,
        acknowledgeBy: expect.any(String) as unknown,
        keepUntil: expect.any(String) as unknown,
        content: options.shown,
      });
      expect(body.withheld).toEqual(expect.arrayContaining([...options.hidden]));
      expect(body.provenance).toMatchObject({
        procedure: { agency: 'police-75', convention: options.convention },
      });
      const recorded = await tested.database.owner.query<unknown[]>(
        `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
        [item.reference],
      );
      expect(recorded).toHaveLength(1);
      const stranger = await tested.as({ unit: 'other', roles: ['supervisor'] });
      await stranger.get(`/v1/notices/${item.id}`).expect(404);
      await stranger
        .post(`/v1/notices/${item.id}/acknowledge`)
        .set('Idempotency-Key', randomUUID())
        .expect(404);
      expect(tested.logLines.join('\n')).not.toContain('Adeyemi');
    });

    it('is read with many others at once as it is by itself, each reading recorded', async () => {
      const received = [await receive(), await receive(), await receive()];
      const recalled = await receive();
      await more(recalled.reference, NOTICE_RECALLED, {
        recalledAt: new Date().toISOString(),
        reason: 'wrong-recipient',
      });
      await arrived(recalled.reference, ({ state }) => state === 'voided');
      const readings = async () => {
        const [row] = await tested.database.owner.query<{ count: number }[]>(
          `SELECT count(*)::int FROM messaging.audit_record WHERE kind = 'read' AND reference = ANY ($1::uuid[])`,
          [[...received, recalled].map(({ reference }) => reference)],
        );
        return row?.count;
      };
      const before = await readings();

      const contents: { id: string }[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query = { limit: 2, ...(cursor !== '' && { cursor }) };
        const answer = await caseworker.get('/v1/notices/contents').query(query).expect(200);
        expect(answer.headers['cache-control']).toBe('no-store');
        const page = answer.body as { items: { id: string }[]; next: string | null };
        contents.push(...page.items);
        cursor = page.next;
      }
      const standing = (await items()).filter(({ state }) => state !== 'voided').map(({ id }) => id);
      expect(contents.map(({ id }) => id)).toEqual(standing);
      expect(await readings()).toBe((before ?? 0) + received.length);
      for (const { id } of received) {
        const alone = await caseworker.get(`/v1/notices/${id}`).expect(200);
        expect(contents.find((each) => each.id === id)).toEqual(alone.body);
        expect(alone.body).toMatchObject({
          content: options.shown,
          withheld: expect.arrayContaining([...options.hidden]) as unknown,
        });
      }
      const [first, , last] = received.map(({ id }) => id);
      const named = await caseworker
        .get('/v1/notices/contents')
        .query({ id: [first, recalled.id, last, randomUUID()] })
        .expect(200);
      expect((named.body as { items: Item[] }).items.map(({ id }) => id)).toEqual([last, first]);
      const stranger = await tested.as({ unit: 'other', roles: ['supervisor'] });
      await stranger.get('/v1/notices/contents').query({ id: first }).expect(200, { items: [], next: null });
      await stranger.get('/v1/notices/contents').expect(200, { items: [], next: null });
    });

    it('is on the desk, in the change feed, found by what is shown of it, and acknowledged once', async () => {
      const before = await said(caseworker.get('/v1/changes?after=now').expect(200));
      const item = await receive();
      const onDesk = async () =>
        (
          (await caseworker.get('/v1/desk?kind=notice&section=new&limit=200').expect(200)).body as {
            items: Item[];
          }
        ).items.map(({ caseId }) => caseId);
      expect(await onDesk()).toContain(item.caseId);
      const q = 'Adeyemi';
      const found = (
        (await caseworker.get('/v1/search').query({ q, limit: 200 }).expect(200)).body as { items: Item[] }
      ).items.map(({ caseId }) => caseId);
      if (options.name === undefined) expect(found).toEqual([]);
      else expect(found).toContain(item.caseId);

      const key = randomUUID();
      const acknowledge = (id = item.id) =>
        caseworker.post(`/v1/notices/${id}/acknowledge`).set('Idempotency-Key', key);
      const answer = await said(acknowledge().expect(202));
      expect(answer).toMatchObject({
        state: 'acknowledged',
        recipient: 'police-75',
        decision: { allowed: true },
      });
      expect(await said(acknowledge().expect(202))).toEqual(answer);
      const again = await said(
        caseworker
          .post(`/v1/notices/${item.id}/acknowledge`)
          .set('Idempotency-Key', randomUUID())
          .expect(409),
      );
      expect(again.code).toBe('notice-already-acknowledged');
      await eventually(() => {
        const told = police.received.filter(
          ({ envelope }) => envelope.type === NOTICE_ACKNOWLEDGED && envelope.subject === item.reference,
        );
        expect(told.map(({ data }) => data)).toEqual([
          { acknowledgedAt: answer.acknowledgedAt, role: 'caseworker', unit, recipientVersion: 1 },
        ]);
      });
      expect(await onDesk()).not.toContain(item.caseId);
      expect(await kinds(item.caseId)).toEqual(
        expect.arrayContaining(['notice-received', 'notice-acknowledged']),
      );
      await feedCaughtUp(tested.database);
      const changes = await said(caseworker.get(`/v1/changes?after=${before.next}`).expect(200));
      expect(changes.items).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ resource: 'notice', id: item.id, kind: 'received' }),
          expect.objectContaining({ resource: 'notice', id: item.id, kind: 'acknowledged' }),
        ]),
      );
      const exported = await said(caseworker.get(`/v1/cases/${item.caseId}/export`).expect(200));
      expect(JSON.stringify(exported)).toContain(NOTICE_ACKNOWLEDGED);
    });

    it('has a new version, which says what changed; withdrawn, it is no longer to be acknowledged', async () => {
      const first = await receive();
      await more(first.reference, NOTICE_AMENDED, {
        amendment: { reason: 'correction' },
        ...content({ vulnerability: { minor: false, isolation: true } }),
      });
      const second = await arrived(first.reference, ({ id, latest }) => id !== first.id && latest);
      const body = await said(caseworker.get(`/v1/notices/${second.id}`).expect(200));
      expect(body.changed).toEqual(
        expect.arrayContaining([{ path: 'vulnerability.isolation', change: 'added' }]),
      );
      await more(first.reference, NOTICE_WITHDRAWN, {
        withdrawnAt: new Date().toISOString(),
        reason: 'not-a-victim',
      });
      await arrived(first.reference, ({ id, standing }) => id === second.id && standing === 'withdrawn');
      const refused = await said(
        caseworker
          .post(`/v1/notices/${second.id}/acknowledge`)
          .set('Idempotency-Key', randomUUID())
          .expect(409),
      );
      expect(refused.code).toBe('notice-no-longer-stands');
    });

    it('recalled, or purged because its ground has ended, it is empty: not read, not found, and it is said why', async () => {
      const recalled = await receive();
      await more(recalled.reference, NOTICE_RECALLED, {
        recalledAt: new Date().toISOString(),
        reason: 'wrong-recipient',
      });
      await arrived(recalled.reference, ({ state }) => state === 'voided');
      expect((await said(caseworker.get(`/v1/notices/${recalled.id}`).expect(410))).code).toBe(
        'notice-voided',
      );

      const revoked = await receive();
      await more(revoked.reference, SHARE_REVOKED, {
        revokedAt: new Date().toISOString(),
        effect: 'purge',
        events: [await eventOf(revoked)],
      });
      await arrived(revoked.reference, ({ state }) => state === 'voided');
      await caseworker.get(`/v1/notices/${revoked.id}`).expect(410);
      await eventually(() => {
        const told = police.received.filter(
          ({ envelope }) => envelope.type === SHARE_PURGED && envelope.subject === revoked.reference,
        );
        expect(told).toHaveLength(1);
      });
      const terms = await tested.database.owner.query<unknown[]>(
        'SELECT FROM desk.search_term WHERE document = ANY ($1::uuid[])',
        [[recalled.id, revoked.id]],
      );
      expect(terms).toEqual([]);
    });

    it('restricted, it is shown to a supervisor only', async () => {
      const item = await receive();
      await more(item.reference, SHARE_REVOKED, {
        revokedAt: new Date().toISOString(),
        effect: 'restrict',
        events: [await eventOf(item)],
      });
      await eventually(async () => {
        await caseworker.get(`/v1/notices/${item.id}`).expect(404);
      });
      const contents = async (as: Agent) =>
        ((await as.get('/v1/notices/contents?limit=50').expect(200)).body as { items: Item[] }).items.map(
          ({ id }) => id,
        );
      expect(await contents(caseworker)).not.toContain(item.id);
      const supervisor = await tested.as({ unit, roles: ['supervisor'] });
      expect(await contents(supervisor)).toContain(item.id);
      const body = await said(supervisor.get(`/v1/notices/${item.id}`).expect(200));
      expect(body.restrictedSince).toEqual(expect.any(String));
    });
  });
}
