import { type AgencyWorld, type TestService } from '@liaison/testing';
import fc from 'fast-check';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { type DeskWorld, hidingBirthDates, noticeAbout, startDeskWorld } from './desk-world.test';

interface Found {
  readonly caseId: string;
  readonly person: { readonly declared: { readonly familyName: string; readonly birthDate: string | null } };
  readonly matched: readonly string[];
}
describe('search', () => {
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

  const search = async (as: Agent, q: string, more: object = {}) => {
    const { body } = await as
      .get('/v1/search')
      .query({ q, limit: 200, ...more })
      .expect(200);
    return body as { items: Found[]; next: string | null };
  };
  const found = async (as: Agent, q: string) => (await search(as, q)).items.map(({ caseId }) => caseId);

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
    const { caseId: id } = await receive(noticeAbout(declared));
    expect(await found(desk, q)).toContain(id);
  });

  it('finds only where every word is found', async () => {
    const { caseId: id } = await receive(noticeAbout({ familyName: 'Quaresma', givenNames: ['Beatriz'] }));
    expect(await found(desk, 'quaresma beatriz')).toEqual([id]);
    expect(await found(desk, 'quaresma zulmira')).toEqual([]);
  });

  it('neither shows, finds nor counts what the convention hides from a role', async () => {
    const { caseId: id } = await receive(noticeAbout({ familyName: 'Hakobyan', birthDate: '1983-12-24' }));
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
    for (const person of ['0', '1', 'yes', '']) {
      await caseworker.get('/v1/desk').query({ person }).expect(400);
    }
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
      const { caseId: id } = await receive(
        noticeAbout({ familyName: family, birthDate: `${year}-05-${day}` }),
      );
      withDate.set(id, index);
    }
    await prefecture.database.owner.query(
      `INSERT INTO desk.search_term
       SELECT 'bare', s.case_id, s.document, s.path, s.term, s.sound FROM desk.search_term s
        WHERE s.case_id = ANY ($1::uuid[]) AND s.path <> 'civilStatus.declared.birthDate'`,
      [[...withDate.keys()]],
    );
    await prefecture.database.owner.query(
      `INSERT INTO notice.received_notice
       SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'event_id', gen_random_uuid(),
                'unit', 'bare'))).*
         FROM notice.received_notice n WHERE n.case_id = ANY ($1::uuid[])`,
      [[...withDate.keys()]],
    );
    await prefecture.database.owner.query(
      `UPDATE desk.search_term s SET document = n.id FROM notice.received_notice n
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
    const { reference } = await receive(noticeAbout({ familyName: 'Zyxqvarov' }));
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
    const { caseId: id, id: noticeId } = await receive(noticeAbout({ familyName: 'Wojciechowska' }));
    const elsewhere = await prefecture.as({ unit: 'other', roles: ['supervisor'] });
    expect(await found(elsewhere, 'wojciechowska')).toEqual([]);
    expect(await found(desk, 'wojciechowska')).toEqual([id]);
    await prefecture.database.owner.query(
      `UPDATE notice.received_notice SET state = 'voided', content = '{}', withheld = '[]' WHERE id = $1`,
      [noticeId],
    );
    expect(await found(desk, 'wojciechowska')).toEqual([]);
  });

  it.each(['a', '.', '- -'])('asks for more than %p', async (q) => {
    const { body } = await desk.get('/v1/search').query({ q });
    expect(body).toMatchObject({ status: 400, code: 'search-too-short' });
  });
});
