import { NOTICE_ISSUED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  currentConvention,
  startAgencyWorld,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from '../service';
import type { NoticePage, NoticePreview } from './notice.answers';
import type { NoticeContents } from './notice-contents.dto';
import { about, expectProblem, Notices } from './notices.test';

describe('notices on the desk of their author', () => {
  let world: AgencyWorld;
  let police: TestService;
  let notices: Notices;
  let otherUnit: Agent;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
    otherUnit = await police.as({ unit: 'bpm', roles: ['officer'] });
    caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  describe('a draft', () => {
    it('is written, replaced and read, each version with its ETag', async () => {
      const written = await notices.officer.post('/v1/notices').send({ content: aNotice() });
      expect(written.status).toBe(201);
      const { id } = written.body as { id: string };
      expect(written.body).toEqual({
        id,
        state: 'draft',
        version: 1,
        recipients: [],
        warnings: expect.any(Array),
      });
      expect(written.headers).toMatchObject({ etag: '"1"', location: `/v1/notices/${id}` });

      const edited = await notices.officer
        .put(`/v1/notices/${id}`)
        .set('If-Match', '"1"')
        .send({ content: about('Okoro') });
      expect(edited.status).toBe(200);
      expect(edited.headers['etag']).toBe('"2"');

      const read = await notices.officer.get(`/v1/notices/${id}`);
      expect(read.body).toEqual({
        id,
        state: 'draft',
        amendment: null,
        version: 2,
        unit: 'brp',
        createdAt: expect.any(String),
        issuedAt: null,
        content: about('Okoro'),
        withheld: [],
      });
      expect(read.headers).toMatchObject({ etag: '"2"', 'cache-control': 'no-store' });
    });

    it('is written once under one key, by each caller for themselves', async () => {
      const write = (key: string, familyName: string, agent = notices.officer) =>
        agent
          .post('/v1/notices')
          .set('Idempotency-Key', key)
          .send({ content: about(familyName) });
      const key = randomUUID();
      const before = await notices.count('police.notice');
      const [first, again] = await Promise.all([write(key, 'Eze'), write(key, 'Eze')]);
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body).toEqual(first.body);
      expect(again.headers).toMatchObject({ etag: '"1"', location: first.headers['location'] });
      expect(await notices.count('police.notice')).toBe(before + 1);
      expectProblem(await write(key, 'Okoro'), 422, 'idempotency-key-reused');
      expectProblem(await notices.issueNow({ content: about('Eze') }, key), 422, 'idempotency-key-reused');
      expectProblem(await write('two words', 'Eze'), 400, 'idempotency-key-invalid');
      const colleague = await police.as({ unit: 'brp', roles: ['officer'] });
      const elsewhere = await write(key, 'Eze', colleague);
      expect(elsewhere.status).toBe(201);
      expect(elsewhere.body.id).not.toBe(first.body.id);
    });

    it('is replaced only by who has read the last version', async () => {
      const { id, etag } = await notices.draft();
      const put = () => notices.officer.put(`/v1/notices/${id}`).send({ content: about('Okoro') });
      expectProblem(await put(), 428, 'precondition-required');
      expect((await put().set('If-Match', etag)).status).toBe(200);
      expectProblem(await put().set('If-Match', etag), 412, 'precondition-failed');
    });

    it('does not exist for another unit, nor for anybody when its id is unknown', async () => {
      const { id, etag } = await notices.draft();
      const calls = (agent: Agent, of: string) => [
        agent.get(`/v1/notices/${of}`),
        agent.get(`/v1/notices/${of}/deliveries`),
        agent.post(`/v1/notices/${of}/preview`).send({}),
        agent.put(`/v1/notices/${of}`).set('If-Match', etag).send({ content: aNotice() }),
        agent
          .post(`/v1/notices/${of}/issue`)
          .set('Idempotency-Key', randomUUID())
          .set('If-Match', etag)
          .send({}),
      ];
      for (const call of [...calls(otherUnit, id), ...calls(notices.officer, randomUUID())]) {
        expectProblem(await call, 404, 'notice-not-found');
      }
      const { body } = await otherUnit.get('/v1/notices');
      expect(body).toEqual({ items: [], next: null });
    });

    it('names recipients only when it is issued', async () => {
      const body = { content: aNotice(), recipients: [{ agency: 'prefecture-75' }] };
      const response = await notices.officer.post('/v1/notices').send(body);
      expectProblem(response, 400, 'invalid-request');
      expect(response.body).toMatchObject({ errors: [{ pointer: '/recipients' }] });
    });
  });

  describe('the preview', () => {
    const preview = async (id: string, body: object = {}) => {
      const response = await notices.officer.post(`/v1/notices/${id}/preview`).send(body);
      expect(response.status).toBe(200);
      return (response.body as NoticePreview).items;
    };

    it('shows each recipient field by field, why, and what it would see', async () => {
      const { id } = await notices.draft();
      const [allowed, denied] = await preview(id, {
        recipients: [{ agency: 'prefecture-75', unit: 'desk' }, { agency: 'asso-refuge' }],
      });
      expect(allowed).toMatchObject({
        recipient: 'prefecture-75',
        unit: 'desk',
        allowed: true,
        denial: null,
        convention: currentConvention('police-prefecture'),
      });
      const field = (path: string) => allowed?.fields.find((each) => each.path === path);
      expect(field('exploitation.account')).toMatchObject({ treatment: 'withhold', articles: ['CPP 11'] });
      expect(field('exploitation.from')).toMatchObject({ treatment: 'generalise', to: 'month' });
      expect(allowed?.sees).toMatchObject({
        exploitation: { from: '2025-04' },
        travel: { debt: { amount: 50_000 } },
      });
      expect(allowed?.withheld).toContain('exploitation.account');
      expect(JSON.stringify(allowed?.sees)).not.toContain('station');
      expect(denied).toMatchObject({
        recipient: 'asso-refuge',
        allowed: false,
        denial: { code: 'relation-missing', rules: ['police-association/request'] },
        convention: 'minors-coordination@1',
        sees: null,
      });
    });

    it('goes to the competent préfecture where nobody is named, and hides who is protected', async () => {
      const { id } = await notices.draft(aNotice(), { protection: { identity: true, address: true } });
      const items = await preview(id);
      expect(items.map(({ recipient }) => recipient)).toEqual(['prefecture-75']);
      expect(items[0]?.sees).not.toHaveProperty('address');
      expect(items[0]?.fields).toContainEqual(
        expect.objectContaining({
          path: 'address.departement',
          treatment: 'withhold',
          rules: expect.arrayContaining(['R18']),
        }),
      );
    });

    it('sends nothing, and is recorded as a reading', async () => {
      const { id } = await notices.draft();
      const before = await notices.count('messaging.event_document');
      await preview(id);
      expect(await notices.count('messaging.event_document')).toBe(before);
      const records = await police.database.owner.query<{ record: object }[]>(
        'SELECT record FROM messaging.audit_record WHERE reference = $1',
        [id],
      );
      expect(records).toEqual([
        {
          record: expect.objectContaining({ kind: 'read', unit: 'brp', event: NOTICE_ISSUED, reference: id }),
        },
      ]);
      expect(JSON.stringify(records)).not.toContain('Adeyemi');
    });
  });

  describe('reading', () => {
    it('withholds from a caseworker what is for those who lead the enquiry', async () => {
      const { id } = await notices.draft();
      const read = await caseworker.get(`/v1/notices/${id}`);
      expect(read.status).toBe(200);
      expect(read.body.content).toMatchObject({ civilStatus: { declared: { familyName: 'Adeyemi' } } });
      expect(read.body.content).not.toHaveProperty('assessment');
      expect(read.body.content.exploitation).not.toHaveProperty('account');
      expect(read.body.withheld).toEqual(
        expect.arrayContaining(['assessment.danger', 'exploitation.account']),
      );
    });

    it('lists newest first, by page and by state, without anything about the person', async () => {
      const own = await Notices.of(police, 'list');
      const ids: string[] = [];
      for (let index = 0; index < 5; index++) ids.unshift((await own.draft()).id);
      await own.issue(ids[2] ?? '', '"1"');
      const page = async (query: object): Promise<NoticePage> =>
        (await own.officer.get('/v1/notices').query(query).expect(200)).body as NoticePage;

      const first = await page({ limit: 3 });
      expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
      const second = await page({ limit: 3, cursor: first.next });
      expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3));
      expect(second.next).toBeNull();
      expect((await page({ state: 'issued' })).items).toEqual([
        {
          id: ids[2],
          state: 'issued',
          version: 2,
          unit: 'list',
          createdAt: expect.any(String),
          issuedAt: expect.any(String),
        },
      ]);
      expectProblem(await own.officer.get('/v1/notices?cursor=nonsense'), 400, 'cursor-invalid');
      expectProblem(await own.officer.get('/v1/notices?state=other'), 400, 'invalid-request');
    });

    it('shows the contents of many at once, each as its reading shows it, and records each', async () => {
      const own = await Notices.of(police, 'contents');
      const reader = await police.as({ unit: 'contents', roles: ['caseworker'] });
      const ids: string[] = [];
      for (let index = 0; index < 4; index++) ids.unshift((await own.draft()).id);
      await own.issue(ids[2] ?? '', '"1"');
      const given = await own.draft();
      await own.officer.delete(`/v1/notices/${given.id}`).set('If-Match', given.etag).expect(204);
      const page = async (query: object): Promise<NoticeContents> => {
        const answer = await reader.get('/v1/notices/contents').query(query).expect(200);
        expect(answer.headers['cache-control']).toBe('no-store');
        return answer.body as NoticeContents;
      };
      const records = async (): Promise<number[]> => {
        const rows = await police.database.owner.query<{ reference: string }[]>(
          `SELECT reference FROM messaging.audit_record WHERE kind = 'read' AND reference = ANY ($1::uuid[])`,
          [[...ids, given.id]],
        );
        return [...ids, given.id].map((id) => rows.filter(({ reference }) => reference === id).length);
      };
      const before = await records();
      const first = await page({ limit: 3 });
      const second = await page({ limit: 3, cursor: first.next });
      expect(second.next).toBeNull();
      const shown = [...first.items, ...second.items];
      expect(shown.map(({ id }) => id)).toEqual(ids);
      expect((await records()).map((count, at) => count - (before[at] ?? 0))).toEqual([1, 1, 1, 1, 0]);
      for (const item of shown) {
        expect(item).toEqual((await reader.get(`/v1/notices/${item.id}`).expect(200)).body);
        expect(item.content).not.toHaveProperty('assessment');
        expect(item.withheld).toContain('assessment.danger');
      }
      expect((await page({ state: 'issued' })).items.map(({ id }) => id)).toEqual([ids[2]]);
      expect((await page({ id: [ids[0], ids[3], given.id] })).items.map(({ id }) => id)).toEqual([
        ids[0],
        ids[3],
      ]);
      const tooMany = Array.from({ length: 51 }, () => `id=${randomUUID()}`).join('&');
      for (const [query, code] of [
        [tooMany, 'invalid-request'],
        ['id=17', 'invalid-request'],
        ['id=', 'invalid-request'],
        ['cursor=nonsense', 'cursor-invalid'],
        ['state=other', 'invalid-request'],
        ['limit=51', 'invalid-request'],
        ['limit=0', 'invalid-request'],
        ['limit=some', 'invalid-request'],
      ] as const) {
        expectProblem(await reader.get(`/v1/notices/contents?${query}`), 400, code);
      }
    });

    it('shows neither protection nor author to anybody', async () => {
      const { id } = await notices.draft(aNotice(), { protection: { identity: true, address: false } });
      const { text } = await notices.officer.get(`/v1/notices/${id}`);
      expect(text).not.toMatch(/protection|author/);
    });
  });

  it('logs nothing about the persons', () => {
    expect(police.logLines.length).toBeGreaterThan(0);
    expect(police.logLines.join('')).not.toMatch(/Adeyemi|Okoro|station/);
  });
});
