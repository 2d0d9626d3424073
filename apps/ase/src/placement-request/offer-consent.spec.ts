import {
  PLACE_DECLARED,
  PLACEMENT_OFFERED,
  REFERRAL_MADE,
  SHARE_REVOKED,
  type ShareRevokedV1,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { aPlace } from '../place/a-place.test';
import { ASE } from '../service';

const UNIT = 'mna';
const SAID = { to: 'association', purpose: 'sheltering' };
const AGREED = {
  ...SAID,
  value: 'given',
  form: 'oral-witnessed',
  language: 'en',
  explainedAs: 'interpreter',
};
const NEEDS = {
  children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
  exploitation: ['75'],
  secure: 'needed',
};

describe('an offer of a place under a convention that asks for consent', () => {
  let folder: string;
  let world: AgencyWorld;
  beforeAll(async () => {
    folder = changedConvention('placement', (text) =>
      text
        .replace('when: { age: [minor, unknown] }', 'when: { age: [minor, unknown], consent: [given] }')
        .replace('whenItEnds: { age: stop,', 'whenItEnds: { age: stop, consent: purge,'),
    );
    world = await startAgencyWorld({ conventionsDir: folder });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  it('rests on what was said at the case of the child, before and after it went out', async () => {
    const shelter = await startPeer(world, 'asso-refuge');
    const ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: UNIT }, ...ASE });
    const caseworker = await ase.as({ unit: UNIT, roles: ['caseworker'] });
    const post = (path: string, body: object, etag?: string) => {
      const request = caseworker.post(path).set('Idempotency-Key', randomUUID());
      return (etag === undefined ? request : request.set('If-Match', etag)).send(body);
    };
    await shelter.send('ase-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false }),
      purpose: 'protection-of-minors',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    await shelter.send('ase-75', { type: PLACE_DECLARED, document: aPlace(), purpose: 'sheltering' });
    const { caseId, place } = await eventually(async () => {
      const { body: referrals } = await caseworker.get('/v1/received-referrals').expect(200);
      const { body: places } = await caseworker.get('/v1/places').expect(200);
      expect([referrals.items.length, places.items.length]).toEqual([1, 1]);
      return { caseId: referrals.items[0].caseId as string, place: places.items[0].id as string };
    });
    const { body: filed } = await post('/v1/placement-requests', { caseId, needs: NEEDS }).expect(201);
    const offer = () => post(`/v1/placement-requests/${filed.id}/offers`, { place }, `"${filed.version}"`);
    expect((await offer().expect(409)).body).toMatchObject({ code: 'offer-not-allowed' });

    await post(`/v1/cases/${caseId}/consents`, AGREED).expect(201);
    await offer().expect(202);
    const arrived = await eventually(() => {
      const found = shelter.received.find(({ envelope }) => envelope.type === PLACEMENT_OFFERED);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    await post(`/v1/cases/${caseId}/consents`, { ...SAID, value: 'withdrawn' }).expect(201);
    const revoked = await eventually(() => {
      const found = shelter.received.find(({ envelope }) => envelope.type === SHARE_REVOKED);
      if (!found) throw new Error('nothing was revoked yet');
      return found;
    });
    expect(revoked.envelope.subject).toBe(arrived.envelope.subject);
    expect(revoked.data as ShareRevokedV1).toMatchObject({
      ...{ effect: 'purge', events: [arrived.envelope.id] },
    });
  });
});
