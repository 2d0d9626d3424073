import {
  NOTICE_ISSUED,
  SHARE_REVOKED,
  type ShareRevokedV1,
  SUPPORT_REPORTED,
  type SupportReportedV1,
} from '@liaison/contracts';
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
import { ASSOCIATION } from './service';

const yearsAgo = (years: number): string => `${new Date().getUTCFullYear() - years}-01-01`;
const SAID = {
  departement: '75',
  civilStatus: {
    declared: {
      familyName: 'Osagie',
      givenNames: ['Blessing'],
      birthDate: yearsAgo(22),
      birthPlace: 'Benin City',
      sex: 'female',
      nationalities: ['NG'],
    },
  },
  support: { state: 'ongoing', since: '2026-01-12' },
  lodging: { state: 'none' },
};
const CONSENT = { form: 'oral-witnessed', on: '2026-01-12', language: 'en', explainedAs: 'interpreter' };

describe('that somebody is supported, where it is reported', () => {
  let world: AgencyWorld;
  let prefecture: TestPeer;
  let police: TestPeer;
  let association: TestService;
  let worker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await startPeer(world, 'police-75');
    association = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    worker = await association.as({ unit: 'maraude', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const post = (path: string, body: object, version?: number) => {
    const request = worker.post(path).set('Idempotency-Key', randomUUID());
    return (version === undefined ? request : request.set('If-Match', `"${version}"`)).send(body);
  };
  const report = (more: object = {}, said: object = {}) =>
    post('/v1/support-reports', { content: { ...SAID, ...said }, consent: CONSENT, ...more });
  const named = (familyName: string) => ({
    civilStatus: { declared: { ...SAID.civilStatus.declared, familyName } },
  });
  const arrived = (familyName: string, newest?: Partial<SupportReportedV1>) =>
    eventually(() => {
      const found = prefecture.received.filter(
        ({ envelope, data }) =>
          envelope.type === SUPPORT_REPORTED &&
          (data as SupportReportedV1).civilStatus.declared.familyName === familyName,
      );
      const last = found.at(-1);
      if (!last) throw new Error('it has not arrived');
      if (newest) expect(last.data).toMatchObject(newest);
      return last;
    });
  const revoked = (event: string) =>
    eventually(() => {
      const orders = prefecture.received.filter(({ envelope }) => envelope.type === SHARE_REVOKED);
      expect(orders.map(({ data }) => data as ShareRevokedV1)).toContainEqual(
        expect.objectContaining({
          effect: 'purge',
          events: expect.arrayContaining([event]) as unknown,
        }),
      );
    });

  it('reaches the préfecture of the département, by which the file is found and no more', async () => {
    const { body } = await report().expect(202);
    expect(body).toMatchObject({ prefecture: 'prefecture-75', allowed: true, denial: null, version: 1 });
    expect(body.withheld).toContain('civilStatus.declared.birthPlace');
    const event = await arrived('Osagie');
    expect(event.data).toMatchObject({
      support: { state: 'ongoing', since: '2026-01-12' },
      lodging: { state: 'none' },
    });
    expect(JSON.stringify(event)).not.toContain('Benin City');
    const stranger = await association.as({ unit: 'foyer', roles: ['supervisor'] });
    await stranger.get(`/v1/support-reports/${body.id}`).expect(404);
    const { body: listed } = await worker.get('/v1/support-reports').expect(200);
    expect(JSON.stringify(listed)).not.toContain('Osagie');
    const { body: view } = await worker.get(`/v1/support-reports/${body.id}`).expect(200);
    expect(view).toMatchObject({ content: named('Osagie'), consent: CONSENT, state: 'reported' });
  });

  it('is told again, whole, when it changes; only whoever saw the last version changes it', async () => {
    const { body } = await report({}, named('Adeyemi')).expect(202);
    await arrived('Adeyemi');
    const change = (version: number, said: object) =>
      worker
        .put(`/v1/support-reports/${body.id}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send({ content: { ...SAID, ...named('Adeyemi'), ...said } });
    const lodged = { lodging: { state: 'ongoing' as const, since: '2026-02-01' } };
    expect((await change(1, lodged).expect(202)).body).toMatchObject({ version: 2, state: 'reported' });
    await arrived('Adeyemi', lodged);
    await change(1, lodged).expect(412);
    expect((await change(2, { departement: '13' }).expect(409)).body.code).toBe('support-elsewhere');
  });

  it.each([
    ['of a minor', {}, { ...SAID.civilStatus.declared, birthDate: yearsAgo(16) }, 'support-of-minor'],
    ['of unknown age (R15)', {}, { ...SAID.civilStatus.declared, birthDate: undefined }, 'support-of-minor'],
    ['whom nobody names', {}, {}, 'invalid-request'],
    ['without a consent (R10)', { consent: undefined }, SAID.civilStatus.declared, 'invalid-request'],
    [
      'who agrees tomorrow',
      { consent: { ...CONSENT, on: '2099-01-01' } },
      SAID.civilStatus.declared,
      'day-in-the-future',
    ],
    ['of a case that is not there', { caseId: randomUUID() }, SAID.civilStatus.declared, 'case-not-found'],
  ])('of somebody %s is not made', async (_, more, declared, code) => {
    const count = async () =>
      (await worker.get('/v1/support-reports').expect(200)).body.items.length as number;
    const before = await count();
    const { body } = await report(more, { civilStatus: { declared } });
    expect(body.code).toBe(code);
    expect(await count()).toBe(before);
  });

  it('has no field for where somebody lives (R23)', async () => {
    const { body } = await report({}, { address: '3 rue des Lilas' }).expect(400);
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/content' }] });
    expect(JSON.stringify(body)).not.toContain('Lilas');
  });

  it('R11: a consent that is withdrawn is told at once, and nothing is told any more', async () => {
    const { body } = await report({}, named('Okafor')).expect(202);
    const event = await arrived('Okafor');
    const path = `/v1/support-reports/${body.id}/withdraw-consent`;
    expect((await post(path, {}, 1).expect(202)).body).toMatchObject({ state: 'withdrawn', version: 2 });
    await revoked(event.envelope.id);
    expect((await post(path, {}, 2).expect(409)).body.code).toBe('consent-withdrawn');
    const again = worker
      .put(`/v1/support-reports/${body.id}`)
      .set({ 'Idempotency-Key': randomUUID(), 'If-Match': '"2"' })
      .send({ content: { ...SAID, ...named('Okafor') } });
    expect((await again).body.code).toBe('consent-withdrawn');
  });

  it('R11: withdrawn on the case that it follows from, it is withdrawn here, and not reported anew', async () => {
    const reference = await police.send('asso-refuge', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      purpose: 'orientation-of-adults',
      unit: 'maraude',
      facts: {
        birthDate: '1998-03-04',
        departement: '75',
        namedContact: ['asso-refuge'],
        protectedIdentity: false,
        protectedAddress: false,
        consents: [{ to: 'association', purpose: 'orientation-of-adults', value: 'given' }],
      },
    });
    const caseId = await eventually(async () => {
      const { body } = await worker.get('/v1/notices').expect(200);
      const found = (body.items as { reference: string; caseId: string }[]).find(
        (each) => each.reference === reference,
      );
      if (!found) throw new Error('it has not arrived');
      return found.caseId;
    });
    const { body } = await report({ caseId }, named('Eze')).expect(202);
    const event = await arrived('Eze');
    const exported = async () => {
      const { body: whole } = await worker.get(`/v1/cases/${caseId}/export`).expect(200);
      return whole.records.supportReports as object[];
    };
    expect(await exported()).toMatchObject([
      {
        id: body.id,
        prefecture: 'prefecture-75',
        state: 'reported',
        consent: CONSENT,
        content: named('Eze'),
      },
    ]);
    await worker.get(`/v1/cases/${caseId}/export?format=pdf`).expect(200);
    await post(`/v1/cases/${caseId}/consents`, {
      to: 'prefecture',
      purpose: 'residence-of-victims',
      value: 'withdrawn',
    }).expect(201);
    expect(await exported()).toMatchObject([{ id: body.id, state: 'withdrawn' }]);
    await revoked(event.envelope.id);
    const { body: view } = await worker.get(`/v1/support-reports/${body.id}`).expect(200);
    expect(view).toMatchObject({ state: 'withdrawn', caseId });
    expect((await report({ caseId }, named('Eze')).expect(409)).body.code).toBe('consent-withdrawn');
    const { body: timeline } = await worker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    const kinds = (timeline.items as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['support-reported', 'consent-recorded']));
  });
});
