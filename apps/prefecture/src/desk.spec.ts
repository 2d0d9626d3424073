import { NOTICE_ISSUED, type NoticeIssuedV2 } from '@liaison/contracts';
import {
  aNotice,
  type AgencyWorld,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { PREFECTURE } from './service';

const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

/** The declared birth date is for `desk` and `supervisor` only. */
const withHiddenBirthDate = (): string =>
  changedConvention('police-prefecture.v1.yaml', (text) =>
    text.replace(
      '        procedure.reference: {',
      '        civilStatus.declared.birthDate: { treatment: release, readers: [desk, supervisor], articles: [CPP 11] }\n$&',
    ),
  );

interface Found {
  readonly caseId: string;
  readonly person: { readonly declared: { readonly familyName: string; readonly birthDate: string | null } };
  readonly matched: readonly string[];
}
interface Item {
  readonly kind: string;
  readonly caseId: string;
  readonly dueAt: string | null;
  readonly [name: string]: unknown;
}

describe('desk, search and timeline', () => {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let desk: Agent;
  let caseworker: Agent;

  beforeAll(async () => {
    conventionsDir = withHiddenBirthDate();
    world = await startAgencyWorld({ conventionsDir });
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    caseworker = await prefecture.as({ unit: 'desk', roles: ['caseworker'] });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  type Declared = NonNullable<NoticeIssuedV2['civilStatus']['declared']>;
  const about = (declared: Declared): NoticeIssuedV2 => aNotice({ civilStatus: { declared } });

  /** Case id of a notice that has arrived. */
  async function receive(
    document: NoticeIssuedV2,
  ): Promise<{ id: string; noticeId: string; reference: string }> {
    const reference = await police.send('prefecture-75', { type: NOTICE_ISSUED, document, facts: ADULT });
    return eventually(async () => {
      const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
      const items = body.items as { id: string; reference: string; caseId: string }[];
      const item = items.find((each) => each.reference === reference);
      if (!item) throw new Error('it has not arrived');
      return { id: item.caseId, noticeId: item.id, reference };
    });
  }

  const search = async (as: Agent, q: string, more: object = {}) => {
    const { body } = await as
      .get('/v1/search')
      .query({ q, limit: 200, ...more })
      .expect(200);
    return body as { items: Found[]; next: string | null };
  };
  const found = async (as: Agent, q: string) => (await search(as, q)).items.map(({ caseId }) => caseId);

  describe('search', () => {
    it.each([
      ['accents and case', { familyName: 'Ébénézère', givenNames: ['Zoë'] }, 'ebenezere ZOE'],
      ['swapped names', { familyName: 'Nwosu', givenNames: ['Chiamaka'] }, 'chiamaka nwosu'],
      ['the beginning of a word', { familyName: 'Vasilescu', givenNames: ['Andreea'] }, 'vasil'],
      ['another script', { familyName: 'Кузнецова', givenNames: ['Людмила'] }, 'Kuznetsova'],
      ['the other way to romanise', { familyName: 'Mohammedi', givenNames: ['Yasmine'] }, 'muhamadi'],
      ['hyphens and apostrophes', { familyName: 'N’Diaye-Sarr', givenNames: ['Awa'] }, 'ndiaye sarr'],
      ['an alias', { familyName: 'Tran', givenNames: ['Thi'], aliases: ['Jacqueline'] }, 'jacqueline'],
      ['a birth date as people write it', { familyName: 'Marin', birthDate: '1999-03-07' }, 'marin 7/3/1999'],
    ])('finds somebody by %s', async (_, declared, q) => {
      const { id } = await receive(about(declared));
      expect(await found(desk, q)).toContain(id);
    });

    it('finds only where every word is found', async () => {
      const { id } = await receive(about({ familyName: 'Quaresma', givenNames: ['Beatriz'] }));
      expect(await found(desk, 'quaresma beatriz')).toEqual([id]);
      expect(await found(desk, 'quaresma zulmira')).toEqual([]);
    });

    it('neither shows, finds nor counts what the convention hides from a role', async () => {
      const { id } = await receive(about({ familyName: 'Hakobyan', birthDate: '1983-12-24' }));
      const [seen] = (await search(desk, 'hakobyan 1983')).items;
      expect(seen).toMatchObject({
        caseId: id,
        person: { declared: { birthDate: '1983-12-24' } },
        matched: ['civilStatus.declared.birthDate', 'civilStatus.declared.familyName'],
      });
      for (const q of ['1983-12-24', '24/12/1983', '19831224', '1983', 'hakobyan 1983']) {
        expect([q, await search(caseworker, q)]).toEqual([q, { items: [], next: null }]);
      }
      const [hidden] = (await search(caseworker, 'hakobyan')).items;
      expect(hidden).toMatchObject({ caseId: id, person: { declared: { birthDate: null } } });
      expect(hidden?.matched).toEqual(['civilStatus.declared.familyName']);
      const { body } = await caseworker.get('/v1/desk').query({ person: 'true', limit: 200 }).expect(200);
      expect(JSON.stringify(body)).toContain('Hakobyan');
      expect(JSON.stringify(body)).not.toContain('1983');
      await caseworker.get('/v1/desk').query({ birthDate: '1983-12-24' }).expect(400);
      await caseworker.get('/v1/desk').query({ sort: 'birthDate' }).expect(400);
    });

    it('gives for a hidden field what it gives without that field, to the page', async () => {
      const people = fc.sample(
        fc.record({
          family: fc.constantFrom('Abara', 'Abadie', 'Bacri', 'Badou'),
          year: fc.integer({ min: 1990, max: 1993 }),
          day: fc.integer({ min: 10, max: 28 }),
        }),
        { numRuns: 12, seed: 7 },
      );
      // Of each person two notices: with the birth date, and without; the unit of the second sees all there is.
      const withDate = new Map<string, number>();
      for (const [index, { family, year, day }] of people.entries()) {
        const { id } = await receive(about({ familyName: family, birthDate: `${year}-05-${day}` }));
        withDate.set(id, index);
      }
      await prefecture.database.owner.query(
        `INSERT INTO desk.search_term
         SELECT 'bare', s.case_id, s.document, s.path, s.term, s.sound FROM desk.search_term s
          WHERE s.case_id = ANY ($1::uuid[]) AND s.path <> 'civilStatus.declared.birthDate'`,
        [[...withDate.keys()]],
      );
      await prefecture.database.owner.query(
        `INSERT INTO prefecture.received_notice
         SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'event_id', gen_random_uuid(),
                  'unit', 'bare'))).*
           FROM prefecture.received_notice n WHERE n.case_id = ANY ($1::uuid[])`,
        [[...withDate.keys()]],
      );
      await prefecture.database.owner.query(
        `UPDATE desk.search_term s SET document = n.id FROM prefecture.received_notice n
          WHERE s.unit = 'bare' AND n.unit = 'bare' AND n.case_id = s.case_id`,
      );
      const bare = await prefecture.as({ unit: 'bare', roles: ['desk'] });
      const word = fc.constantFrom('ab', 'aba', 'ba', 'bacri', 'abara', '1991', '19', '1992-05', '199');
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(word, { minLength: 1, maxLength: 2 }),
          fc.constantFrom(2, 200),
          async (words, limit) => {
            const q = words.join(' ');
            const [hidden, without] = [
              await search(caseworker, q, { limit }),
              await search(bare, q, { limit }),
            ];
            expect(hidden.items.map(({ caseId, matched }) => [caseId, matched])).toEqual(
              without.items.map(({ caseId, matched }) => [caseId, matched]),
            );
            expect(hidden.next).toEqual(without.next);
          },
        ),
        { numRuns: 40, seed: 11 },
      );
    }, 60_000);

    it('is recorded, without what was looked for', async () => {
      const { reference } = await receive(about({ familyName: 'Zyxqvarov' }));
      await search(caseworker, 'zyxqvarov');
      const rows = await prefecture.database.owner.query<{ kind: string; record: unknown }[]>(
        `SELECT kind, record FROM messaging.audit_record WHERE kind = 'search' OR reference = $1`,
        [reference],
      );
      expect(rows.some(({ kind }) => kind === 'search')).toBe(true);
      expect(rows.filter(({ kind }) => kind === 'read')).toHaveLength(1);
      expect(JSON.stringify(rows).toLowerCase()).not.toContain('zyxqvar');
      expect(prefecture.logLines.join('\n').toLowerCase()).not.toContain('zyxqvar');
    });

    it('finds nothing in another unit, and nothing of what was taken back', async () => {
      const { id, noticeId } = await receive(about({ familyName: 'Wojciechowska' }));
      const elsewhere = await prefecture.as({ unit: 'other', roles: ['supervisor'] });
      expect(await found(elsewhere, 'wojciechowska')).toEqual([]);
      expect(await found(desk, 'wojciechowska')).toEqual([id]);
      await prefecture.database.owner.query(
        `UPDATE prefecture.received_notice SET state = 'voided', content = '{}', withheld = '[]' WHERE id = $1`,
        [noticeId],
      );
      expect(await found(desk, 'wojciechowska')).toEqual([]);
    });

    it.each(['a', '.', '- -'])('asks for more than %p', async (q) => {
      const { body } = await desk.get('/v1/search').query({ q });
      expect(body).toMatchObject({ status: 400, code: 'search-too-short' });
    });
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
      const { id, noticeId } = await receive(about({ familyName: 'Ionescu' }));
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
          `UPDATE prefecture.received_notice SET acknowledge_by = now() + $2::interval WHERE id = $1`,
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
      const { id, noticeId } = await receive(about({ familyName: 'Okonkwo', givenNames: ['Ngozi'] }));
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
      const { id, reference } = await receive(about({ familyName: 'Eze', birthDate: '1997-01-30' }));
      const { open, items } = await timeline(desk, id);
      expect(open).toMatchObject([{ kind: 'notice', isNew: true }]);
      expect(items).toMatchObject([
        {
          kind: 'notice-received',
          from: 'police-75',
          version: 1,
          ground: { convention: 'police-prefecture@1', articles: expect.arrayContaining(['CESEDA R425-1']) },
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
      const { id } = await receive(about({ familyName: 'Longo' }));
      await prefecture.database.owner.query(
        `INSERT INTO prefecture.received_notice
         SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'event_id', gen_random_uuid(),
                  'recipient_version', v, 'received_at', n.received_at + v * interval '1 second'))).*
           FROM prefecture.received_notice n, generate_series(2, 1000) v WHERE n.case_id = $1`,
        [id],
      );
      // As autovacuum does a minute after so many rows came.
      await prefecture.database.owner.query('ANALYZE prefecture.received_notice');
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
