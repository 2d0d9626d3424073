import { type AgencyWorld, currentConvention, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { type DeskWorld, hidingBirthDates, noticeAbout, startDeskWorld } from './desk-world.test';

interface Item {
  readonly kind: string;
  readonly caseId: string;
  readonly dueAt: string | null;
  readonly [name: string]: unknown;
}

describe('desk and timeline', () => {
  let conventionsDir: string;
  let world: AgencyWorld;
  let prefecture: TestService;
  let desk: Agent;
  let caseworker: Agent;
  let receive: DeskWorld['receive'];

  beforeAll(async () => {
    conventionsDir = hidingBirthDates();
    ({ world, prefecture, desk, caseworker, receive } = await startDeskWorld({ conventionsDir }));
  });
  afterAll(async () => {
    await world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  describe('desk', () => {
    const read = async (as: Agent, query: object = {}) => {
      const { body } = await as
        .get('/v1/desk')
        .query({ limit: 200, ...query })
        .expect(200);
      return body as { you: string; counts: Record<string, number>; items: Item[]; next: string | null };
    };

    it('says what is new, due soon and overdue, with nothing about the persons unless asked', async () => {
      const { caseId: id, id: noticeId } = await receive(noticeAbout({ familyName: 'Ionescu' }));
      const item = (await read(desk, { section: 'new' })).items.find(({ caseId }) => caseId === id);
      expect(item).toEqual({
        kind: 'notice',
        id: noticeId,
        caseId: id,
        since: expect.any(String),
        isNew: true,
        dueAt: expect.any(String),
        overdue: false,
        dueSoon: false,
        assignee: null,
        sender: 'police-75',
        person: null,
      });
      const inSections = async () => {
        const sections = ['new', 'overdue', 'due-soon', 'mine', 'unassigned'];
        const pages = await Promise.all(sections.map((section) => read(desk, { section })));
        return sections.filter((_, index) => pages[index]?.items.some(({ caseId }) => caseId === id));
      };
      expect(await inSections()).toEqual(['new', 'unassigned']);
      const due = (at: string) =>
        prefecture.database.owner.query(
          `UPDATE notice.received_notice SET acknowledge_by = now() + $2::interval WHERE id = $1`,
          [noticeId, at],
        );
      await due('3 hours');
      expect(await inSections()).toEqual(['new', 'due-soon', 'unassigned']);
      await due('-1 minute');
      expect(await inSections()).toEqual(['new', 'overdue', 'unassigned']);
      await desk
        .post(`/v1/cases/${id}/assignment/take`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', '"0"')
        .expect(200);
      expect(await inSections()).toEqual(['new', 'overdue', 'mine']);
      await desk
        .post(`/v1/notices/${noticeId}/acknowledge`)
        .set('Idempotency-Key', randomUUID())
        .send({ role: 'desk' })
        .expect(202);
      expect(await inSections()).toEqual(['mine']);
    });

    it('counts what it lists, and pages through it once, what is due first', async () => {
      const all = await read(desk);
      expect(all.counts['open']).toBe(all.items.length);
      expect(all.counts['new']).toBe(all.items.filter(({ isNew }) => isNew === true).length);
      const dues = all.items.map(({ dueAt }) => dueAt ?? '9');
      expect(dues).toEqual([...dues].sort());
      const paged: Item[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await read(desk, { limit: 3, ...(cursor && { cursor }) });
        paged.push(...page.items);
        if (page.next === null) break;
        cursor = page.next;
      }
      expect(paged).toEqual(all.items);
    });

    it('warns before a reflection period ends, and says when nothing came after it', async () => {
      const { caseId: id, id: noticeId } = await receive(
        noticeAbout({ familyName: 'Okonkwo', givenNames: ['Ngozi'] }),
      );
      const { body } = await desk
        .post('/v1/reflection-periods')
        .set('Idempotency-Key', randomUUID())
        .send({ noticeId, language: 'en' })
        .expect(201);
      const period = async () =>
        (await read(desk, { kind: 'reflection-period' })).items.find(({ caseId }) => caseId === id);
      expect(await period()).toMatchObject({ id: body.id, overdue: false, dueSoon: false });
      const moveTo = (days: number) =>
        prefecture.database.owner.query(
          `UPDATE prefecture.reflection_period SET from_day = current_date - 60, last_day = current_date + $2::int WHERE id = $1`,
          [body.id, days],
        );
      await moveTo(3);
      expect(await period()).toMatchObject({ overdue: false, dueSoon: true });
      await moveTo(-3);
      expect(await period()).toMatchObject({ overdue: true, dueSoon: false });
    });

    it('is another for another unit, and keeps filters for one person', async () => {
      const elsewhere = await prefecture.as({ unit: 'other', roles: ['supervisor'] });
      expect(await read(elsewhere)).toMatchObject({ items: [], counts: { open: 0, new: 0 } });
      const name = encodeURIComponent('En retard / à voir');
      await desk.put(`/v1/desk/filters/${name}`).send({ section: 'overdue' }).expect(200);
      await desk.put(`/v1/desk/filters/${name}`).send({ section: 'overdue', kind: 'notice' }).expect(200);
      expect((await desk.get('/v1/desk/filters').expect(200)).body).toEqual({
        items: [{ name: 'En retard / à voir', filter: { section: 'overdue', kind: 'notice' } }],
      });
      expect((await caseworker.get('/v1/desk/filters').expect(200)).body).toEqual({ items: [] });
      expect((await caseworker.delete(`/v1/desk/filters/${name}`)).body.code).toBe('filter-not-found');
      expect((await desk.put('/v1/desk/filters/x').send({ section: 'secret' })).status).toBe(400);
      await desk.delete(`/v1/desk/filters/${name}`).expect(204);
    });
  });

  describe('timeline', () => {
    const timeline = async (as: Agent, id: string, query: object = {}) => {
      const { body } = await as.get(`/v1/cases/${id}/timeline`).query(query).expect(200);
      return body as { open: Item[]; items: Record<string, unknown>[]; next: string | null };
    };

    it('says what is known, from whom, on what ground, what is withheld and what is due', async () => {
      const { caseId: id, reference } = await receive(
        noticeAbout({ familyName: 'Eze', birthDate: '1997-01-30' }),
      );
      const { open, items } = await timeline(desk, id);
      expect(open).toMatchObject([{ kind: 'notice', isNew: true }]);
      expect(items).toMatchObject([
        {
          kind: 'notice-received',
          from: 'police-75',
          version: 1,
          ground: {
            convention: currentConvention('police-prefecture'),
            articles: expect.arrayContaining(['CESEDA R425-1']),
          },
          knows: expect.arrayContaining(['civilStatus.declared.birthDate']),
          withheld: expect.arrayContaining(['contact.phone', 'vulnerability.health']),
        },
      ]);
      // Why something is withheld is in the articles of what is withheld: the recipient sees none of them.
      expect(JSON.stringify(items)).not.toContain('RGPD 9');
      const less = (await timeline(caseworker, id)).items[0];
      expect(less).toMatchObject({ withheld: expect.arrayContaining(['civilStatus.declared.birthDate']) });
      expect(less?.['knows']).not.toContain('civilStatus.declared.birthDate');
      const reads = await prefecture.database.owner.query<unknown[]>(
        `SELECT 1 FROM messaging.audit_record WHERE kind = 'read' AND reference = $1`,
        [reference],
      );
      expect(reads).toHaveLength(2);
      const elsewhere = await prefecture.as({ unit: 'other', roles: ['supervisor'] });
      expect((await elsewhere.get(`/v1/cases/${id}/timeline`)).body.code).toBe('case-not-found');
    });

    it('goes through a thousand events in pages, each once, and is quick', async () => {
      const { caseId: id } = await receive(noticeAbout({ familyName: 'Longo' }));
      await prefecture.database.owner.query(
        `INSERT INTO notice.received_notice
         SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'event_id', gen_random_uuid(),
                  'recipient_version', v, 'received_at', n.received_at + v * interval '1 second'))).*
           FROM notice.received_notice n, generate_series(2, 1000) v WHERE n.case_id = $1`,
        [id],
      );
      // As autovacuum does a minute after so many rows came.
      await prefecture.database.owner.query('ANALYZE notice.received_notice');
      const seen: unknown[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await timeline(desk, id, { limit: 200, ...(cursor && { cursor }) });
        seen.push(...page.items.map((item) => item['version']));
        if (page.next === null) break;
        cursor = page.next;
      }
      expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => 1000 - index));
      const times: number[] = [];
      for (let run = 0; run < 5; run++) {
        const started = performance.now();
        await timeline(desk, id);
        times.push(performance.now() - started);
      }
      const ms = Math.min(...times);
      process.stdout.write(`timeline of 1,000 events: ${ms.toFixed(0)} ms\n`);
      // The target is 50 ms; whatever else runs beside the test must not fail it.
      expect(ms).toBeLessThan(1_000);
    }, 60_000);
  });
});
