import { NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  currentConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { POLICE } from '../service';
import { about, expectProblem, Notices, receivedAbout } from './notices.test';

describe('issuing a notice', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    prefecture = await startPeer(world, 'prefecture-75');
    notices = await Notices.of(police);
  });
  afterAll(() => world.stop());

  it('carries a draft to the competent préfecture and follows it until somebody there took note', async () => {
    const { id, etag } = await notices.draft(about('Balogun'));
    const issued = await notices.issue(id, etag);
    expect(issued.status).toBe(202);
    expect(issued.headers['etag']).toBe('"2"');
    expect(issued.body).toEqual({
      id,
      state: 'issued',
      version: 2,
      recipients: [
        {
          recipient: 'prefecture-75',
          unit: null,
          allowed: true,
          denial: null,
          convention: currentConvention('police-prefecture'),
        },
      ],
      warnings: [],
    });
    const arrived = await receivedAbout('Balogun', prefecture);
    const delivered = await notices.whenDelivered(id, 'delivered');
    expect(delivered).toMatchObject({
      reason: null,
      convention: currentConvention('police-prefecture'),
      acknowledgements: [],
    });
    expect(delivered.auditRecord).toEqual(expect.any(String));
    expect(delivered.fields).toContainEqual(
      expect.objectContaining({
        path: 'contact.phone',
        treatment: 'withhold',
        articles: expect.arrayContaining(['RGPD 5(1)(c)']) as unknown,
      }),
    );

    const acknowledgedAt = '2026-03-02T10:00:00.000Z';
    await prefecture.answer(arrived, {
      type: NOTICE_ACKNOWLEDGED,
      document: { acknowledgedAt, role: 'desk', unit: 'desk', recipientVersion: 1 },
    });
    const acknowledged = await notices.whenDelivered(id, 'acknowledged');
    expect(acknowledged.acknowledgements).toEqual([
      { role: 'desk', unit: 'desk', acknowledgedAt, recipientVersion: 1 },
    ]);
    const caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
    expect((await caseworker.get(`/v1/notices/${id}/deliveries`)).body).toEqual({ items: [acknowledged] });
  });

  it('writes and issues in one step', async () => {
    const response = await notices.issueNow({ content: about('Danjuma') });
    expect(response.status).toBe(202);
    const { id } = response.body as { id: string };
    expect(response.headers).toMatchObject({ etag: '"2"', location: `/v1/notices/${id}` });
    expect(response.body).toMatchObject({ state: 'issued', recipients: [{ allowed: true }] });
    await receivedAbout('Danjuma', prefecture);
    const read = await notices.officer.get(`/v1/notices/${id}`);
    expect(read.body).toMatchObject({ state: 'issued', content: about('Danjuma'), withheld: [] });
  });

  it('answers each of those that are issued together with its own, and one of them that has to wait fails none', async () => {
    const names = Array.from({ length: 16 }, (_, index) => `Together${'bdfgklmnprst'[index % 12]}${index}`);
    const repeated = randomUUID();
    const answers = await Promise.all([
      ...names.map((name) => notices.issueNow({ content: about(name) })),
      notices.issueNow({ content: about('Once') }, repeated),
      notices.issueNow({ content: about('Twice') }, repeated),
    ]);
    expect(answers.slice(0, -2).map(({ status }) => status)).toEqual(names.map(() => 202));
    expect(
      answers
        .slice(-2)
        .map(({ status }) => status)
        .sort(),
    ).toEqual([202, 422]);
    const ids = answers.slice(0, -2).map(({ body }) => String(body.id));
    const rows = await police.database.owner.query<{ name: string; xmin: string }[]>(
      `SELECT d.document #>> '{civilStatus,declared,familyName}' AS name, n.xmin::text
         FROM unnest($1::uuid[]) WITH ORDINALITY AS w (id, place)
         JOIN police.notice n USING (id)
         JOIN messaging.event_document d ON d.case_id = n.case_id AND d.version = n.case_version ORDER BY w.place`,
      [ids],
    );
    expect(rows.map(({ name }) => name)).toEqual(names);
    expect(new Set(rows.map(({ xmin }) => xmin)).size).toBeLessThan(names.length);
  });

  it('accepts what no convention allows, sends nothing, and tells the author', async () => {
    const response = await notices.issueNow({ recipients: [{ agency: 'asso-refuge' }] });
    expect(response.status).toBe(202);
    expect(response.body).toMatchObject({
      recipients: [{ recipient: 'asso-refuge', allowed: false, denial: { code: 'relation-missing' } }],
    });
    const refused = await notices.whenDelivered(String(response.body.id), 'refused');
    expect(refused).toMatchObject({ reason: 'relation-missing', convention: null, fields: [] });
  });

  it('happens whole or not at all', async () => {
    const key = randomUUID();
    const tables = ['police.notice', 'messaging.cases', 'messaging.event_document', 'idempotency_key'];
    const rows = () => Promise.all(tables.map((table) => notices.count(table)));
    const before = await rows();
    const serve = police.database.roles.serve;
    await police.database.owner.query(`REVOKE INSERT ON police.notice FROM ${serve}`);
    try {
      expectProblem(await notices.issueNow({}, key), 500, 'internal-error');
    } finally {
      await police.database.owner.query(`GRANT INSERT ON police.notice TO ${serve}`);
    }
    expect(await rows()).toEqual(before);
    expect((await notices.issueNow({}, key)).status).toBe(202);
    expect(await rows()).toEqual(before.map((count) => count + 1));
  });

  it('is final: it is neither replaced nor issued again', async () => {
    const { id, etag } = await notices.draft();
    expect((await notices.issue(id, etag)).status).toBe(202);
    expectProblem(await notices.issue(id, '*'), 409, 'notice-not-draft');
    const put = notices.officer.put(`/v1/notices/${id}`).set('If-Match', '*').send({ content: aNotice() });
    expectProblem(await put, 409, 'notice-not-draft');
    expect(await notices.deliveries(id)).toHaveLength(1);
  });

  it('happens once when it is asked for twice at once, under keys of their own', async () => {
    const { id, etag } = await notices.draft();
    const { owner, name } = police.database;
    const answers = await owner.transaction(async (holder) => {
      await holder.query('SELECT FROM police.notice WHERE id = $1 FOR UPDATE', [id]);
      const asked = [1, 2].map(() => notices.issue(id, etag).then(({ status }) => status));
      await eventually(async () => {
        const waiting = await owner.query<unknown[]>(
          "SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple') AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = $1)",
          [name],
        );
        expect(waiting).toHaveLength(2);
      });
      return asked;
    });
    expect((await Promise.all(answers)).sort()).toEqual([202, 409]);
    expect(await notices.deliveries(id)).toHaveLength(1);
  });

  it('asks for the ETag and for an idempotency key', async () => {
    const { id, etag } = await notices.draft();
    const post = () => notices.officer.post(`/v1/notices/${id}/issue`).send({});
    expectProblem(await post().set('If-Match', etag), 400, 'idempotency-key-missing');
    expectProblem(
      await post().set('Idempotency-Key', 'a b').set('If-Match', etag),
      400,
      'idempotency-key-invalid',
    );
    expectProblem(await post().set('Idempotency-Key', randomUUID()), 428, 'precondition-required');
    expectProblem(await notices.issue(id, '"9"'), 412, 'precondition-failed');
    const now = notices.officer.post('/v1/notices').send({ content: aNotice(), state: 'issued' });
    expectProblem(await now, 400, 'idempotency-key-missing');
  });

  it.each<[string, object, string]>([
    [
      'no préfecture for the département',
      { content: aNotice({ procedure: { departement: '2A' } }) },
      'no-competent-prefecture',
    ],
    [
      'an agency that is not in the directory',
      { recipients: [{ agency: 'prefecture-99' }] },
      'recipient-unknown',
    ],
    [
      'a unit that it does not have',
      { recipients: [{ agency: 'prefecture-75', unit: 'none' }] },
      'recipient-unknown',
    ],
    ['the own agency', { recipients: [{ agency: 'police-75' }] }, 'recipient-is-own-agency'],
    [
      'an agency twice',
      { recipients: [{ agency: 'prefecture-75' }, { agency: 'prefecture-75', unit: 'desk' }] },
      'recipient-repeated',
    ],
  ])('answers 422 to %s', async (_, body, code) => {
    const before = await notices.count('police.notice');
    expectProblem(await notices.issueNow(body), 422, code);
    expect(await notices.count('police.notice')).toBe(before);
  });

  describe('an idempotency key', () => {
    it('gives the first answer again, and refuses another request', async () => {
      const key = randomUUID();
      const content = about('Eze');
      const first = await notices.issueNow({ content }, key);
      const again = await notices.issueNow({ content }, key);
      expect([first.status, again.status]).toEqual([202, 202]);
      expect(again.body).toEqual(first.body);
      expect(again.headers['etag']).toBe(first.headers['etag']);
      expectProblem(await notices.issueNow({ content: about('Other') }, key), 422, 'idempotency-key-reused');
    });

    it('makes one notice of requests that come at once', async () => {
      const before = await notices.count('police.notice');
      const key = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => notices.issueNow({ content: about('Fola') }, key)),
      );
      for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
      expect(await notices.count('police.notice')).toBe(before + 1);
    });

    it('issues a draft once, and holds after its version has moved on', async () => {
      const { id, etag } = await notices.draft();
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 4 }, () => notices.issue(id, etag, {}, key)));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
      for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
      expect(await notices.deliveries(id)).toHaveLength(1);
      expectProblem(
        await notices.issue(id, etag, { recipients: [{ agency: 'ase-75' }] }, key),
        422,
        'idempotency-key-reused',
      );
    });

    it('keeps nothing about the person', async () => {
      await notices.issueNow({ content: about('Gbenga') });
      const kept = await police.database.owner.query('SELECT * FROM idempotency_key');
      expect(JSON.stringify(kept)).not.toContain('Gbenga');
    });
  });
});
