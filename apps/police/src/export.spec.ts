import { NOTICE_ACKNOWLEDGED, OPINION_REQUESTED } from '@liaison/contracts';
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

const MARK = 'zyx-marqueur-62';

describe('the export of a case by an investigating service', () => {
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

  const act = (id: string, verb: string, body: object) =>
    officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send(body);
  const write = async (content: object) =>
    String((await officer.post('/v1/notices').send({ content }).expect(201)).body.id);
  const read = (id: string, as = officer, query: object = {}) =>
    as.get(`/v1/cases/${id}/export`).query(query);
  const recordsOf = (id: string) =>
    police.database.owner.query<{ record_id: string; record: { fields: { paths: string[] }[] } }[]>(
      `SELECT record_id, record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1 ORDER BY at`,
      [id],
    );

  it('has each version, its deliveries with what was acknowledged, and no reason of a withheld field', async () => {
    const id = await write(aNotice());
    await act(id, 'issue', {}).expect(202);
    const changed = aNotice({ assessment: { danger: `${MARK} danger` } });
    await act(id, 'amend', { reason: 'correction', content: changed }).expect(202);
    const newest = await eventually(() => {
      expect(prefecture.received).toHaveLength(2);
      return prefecture.received[1] as (typeof prefecture.received)[number];
    });
    await prefecture.answer(newest, {
      type: NOTICE_ACKNOWLEDGED,
      document: { acknowledgedAt: new Date().toISOString(), role: 'desk', unit: 'desk', recipientVersion: 2 },
    });
    await eventually(async () => {
      const { body } = await officer.get(`/v1/notices/${id}/deliveries`).expect(200);
      expect(JSON.stringify(body)).toContain('"state":"acknowledged"');
    });
    const before = await recordsOf(id);
    const { body, text } = await read(id).expect(200);
    expect(body).toMatchObject({
      caseId: id,
      ground: { conventions: [] },
      versions: [
        { version: 2, from: null, state: 'issued', content: { assessment: { danger: `${MARK} danger` } } },
        { version: 1, state: 'superseded', type: 'liaison.notice.issued.v2' },
      ],
      records: {
        deliveries: [
          { recipient: 'prefecture-75', recipientVersion: 1 },
          { recipientVersion: 2, state: 'acknowledged', acknowledgements: [{ role: 'desk' }] },
        ],
        breaches: [],
        opinions: [],
      },
    });
    expect(text).not.toMatch(/"fields"|"rules"/);
    const added = (await recordsOf(id)).slice(before.length);
    expect(added.map(({ record_id }) => record_id)).toEqual([body.auditRecord]);
    const pdf = await read(id, officer, { format: 'pdf' }).buffer(true).expect(200);
    expect((pdf.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('has a draft from its first writing on, as far as a role may, for the unit only', async () => {
    const id = await write(aNotice({ assessment: { danger: `${MARK} danger` } }));
    const { body } = await read(id).expect(200);
    expect(body.versions).toMatchObject([{ version: 1, state: 'draft' }]);
    const caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
    const less = await read(id, caseworker).expect(200);
    const seen = await caseworker.get(`/v1/notices/${id}`).expect(200);
    expect(less.body.versions[0]).toMatchObject({ content: seen.body.content, withheld: seen.body.withheld });
    await read(id, await police.as({ unit: 'bpm', roles: ['officer'] })).expect(404);
    await read(id, await police.as({ unit: 'brp', roles: ['operator'] })).expect(403);
    await officer.delete(`/v1/notices/${id}`).set('Idempotency-Key', randomUUID()).set('If-Match', '*');
    await read(id).expect(404);
  });

  it('has the opinion that its notice answers, as the policy lets the reader see it', async () => {
    const request = randomUUID();
    await prefecture.send('police-75', {
      type: OPINION_REQUESTED,
      document: {
        request,
        subject: 'permit-application',
        question: `${MARK}?`,
        dueOn: '2090-12-04',
        departement: '75',
        requestedAt: '2026-11-18T10:15:01.998Z',
      },
      facts: { departement: '75', askedForOpinion: ['police-75'] },
      unit: 'brp',
    });
    await eventually(async () => {
      const { body } = await officer.get('/v1/opinion-requests').expect(200);
      expect(body.items).toHaveLength(1);
    });
    const id = await write(aNotice({ procedure: { departement: '75', opinionRequest: request } }));
    await act(id, 'issue', {}).expect(202);
    const { body } = await read(id).expect(200);
    expect(body.records.opinions).toMatchObject([{ state: 'answered', content: { question: `${MARK}?` } }]);
    const caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
    const less = await read(id, caseworker).expect(200);
    expect(less.body.records.opinions[0].content).not.toHaveProperty('question');
    expect(less.body.records.opinions[0].withheld).toContain('question');
  });
});
