import { changedConvention } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { type DeskWorld, noticeAbout, startDeskWorld } from './desk-world.test';

/**
 * Two rules for one notice. What one of them hides the other releases, in both directions; and one hides from a role what
 * the other hides from the other role.
 */
const SECOND_RULE = `
  - id: second-notice
    from: { kind: police }
    to: { kind: prefecture }
    relation: [competent]
    events: [liaison.notice.issued.v2]
    readers: [desk, caseworker]
    articles: [CESEDA R425-1]
    treatments:
      categories: { declared-identity: release, contact: release, health: release }
      fields:
        civilStatus.declared.birthPlace: { treatment: withhold, articles: ['RGPD 5(1)(c)'] }
        civilStatus.declared.birthDate: { treatment: release, readers: [desk] }
        civilStatus.declared.aliases: { treatment: release, readers: [caseworker] }
    obligations:
      keep-no-longer-than: P1Y
`;

/** Of its own records, the supervisor reads no permit here, and nobody but the supervisor a reflection period. */
function conventions(): string {
  const notices = changedConvention('police-prefecture', (text) => `${text}${SECOND_RULE}`);
  const records = changedConvention('prefecture-records', (text) =>
    text
      .replace(/(own-reflection-period[^]*?readers: )\[desk, supervisor, caseworker\]/, '$1[supervisor]')
      .replace(
        /(own-residence-permit[^]*?readers: )\[desk, supervisor, caseworker\]/,
        '$1[desk, caseworker]',
      ),
  );
  cpSync(join(records, 'prefecture-records.v1.yaml'), join(notices, 'prefecture-records.v1.yaml'));
  rmSync(records, { recursive: true });
  return notices;
}

const ZORA = {
  familyName: 'Zorapova',
  givenNames: ['Lidia'],
  birthDate: '1987-02-17',
  birthPlace: 'Kishkareny',
  aliases: ['Tchernushka'],
};

