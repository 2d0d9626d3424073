import { SHARE_REVOKED, type ShareRevokedV1 } from '@liaison/contracts';
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
import { ASSOCIATION } from './service';

const UNIT = 'maraude';
const PURPOSE = 'protection-of-minors';

describe('a referral under a convention that asks for consent', () => {
  let folder: string;
  let world: AgencyWorld;
  beforeAll(async () => {
    folder = changedConvention('referral', (text) =>
      text
        .replace('when: { age: [minor, unknown] }', 'when: { age: [minor, unknown], consent: [given] }')
        .replace('whenItEnds: { age: stop,', 'whenItEnds: { age: stop, consent: purge,'),
    );
    world = await startAgencyWorld({ conventionsDir: folder });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves once the person has agreed, and what was shared goes when they no longer do', async () => {
    const ase = await startPeer(world, 'ase-75');
    const association = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: UNIT },
      ...ASSOCIATION,
    });
    const caseworker = await association.as({ unit: UNIT, roles: ['caseworker'] });
    const act = (path: string, body: object, as = caseworker) =>
      as.post(path).set('Idempotency-Key', randomUUID()).send(body);
    const { body: made } = await act('/v1/referrals', { content: aReferral() }).expect(202);
    const say = (body: object, as = caseworker) =>
      act(`/v1/cases/${made.id}/consents`, { to: 'ase', purpose: PURPOSE, ...body }, as);
    const delivered = (delivery: string) =>
      eventually(async () => {
        const { body } = await caseworker.get(`/v1/referrals/${made.id}`).expect(200);
        expect(body.told).toEqual([expect.objectContaining({ delivery })]);
      });
    await delivered('refused');
    expect((await say({ value: 'given' }).expect(400)).body).toMatchObject({ code: 'invalid-request' });
    await say({ value: 'given', form: 'written', language: 'fr', explainedAs: 'caseworker' }).expect(201);
    await say({ value: 'withdrawn' }, await association.as({ unit: 'foyer', roles: ['caseworker'] })).expect(
      404,
    );
    await act(`/v1/referrals/${made.id}/send-again`, {}).set('If-Match', `"${made.version}"`).expect(202);
    await delivered('delivered');
    expect(JSON.stringify(ase.received.map(({ data }) => data))).toContain('Mercy');
    // As easily as it was given: no form, and nobody is told to read again first (RGPD 7(3)).
    await say({ value: 'withdrawn' }).expect(201);
    const revoked = await eventually(() => {
      const found = ase.received.find(({ envelope }) => envelope.type === SHARE_REVOKED);
      if (!found) throw new Error('nothing was revoked yet');
      return found.data as ShareRevokedV1;
    });
    expect(revoked).toMatchObject({ effect: 'purge' });
    const { body } = await caseworker.get(`/v1/cases/${made.id}/consents`).expect(200);
    expect((body.items as { value: string }[]).map(({ value }) => value)).toEqual(['withdrawn', 'given']);
  });
});
