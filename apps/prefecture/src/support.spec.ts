import { NOTICE_AMENDED, SHARE_PURGED, SHARE_REVOKED, SUPPORT_REPORTED } from '@liaison/contracts';
import { aNotice, eventually, startPeer, type TestPeer } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { type ArrivedNotice, type DeskWorld, startDeskWorld } from './desk-world.test';

const PURPOSE = 'residence-of-victims';
const CONSENTS = (value: string) => [{ to: 'prefecture', purpose: PURPOSE, value }];
const FACTS = {
  birthDate: '2001-05-17',
  departement: '75',
  protectedIdentity: false,
  protectedAddress: false,
  consents: CONSENTS('given'),
};

interface Report {
  readonly id: string;
  readonly reference?: string;
  readonly state: string;
  readonly caseId: string | null;
  readonly version: number;
}

describe('what associations tell a préfecture of support', () => {
  let world: DeskWorld;
  let association: TestPeer;
  let worker: Agent;

  beforeAll(async () => {
    world = await startDeskWorld();
    association = await startPeer(world.world, 'asso-refuge');
    worker = world.caseworker;
  });
  afterAll(() => world.world.stop());

  const documentOf = (familyName: string, more: object = {}) => ({
    departement: '75',
    civilStatus: { declared: { familyName, givenNames: ['Blessing'], birthDate: '2001-05-17' } },
    support: { state: 'ongoing', since: '2026-01-12' },
    lodging: { state: 'none' },
    reportedAt: new Date().toISOString(),
    ...more,
  });
  const eventOf = (familyName: string, more: object = {}) => ({
    type: SUPPORT_REPORTED,
    document: documentOf(familyName, more),
    purpose: PURPOSE,
    facts: FACTS,
  });
  /** The newest one that is not superseded, of whoever is called so. */
  const reported = (familyName: string) =>
    eventually(async () => {
      const { body } = await worker.get('/v1/received-support-reports').expect(200);
      for (const item of body.items as Report[]) {
        if (item.state === 'superseded' || item.state === 'voided') continue;
        const view = await worker.get(`/v1/received-support-reports/${item.id}`);
        if (view.text.includes(familyName)) return item;
      }
      throw new Error('it has not arrived');
    });
  const act = ({ id, version }: Report, verb: string, body: object = {}) =>
    worker
      .post(`/v1/received-support-reports/${id}/${verb}`)
      .set({ 'Idempotency-Key': randomUUID(), 'If-Match': `"${version}"` })
      .send(body);
  const stepsOf = async (caseId: string, reader = worker) => {
    const { body } = await reader.get(`/v1/cases/${caseId}/steps`).expect(200);
    return body.items as { kind: string; status: string; origin: { from: string; agency: string } }[];
  };
  const openOf = async (caseId: string, reader = worker) => {
    const { body } = await reader.get(`/v1/cases/${caseId}/timeline`).expect(200);
    return (body.items as { kind: string }[]).map(({ kind }) => kind);
  };
  const receive = (familyName: string): Promise<ArrivedNotice> =>
    world.receive(
      aNotice({
        civilStatus: { declared: { familyName } },
        steps: [
          { kind: 'complaint', status: 'undertaken', on: '2026-01-05' },
          { kind: 'lodging', status: 'considered' },
        ],
      }),
    );

  it('stands beside the notice’s own steps once somebody says whose case it is, and overwrites none', async () => {
    const { caseId } = await receive('Osagie');
    const before = await stepsOf(caseId);
    expect(before.map(({ kind, status, origin }) => [kind, status, origin.from, origin.agency])).toEqual([
      ['complaint', 'undertaken', 'notice', 'police-75'],
      ['lodging', 'considered', 'notice', 'police-75'],
    ]);
    const reference = await association.send('prefecture-75', eventOf('Osagie'));
    const report = await reported('Osagie');
    expect(report).toMatchObject({ state: 'new', caseId: null });
    expect(await stepsOf(caseId)).toEqual(before);
    const { body: desk } = await worker.get('/v1/desk').query({ limit: 200 }).expect(200);
    expect(desk.items).toContainEqual(
      expect.objectContaining({ kind: 'support-report', id: report.id, caseId: null }),
    );

    const { body: linked } = await act(report, 'link', { caseId }).expect(200);
    expect(linked).toMatchObject({ caseId, state: 'noted', version: 2 });
    const after = await stepsOf(caseId);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.filter(({ origin }) => origin.from === 'support-report')).toEqual([
      expect.objectContaining({ kind: 'association-support', status: 'undertaken', on: '2026-01-12' }),
      expect.objectContaining({ kind: 'lodging', status: 'none', on: null }),
    ]);
    expect(after).toHaveLength(4);
    expect(await openOf(caseId)).toEqual(
      expect.arrayContaining(['support-report-received', 'support-report-linked']),
    );

    // It changes: the whole of it again, of the same person; nobody has to find the case a second time.
    await association.sayMore(
      'prefecture-75',
      reference,
      eventOf('Osagie', { lodging: { state: 'ongoing', since: '2026-02-01' } }),
    );
    await eventually(async () => {
      const lodged = (await stepsOf(caseId)).filter(({ kind }) => kind === 'lodging');
      expect(lodged.map(({ status, origin }) => [status, origin.agency])).toEqual([
        ['undertaken', 'asso-refuge'],
        ['considered', 'police-75'],
      ]);
    });
    expect(await reported('Osagie')).toMatchObject({ state: 'new', caseId });
    const { body: old } = await act({ ...report, version: 3 }, 'link', { caseId }).expect(409);
    expect(old.code).toBe('support-superseded');
    const { body: exported } = await worker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(JSON.stringify(exported.records ?? exported)).toContain('supportReports');
  });

  it('is nothing for the desk, which the convention does not name: no route, no line, no step, no entry', async () => {
    const { caseId } = await receive('Adeyemi');
    await association.send('prefecture-75', eventOf('Adeyemi'));
    const report = await reported('Adeyemi');
    await act(report, 'link', { caseId }).expect(200);
    await world.desk.get(`/v1/received-support-reports/${report.id}`).expect(403);
    expect((await stepsOf(caseId, world.desk)).map(({ origin }) => origin.from)).toEqual([
      'notice',
      'notice',
    ]);
    expect((await openOf(caseId, world.desk)).filter((kind) => kind.startsWith('support'))).toEqual([]);
    const { body: desk } = await world.desk.get('/v1/desk').query({ limit: 200 }).expect(200);
    expect(JSON.stringify(desk)).not.toContain('support-report');
    const stranger = await world.prefecture.as({ unit: 'other', roles: ['supervisor'] });
    await stranger.get(`/v1/received-support-reports/${report.id}`).expect(404);
  });

  it('was linked to the wrong case: it is taken from it, and waits again', async () => {
    const { caseId } = await receive('Nwosu');
    await association.send('prefecture-75', eventOf('Nwosu'));
    const report = await reported('Nwosu');
    expect((await act(report, 'unlink').expect(409)).body.code).toBe('support-not-linked');
    expect((await act(report, 'link', { caseId: randomUUID() }).expect(404)).body.code).toBe(
      'case-not-found',
    );
    const { body: linked } = await act(report, 'link', { caseId }).expect(200);
    expect((await act(linked as Report, 'link', { caseId }).expect(409)).body.code).toBe('support-linked');
    await act(report, 'unlink').expect(412);
    const { body: free } = await act(linked as Report, 'unlink').expect(200);
    expect(free).toMatchObject({ state: 'new', caseId: null, notedAt: null });
    expect((await stepsOf(caseId)).map(({ origin }) => origin.from)).toEqual(['notice', 'notice']);
    expect((await act(free as Report, 'note').expect(200)).body).toMatchObject({
      state: 'noted',
      caseId: null,
    });
  });

  it('is gone from the case once its sender takes it back', async () => {
    const { caseId } = await receive('Eze');
    const reference = await association.send('prefecture-75', eventOf('Eze'));
    const report = await reported('Eze');
    await act(report, 'link', { caseId }).expect(200);
    await association.takeBack('prefecture-75', reference);
    await eventually(async () => {
      expect((await stepsOf(caseId)).map(({ origin }) => origin.from)).toEqual(['notice', 'notice']);
    });
    const { body } = await worker.get(`/v1/received-support-reports/${report.id}`).expect(410);
    expect(body.code).toBe('support-voided');
  });

  it('R11: a consent that the person takes back is carried out: nothing of what was told is left, that there was a report is', async () => {
    const { caseId } = await receive('Obi');
    const reference = await association.send('prefecture-75', eventOf('Obi'));
    const report = await reported('Obi');
    await act(report, 'link', { caseId }).expect(200);
    const [row] = await world.prefecture.database.owner.query<{ event_id: string }[]>(
      'SELECT event_id FROM support.received WHERE id = $1',
      [report.id],
    );
    await association.sayMore('prefecture-75', reference, {
      type: SHARE_REVOKED,
      document: { revokedAt: new Date().toISOString(), effect: 'purge', events: [row?.event_id] },
      purpose: 'after-sharing',
    });
    const purged = await eventually(() => {
      const [found] = association.received.filter(
        ({ envelope }) => envelope.type === SHARE_PURGED && envelope.subject === reference,
      );
      if (!found) throw new Error('nothing was confirmed yet');
      return found;
    });
    expect(purged.data).toMatchObject({ purged: [row?.event_id] });
    const { body: gone } = await worker.get(`/v1/received-support-reports/${report.id}`).expect(410);
    expect(gone.code).toBe('support-voided');
    expect((await act({ ...report, version: 3 }, 'note')).body.code).toBe('support-voided');
    expect((await stepsOf(caseId)).map(({ origin }) => origin.from)).toEqual(['notice', 'notice']);
    expect(await openOf(caseId)).toContain('support-report-purged');
    const { body: listed } = await worker.get('/v1/received-support-reports').expect(200);
    expect((listed.items as Report[]).find(({ id }) => id === report.id)).toMatchObject({ state: 'voided' });
    const { body: exported } = await worker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(exported.records.supportReports).toEqual([]);
    const left = await world.prefecture.database.owner.query<object[]>(
      `SELECT FROM support.received WHERE id = $1 AND content::text <> '{}'`,
      [report.id],
    );
    expect(left).toEqual([]);
  });

  it('is no asylum claim: that step is the police’s, as the person told them, in a version of the notice', async () => {
    const document = aNotice({
      civilStatus: { declared: { familyName: 'Balogun' } },
      steps: [{ kind: 'asylum-claim', status: 'considered' }],
    });
    const { caseId, reference } = await world.receive(document);
    await world.police.sayMore('prefecture-75', reference, {
      type: NOTICE_AMENDED,
      document: {
        ...document,
        steps: [{ kind: 'asylum-claim', status: 'undertaken', on: '2026-02-09' }],
        amendment: { reason: 'completion' },
      },
    });
    await eventually(async () =>
      expect(await stepsOf(caseId)).toMatchObject([
        { kind: 'asylum-claim', status: 'undertaken', origin: { from: 'notice', agency: 'police-75' } },
      ]),
    );
  });
});
