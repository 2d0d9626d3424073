import { CLOCK, OverdueChanges } from '@liaison/casework';
import { NOTICE_ACKNOWLEDGED, OPINION_REQUESTED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from './service';

interface Item {
  readonly resource: string;
  readonly id: string;
  readonly kind: string;
  readonly version: number | null;
  readonly caseId: string | null;
}

describe('the change feed of an investigating service', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
  });
  afterAll(() => world.stop());
  afterEach(() => jest.restoreAllMocks());

  const list = async (as: Agent, query: object) =>
    (await as.get('/v1/changes').query(query).expect(200)).body as { items: Item[]; next: string };
  const now = async () => (await list(officer, { after: 'now' })).next;
  const act = (id: string, verb: string, body: object) =>
    officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send(body);
  /** What the officer was told of one record, once it is so much. */
  const told = (id: string, after: string, count: number) =>
    eventually(async () => {
      const { items } = await list(officer, { after });
      const kinds = items.filter((item) => item.id === id).map(({ kind }) => kind);
      expect(kinds).toHaveLength(count);
      return kinds;
    });

  it('tells what becomes of a notice, in order, with nothing of its content', async () => {
    const from = await now();
    const { body: draft } = await officer.post('/v1/notices').send({ content: aNotice() }).expect(201);
    await officer
      .put(`/v1/notices/${draft.id}`)
      .set('If-Match', '*')
      .send({ content: aNotice() })
      .expect(200);
    await act(draft.id, 'issue', {}).expect(202);
    const arrived = await eventually(() => {
      const [event] = prefecture.received.slice(-1);
      if (!event) throw new Error('it has not arrived');
      return event;
    });
    await prefecture.answer(arrived, {
      type: NOTICE_ACKNOWLEDGED,
      document: { acknowledgedAt: new Date().toISOString(), role: 'desk', recipientVersion: 1 },
    });
    await told(draft.id, from, 4);
    await act(draft.id, 'withdraw', { reason: 'duplicate' }).expect(202);
    expect(await told(draft.id, from, 5)).toEqual([
      'written',
      'edited',
      'issued',
      'acknowledged',
      'withdrawn',
    ]);
    const page = await officer.get('/v1/changes').query({ after: from }).expect(200);
    expect(page.text).not.toMatch(/Adeyemi|Princess|police-prefecture/);
    expect(Object.keys(page.body.items[0]).sort()).toEqual([
      'at',
      'caseId',
      'id',
      'kind',
      'resource',
      'unit',
      'version',
    ]);
  });

  it('names the case of a notice as the routes of a case do, from the draft on', async () => {
    const from = await now();
    const { body: draft } = await officer.post('/v1/notices').send({ content: aNotice() }).expect(201);
    await act(draft.id, 'issue', {}).expect(202);
    await told(draft.id, from, 2);
    const { items } = await list(officer, { after: from });
    expect(items.map(({ caseId }) => caseId)).toEqual([draft.id, draft.id]);
    await officer.get(`/v1/cases/${items[0]?.caseId}/timeline`).expect(200);
  });

  it('tells of opinions that are asked for, overdue and answered', async () => {
    const from = await now();
    const request = randomUUID();
    await prefecture.send('police-75', {
      type: OPINION_REQUESTED,
      document: {
        request,
        subject: 'permit-application',
        question: 'Do you know of it?',
        dueOn: '2090-12-04',
        departement: '75',
        requestedAt: '2026-11-18T10:15:01.998Z',
      },
      facts: { departement: '75', askedForOpinion: ['police-75'] },
      unit: 'brp',
    });
    const of = (count: number) =>
      eventually(async () => {
        const { items } = await list(officer, { after: from });
        const found = items.filter(({ resource }) => resource === 'opinion-request');
        expect(found).toHaveLength(count);
        return found;
      });
    const [asked] = await of(1);
    const clock = police.app.get<Clock>(CLOCK);
    jest.spyOn(clock, 'now').mockReturnValue(new Date('2090-12-06T00:00:00Z'));
    await police.app.get(OverdueChanges).look();
    jest.restoreAllMocks();
    await officer
      .post(`/v1/opinion-requests/${asked?.id}/refuse`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '"1"')
      .send({ reason: 'no-elements' })
      .expect(202);
    expect((await of(3)).map(({ id, kind }) => [id, kind])).toEqual(
      ['asked', 'overdue', 'refused'].map((kind) => [asked?.id, kind]),
    );
  });

  it('tells a unit nothing of another, and a role nothing of what it may not list', async () => {
    const from = await now();
    const { body } = await officer.post('/v1/notices').send({ content: aNotice() }).expect(201);
    await told(body.id, from, 1);
    const others = [
      await police.as({ unit: 'bpm', roles: ['officer'] }),
      await police.as({ unit: 'brp', roles: ['desk'] }),
    ];
    for (const other of others) expect((await list(other, { after: from })).items).toEqual([]);
  });

  it('waits for a change where it is asked to, and answers as soon as there is one', async () => {
    const from = await now();
    const waiting = list(officer, { after: from, wait: 20 });
    const { body } = await officer.post('/v1/notices').send({ content: aNotice() }).expect(201);
    const { items, next } = await waiting;
    expect(items.map(({ id }) => id)).toEqual([body.id]);
    expect((await list(officer, { after: next })).items).toEqual([]);
  });

  it('says clearly that a cursor is too old, or is none', async () => {
    const from = await now();
    const { body } = await officer.post('/v1/notices').send({ content: aNotice() }).expect(201);
    await told(body.id, from, 1);
    await police.database.owner.query(
      `INSERT INTO casework.change_horizon SELECT epoch, xid, id FROM casework.change ORDER BY xid DESC, id DESC LIMIT 1
       ON CONFLICT (epoch) DO UPDATE SET xid = excluded.xid, id = excluded.id`,
    );
    const gone = await officer.get('/v1/changes').query({ after: from }).expect(410);
    expect(gone.body).toMatchObject({ code: 'cursor-expired', detail: expect.stringContaining('after=now') });
    for (const query of ['after=x', 'limit=0', 'limit=1001', 'wait=26', `after=${'a'.repeat(300)}`]) {
      await officer.get(`/v1/changes?${query}`).expect(400);
    }
  });
});
