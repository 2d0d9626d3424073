import {
  ORIENTATION_ANSWERED,
  ORIENTATION_REQUESTED,
  type OrientationRequestedV1,
  SHARE_REVOKED,
  type ShareRevokedV1,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  feedCaughtUp,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ASSOCIATION } from '../service';

const SAID = {
  needs: { sex: 'female', languages: ['en', 'bin'], needs: ['women-only'], children: 0 },
  nationality: 'NG',
  exploitation: { departements: ['75', '77'] },
  ...{ endangered: true, needsDistance: true, procedureOpen: true },
  consent: { form: 'oral-witnessed', on: '2026-01-12', language: 'en', explainedBy: 'interpreter' },
  commune: '75110',
};
const yearsAgo = (years: number): string => `${new Date().getUTCFullYear() - years}-01-01`;

/** Nothing is said of an age: of whom nobody knows it, and whose birth date is found out afterwards. */
const OF_UNKNOWN_AGE = aReferral({
  civilStatus: { declared: { familyName: 'Okafor', givenNames: ['Mercy'] }, languages: ['en'] },
  age: { ground: 'unknown' },
});

describe('a request for orientation, where it is made', () => {
  let world: AgencyWorld;
  let coordination: TestPeer;
  let association: TestService;
  let worker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    coordination = await startPeer(world, 'ac-se');
    association = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    worker = await association.as({ unit: 'maraude', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const ask = (more: object = {}, said: object = {}) =>
    worker
      .post('/v1/orientation-requests')
      .set('Idempotency-Key', randomUUID())
      .send({ birthDate: yearsAgo(22), departement: '75', content: { ...SAID, ...said }, ...more });
  const arrived = (nationality: string) =>
    eventually(() => {
      const found = coordination.received.find(
        ({ envelope, data }) =>
          envelope.type === ORIENTATION_REQUESTED &&
          (data as OrientationRequestedV1).nationality === nationality,
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  const withdraw = (id: string, version = 1) =>
    worker
      .post(`/v1/orientation-requests/${id}/withdraw-consent`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send();

  it('reaches the coordination with needs and an age band, and no birth date; what became of it comes back', async () => {
    const { body } = await ask().expect(202);
    expect(body).toMatchObject({ state: 'sent', coordination: 'ac-se', allowed: true, denial: null });
    const event = await arrived('NG');
    expect(event.data).toMatchObject({
      needs: { ageBand: '21-24', sex: 'female' },
      exploitation: { departements: ['75', '77'] },
      consent: { form: 'oral-witnessed', explainedBy: 'interpreter' },
    });
    expect(JSON.stringify(event.data)).not.toContain(yearsAgo(22));
    await coordination.answer(event, {
      type: ORIENTATION_ANSWERED,
      document: { step: 'evaluated', answeredAt: new Date().toISOString() },
      purpose: 'orientation-of-adults',
      facts: {
        adult: true,
        consents: [{ to: 'association', purpose: 'orientation-of-adults', value: 'given' }],
      },
    });
    await eventually(async () => {
      const { body: item } = await worker.get(`/v1/orientation-requests/${body.id}`).expect(200);
      expect(item).toMatchObject({
        state: 'answered',
        step: 'evaluated',
        content: { needs: { ageBand: '21-24' } },
        consents: [{ scope: 'orientation', form: 'oral-witnessed', capacity: 'interpreter' }],
      });
    });
    const stranger = await association.as({ unit: 'foyer', roles: ['supervisor'] });
    await stranger.get(`/v1/orientation-requests/${body.id}`).expect(404);
    const { body: listed } = await worker.get('/v1/orientation-requests').expect(200);
    expect(JSON.stringify(listed)).not.toContain('women-only');
  });

  it.each([
    ['a minor', { birthDate: yearsAgo(16) }],
    ['somebody whose age nobody knows (R15)', { birthDate: undefined }],
  ])('of %s is refused with a pointer to child protection there (R30)', async (_, more) => {
    const { body } = await ask(more).expect(422);
    expect(body.code).toBe('orientation-of-minor');
    expect(body.detail).toContain('Aide sociale à l’enfance de Paris (ase-75)');
  });

  it.each([
    ['who needs no distance', {}, { needsDistance: false }, 'orientation-not-needed'],
    ['of tomorrow', {}, { consent: { ...SAID.consent, on: '2099-01-01' } }, 'day-in-the-future'],
    ['without a consent', {}, { consent: undefined }, 'invalid-request'],
    ['with a name', {}, { familyName: 'Osagie' }, 'invalid-request'],
    ['of a day that does not exist', { birthDate: '2001-02-30' }, {}, 'invalid-request'],
    ['on a case that is not there', { caseId: randomUUID() }, {}, 'case-not-found'],
  ])('of somebody %s is not made', async (_, more, said, code) => {
    const before = (await worker.get('/v1/orientation-requests').expect(200)).body.items.length;
    expect((await ask(more, said)).body.code).toBe(code);
    const after = (await worker.get('/v1/orientation-requests').expect(200)).body.items.length;
    expect(after).toBe(before);
  });

  it('R11: a consent that is taken back is told at once, and whoever holds something is to destroy it', async () => {
    const { body } = await ask({}, { nationality: 'RO' }).expect(202);
    const event = await arrived('RO');
    expect((await withdraw(body.id).expect(202)).body).toMatchObject({ state: 'withdrawn', version: 2 });
    await eventually(() => {
      const revoked = coordination.received.filter(({ envelope }) => envelope.type === SHARE_REVOKED);
      expect(revoked.map(({ data }) => data as ShareRevokedV1)).toContainEqual(
        expect.objectContaining({ effect: 'purge', events: [event.envelope.id] }),
      );
    });
    expect((await withdraw(body.id, 2).expect(409)).body.code).toBe('consent-missing');
    const { body: view } = await worker.get(`/v1/orientation-requests/${body.id}`).expect(200);
    expect(view.consents[0].withdrawnOn).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('R11: stands in the register of the case that it follows from, and ends with what is said there', async () => {
    const post = (path: string, body: object) =>
      worker.post(path).set('Idempotency-Key', randomUUID()).send(body);
    const { body: referral } = await post('/v1/referrals', { content: OF_UNKNOWN_AGE }).expect(202);
    const consents = `/v1/cases/${referral.id}/consents`;
    const { body } = await ask({ caseId: referral.id }, { nationality: 'GH' }).expect(202);
    const event = await arrived('GH');
    const { body: register } = await worker.get(consents).expect(200);
    expect(register.items).toMatchObject([
      {
        ...{ to: 'association', purpose: 'orientation-of-adults', value: 'given', current: true },
        ...{ form: 'oral-witnessed', on: '2026-01-12', language: 'en', explainedAs: 'interpreter' },
      },
    ]);
    await post(consents, { to: 'association', purpose: 'orientation-of-adults', value: 'withdrawn' }).expect(
      201,
    );
    await eventually(() => {
      const revoked = coordination.received.filter(({ envelope }) => envelope.type === SHARE_REVOKED);
      expect(revoked.map(({ data }) => data as ShareRevokedV1)).toContainEqual(
        expect.objectContaining({ effect: 'purge', events: [event.envelope.id] }),
      );
    });
    const { body: view } = await worker.get(`/v1/orientation-requests/${body.id}`).expect(200);
    expect(view).toMatchObject({ state: 'withdrawn', version: 2 });
    expect(view.consents[0].withdrawnOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    const { body: ended } = await worker.get('/v1/orientation-requests?state=withdrawn').expect(200);
    expect((ended.items as { id: string }[]).map(({ id }) => id)).toContain(body.id);
    await feedCaughtUp(association.database);
    const { body: changes } = await worker.get('/v1/changes?limit=200').expect(200);
    expect(changes.items).toContainEqual(
      expect.objectContaining({ resource: 'orientation-request', id: body.id, kind: 'withdrawn' }),
    );
    // Said once: there is nothing left to withdraw of the request.
    expect((await withdraw(body.id, 2).expect(409)).body.code).toBe('consent-missing');
  });
});
