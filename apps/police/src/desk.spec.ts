import { aNotice, type AgencyWorld, startAgencyWorld, startPeer, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { about, Notices } from './notice/notices.test';
import { POLICE } from './service';

interface Item {
  readonly kind: string;
  readonly caseId: string;
  readonly [name: string]: unknown;
}

describe('the desk of an investigating service', () => {
  let world: AgencyWorld;
  let police: TestService;
  let notices: Notices;
  let elsewhere: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    await startPeer(world, 'prefecture-75');
    police = await world.start({ agencyId: 'police-75', ...POLICE });
    notices = await Notices.of(police);
    elsewhere = await police.as({ unit: 'bpm', roles: ['officer', 'supervisor'] });
  });
  afterAll(() => world.stop());

  const items = async (as: Agent, query: object = {}): Promise<Item[]> =>
    (
      await as
        .get('/v1/desk')
        .query({ limit: 200, ...query })
        .expect(200)
    ).body.items as Item[];
  const found = async (as: Agent, q: string): Promise<string[]> => {
    const { body } = await as.get('/v1/search').query({ q }).expect(200);
    return (body.items as { caseId: string }[]).map(({ caseId }) => caseId);
  };

  it('has the unit’s drafts, found by what they say now, and nobody else’s', async () => {
    const { id, etag } = await notices.draft(about('Zielińska'));
    expect((await items(notices.officer)).find(({ caseId }) => caseId === id)).toMatchObject({
      kind: 'draft',
    });
    expect(await found(notices.officer, 'zielinska')).toEqual([id]);
    for (const path of ['timeline', 'notes', 'assignment']) {
      expect((await elsewhere.get(`/v1/cases/${id}/${path}`)).body.code).toBe('case-not-found');
    }
    expect(await items(elsewhere)).toEqual([]);
    expect(await found(elsewhere, 'zielinska')).toEqual([]);

    const put = notices.officer.put(`/v1/notices/${id}`).set('If-Match', etag);
    const edited = await put.send({ content: about('Wyszyńska') }).expect(200);
    expect(await found(notices.officer, 'zielinska')).toEqual([]);
    expect(await found(notices.officer, 'wyszynska')).toEqual([id]);
    const remove = notices.officer
      .delete(`/v1/notices/${id}`)
      .set('If-Match', String(edited.headers['etag']));
    await remove.expect((response) => expect(response.status).toBeLessThan(300));
    expect(await found(notices.officer, 'wyszynska')).toEqual([]);
    expect((await notices.officer.get(`/v1/cases/${id}/timeline`)).body.code).toBe('case-not-found');
  });

  it('waits for the acknowledgement of what was sent, within the time that the convention gives', async () => {
    const { body } = await notices.issueNow({ content: about('Ferreira') }).expect(202);
    const { id } = body as { id: string };
    await notices.whenDelivered(id, 'delivered');
    const waiting = async () =>
      (await items(notices.officer, { kind: 'acknowledgement' })).find(({ caseId }) => caseId === id);
    const item = await waiting();
    expect(item).toMatchObject({ overdue: false, dueSoon: false, isNew: false });
    expect(Date.parse(String(item?.['dueAt'])) - Date.parse(String(item?.['since']))).toBe(
      3 * 24 * 3600 * 1000,
    );
    const { body: told } = await notices.officer.get(`/v1/cases/${id}/timeline`).expect(200);
    const kinds = (told.items as { kind: string }[]).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['delivery-delivered', 'notice-issued', 'notice-written']);
    expect(await found(notices.officer, 'ferreira')).toEqual([id]);
  });

  it('keeps notes and assignments of drafts', async () => {
    const { id } = await notices.draft(aNotice());
    const key = () => randomUUID();
    await notices.officer
      .post(`/v1/cases/${id}/notes`)
      .set('Idempotency-Key', key())
      .send({ text: 'Interview goes on tomorrow.' })
      .expect(201);
    await notices.officer
      .post(`/v1/cases/${id}/assignment/take`)
      .set('Idempotency-Key', key())
      .set('If-Match', '"0"')
      .expect(200);
    expect((await items(notices.officer, { section: 'mine' })).map(({ caseId }) => caseId)).toEqual([id]);
  });
});