describe('what other systems got wrong', () => {
  let conventionsDir: string;
  let desk: DeskWorld;
  let supervisor: Agent;
  let arrived: { readonly id: string; readonly caseId: string };

  beforeAll(async () => {
    conventionsDir = conventions();
    desk = await startDeskWorld({ conventionsDir });
    supervisor = await desk.prefecture.as({ unit: 'desk', roles: ['supervisor'] });
    arrived = await desk.receive({
      ...noticeAbout(ZORA),
      contact: { phone: '+33 6 00 00 00 00' },
    });
  });
  afterAll(async () => {
    await desk.world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const as = (role: string, ...more: string[]) =>
    desk.prefecture.as({ unit: 'desk', roles: [role, ...more], subject: `${role} ${more.join(' ')}` });
  const declaredTo = async (reader: Agent) => {
    const { body } = await reader.get(`/v1/notices/${arrived.id}`).expect(200);
    return body as {
      content: { civilStatus?: { declared?: Record<string, unknown> }; contact?: object };
      withheld: string[];
    };
  };
  const post = (reader: Agent, path: string, body: object) =>
    reader.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', '*').send(body);
  const outcome = async (answer: ReturnType<typeof post>) => {
    const { status, body } = await answer;
    return [status, body.code];
  };

  describe('two rules with a wrong union of hidden fields', () => {
    it('what either rule hides did not come: it is in no reading, search, count, timeline or export', async () => {
      const reader = await as('desk');
      const { content, withheld } = await declaredTo(reader);
      expect(content.civilStatus?.declared).toMatchObject({ familyName: 'Zorapova' });
      expect(content.civilStatus?.declared).not.toHaveProperty('birthPlace');
      expect(content).not.toHaveProperty('contact');
      expect(withheld).toEqual(expect.arrayContaining(['civilStatus.declared.birthPlace', 'contact.phone']));
      for (const path of [
        '/v1/desk?person=true&limit=200',
        `/v1/cases/${arrived.caseId}/timeline`,
        `/v1/cases/${arrived.caseId}/export?format=json`,
        '/v1/search?q=zorapova',
      ]) {
        const { text } = await reader.get(path).expect(200);
        expect([path, /Kishkareny|00 00 00/.test(text)]).toEqual([path, false]);
      }
      expect((await reader.get('/v1/search?q=kishkareny').expect(200)).body.items).toEqual([]);
      const asked = reader.get('/v1/notices/counts').query({ field: 'civilStatus.declared.birthPlace' });
      expect((await asked).body).toMatchObject({ status: 403, code: 'field-not-queryable' });
    });

    it('each role reads what both rules let it; two roles of one person never add up to more than the wider', async () => {
      const [clerk, caseworker, both] = [
        await as('desk'),
        await as('caseworker'),
        await as('desk', 'caseworker'),
      ];
      const seen = async (reader: Agent) => {
        const declared = (await declaredTo(reader)).content.civilStatus?.declared ?? {};
        return ['birthDate', 'aliases'].filter((name) => name in declared);
      };
      expect([await seen(clerk), await seen(caseworker)]).toEqual([['birthDate'], ['aliases']]);
      expect(await seen(both)).toHaveLength(1);
    });
  });

  describe('hiding a field that search uses', () => {
    it('the hidden field finds nothing, matches nothing and shortens no page; what is open does', async () => {
      const [clerk, caseworker] = [await as('desk'), await as('caseworker')];
      const found = async (reader: Agent, q: string) =>
        ((await reader.get('/v1/search').query({ q }).expect(200)).body.items as object[]).length;
      expect([await found(clerk, '1987-02-17'), await found(caseworker, '1987-02-17')]).toEqual([1, 0]);
      expect([await found(clerk, 'tchernushka'), await found(caseworker, 'tchernushka')]).toEqual([0, 1]);
      const both = await as('desk', 'caseworker');
      expect(await found(both, 'zorapova 1987-02-17 tchernushka')).toBe(0);
    });
  });

  describe('a hidden date of birth that shows in a list', () => {
    it('is in no list, search or timeline of whoever may not read it, and in those of whoever may', async () => {
      const [clerk, caseworker] = [await as('desk'), await as('caseworker')];
      for (const [path, shows] of [
        ['/v1/desk?person=true&limit=200', true],
        ['/v1/search?q=zorapova', true],
        [`/v1/cases/${arrived.caseId}/export?format=json`, true],
        ['/v1/notices?limit=200', false],
        [`/v1/cases/${arrived.caseId}/timeline`, false],
      ] as const) {
        const [open, closed] = await Promise.all([clerk.get(path), caseworker.get(path)]);
        expect([path, open.status, open.text.includes('1987')]).toEqual([path, 200, shows]);
        expect([path, closed.status, closed.text.includes('1987')]).toEqual([path, 200, false]);
      }
    });

    it('does not come back through a document that the préfecture makes out itself', async () => {
      // Who is not in the notice for the clerk is not copied into the clerk's record either.
      const { caseId, id } = await desk.receive(noticeAbout({ ...ZORA, familyName: 'Wolkovska' }));
      const caseworkerAndDecider = await as('desk');
      const body = { ground: 'cooperation', noticeId: id, situation: { complaintOn: '2026-01-05' } };
      const lodged = await post(caseworkerAndDecider, '/v1/permits', body).expect(201);
      const { text } = await caseworkerAndDecider.get(`/v1/permits/${lodged.body.id}`).expect(200);
      expect(text).toContain('Wolkovska');
      expect(text).not.toContain('Kishkareny');
      expect(caseId).toBeDefined();
    });
  });

  describe('a hand-over that makes the case unreadable', () => {
    const pseudonymOf = async (reader: Agent) => {
      const { body } = await reader.get('/v1/colleagues').expect(200);
      return (body.items as { agent: string; you: boolean }[]).find(({ you }) => you)?.agent ?? '';
    };
    const change = (reader: Agent, act: string, version: number, body: object = {}) =>
      reader
        .post(`/v1/cases/${arrived.caseId}/assignment/${act}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send(body);

    it('is refused where whoever would get it may read nothing of it; both sides read it after each that is not', async () => {
      const [giver, taker] = [await as('desk'), await as('caseworker')];
      const to = await pseudonymOf(taker);
      const blind = await pseudonymOf(giver);
      await change(giver, 'take', 0).expect(200);
      // The colleague was seen last in roles that read no case.
      const unseen = 'fe'.repeat(32);
      await desk.prefecture.database.owner.query(
        `INSERT INTO desk.colleague (unit, agent, roles, seen_at) VALUES ('desk', $1, '{operator}', now())`,
        [unseen],
      );
      expect(await outcome(change(giver, 'hand-over', 1, { to: unseen }))).toEqual([
        422,
        'colleague-may-not-read',
      ]);
      const all = post(supervisor, `/v1/colleagues/${blind}/hand-over`, { to: unseen });
      expect(await outcome(all)).toEqual([422, 'colleague-may-not-read']);
      const { body: still } = await giver.get(`/v1/cases/${arrived.caseId}/assignment`).expect(200);
      expect(still).toMatchObject({ mine: true, version: 1 });

      await change(giver, 'hand-over', 1, { to }).expect(200);
      for (const side of [giver, taker]) {
        await side.get(`/v1/cases/${arrived.caseId}/timeline`).expect(200);
        await side.get(`/v1/notices/${arrived.id}`).expect(200);
      }
    });
  });

  describe('a user who may change a transfer of a case that they may not see', () => {
    it('neither acts on a record that their roles read nothing of, nor asks anybody about it', async () => {
      const clerk = await as('desk');
      const body = { ground: 'cooperation', holder: { familyName: 'Somebody' }, situation: {} };
      const { id } = (await post(clerk, '/v1/permits', body).expect(201)).body as { id: string };
      const question = { subject: 'permit-application', subjectId: id, agency: 'police-75', unit: 'brp' };
      const asked = { ...question, question: 'Known?', dueOn: '2099-01-01' };
      await supervisor.get(`/v1/permits/${id}`).expect(403);
      for (const [path, sent] of [
        [`/v1/permits/${id}/grant`, {}],
        [`/v1/permits/${id}/abandon`, {}],
        ['/v1/opinion-requests', asked],
        ['/v1/agdref-extracts', { subject: 'permit', id }],
      ] as const) {
        expect([path, await outcome(post(supervisor, path, sent))]).toEqual([path, [403, 'record-withheld']]);
      }
      const opened = await post(clerk, '/v1/reflection-periods', { noticeId: arrived.id, language: 'ro' });
      expect(opened.status).toBe(201);
      const period = `/v1/reflection-periods/${opened.body.id}`;
      const breach = { measure: 'removal-ordered', takenOn: opened.body.from };
      for (const [path, sent] of [
        [`${period}/end`, { reason: 'link-renewed' }],
        [`${period}/breaches`, breach],
      ] as const) {
        expect([path, await outcome(post(clerk, path, sent))]).toEqual([path, [403, 'record-withheld']]);
      }
      expect(await outcome(clerk.get(`${period}/information`))).toEqual([403, 'record-withheld']);
    });

    it('does not learn that a case is there that is shown to others only, and acts on nothing of it', async () => {
      const { id, caseId } = await desk.receive(noticeAbout({ familyName: 'Restrained' }));
      await desk.prefecture.database.owner.query(
        'UPDATE notice.received_notice SET restricted_since = now() WHERE id = $1',
        [id],
      );
      const clerk = await as('desk');
      await supervisor.get(`/v1/notices/${id}`).expect(200);
      const asked = { subject: 'notice', subjectId: id, agency: 'police-75', unit: 'brp' };
      for (const [path, sent] of [
        [`/v1/notices/${id}/acknowledge`, { role: 'desk' }],
        ['/v1/reflection-periods', { noticeId: id, language: 'ro' }],
        ['/v1/permits', { ground: 'cooperation', noticeId: id, situation: {} }],
        ['/v1/opinion-requests', { ...asked, question: 'Known?', dueOn: '2099-01-01' }],
        ['/v1/agdref-extracts', { subject: 'notice', id }],
      ] as const) {
        expect([path, await outcome(post(clerk, path, sent))]).toEqual([path, [404, 'notice-not-found']]);
      }
      expect((await clerk.get(`/v1/notices/${id}/deliveries`)).body.code).toBe('notice-not-found');
      expect(await outcome(post(clerk, `/v1/cases/${caseId}/assignment/take`, {}))).toEqual([
        404,
        'case-not-found',
      ]);
    });
  });
});
