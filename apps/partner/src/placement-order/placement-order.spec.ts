import { PLACEMENT_ORDERED, REFERRAL_MADE } from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { PARTNER } from '../service';

/** Or the day after, where a day begins earlier. */
const TOMORROW = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
const CONTENT = {
  orderedBy: 'juge-des-enfants',
  orderedOn: '2026-03-02',
  civilStatus: { declared: { familyName: 'Okafor', givenNames: ['Mercy'] } },
  age: { ground: 'unknown' },
  departement: '93',
};

describe('a placement that a judge orders', () => {
  let world: AgencyWorld;
  let ase: TestPeer;
  let parquet: TestService;
  let caseworker: Agent;
  let caseId: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    const police = await startPeer(world, 'police-75');
    ase = await startPeer(world, 'ase-75');
    parquet = await world.start({ agencyId: 'parquet-75', env: { DEFAULT_UNIT: 'mineurs' }, ...PARTNER });
    caseworker = await parquet.as({ unit: 'mineurs', roles: ['caseworker'] });
    await police.send('parquet-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: true }),
      purpose: 'protection-of-minors',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    caseId = await eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals').expect(200);
      expect(body.items).toHaveLength(1);
      return body.items[0].caseId as string;
    });
  });
  afterAll(() => world.stop());

  const order = (content: object, as = caseworker, key: string = randomUUID()) =>
    as
      .post('/v1/placement-orders')
      .set('Idempotency-Key', key)
      .send({ caseId, childProtection: '75', content });

  it('goes to child protection once a request, and is in the list and the timeline of the unit', async () => {
    const key = randomUUID();
    const { body } = await order(CONTENT, caseworker, key).expect(202);
    expect(body).toMatchObject({ agency: 'ase-75', allowed: true, denial: null });
    expect((await order(CONTENT, caseworker, key).expect(202)).body).toEqual(body);
    const arrived = await eventually(() => {
      const events = ase.received.filter(({ envelope }) => envelope.type === PLACEMENT_ORDERED);
      expect(events).toHaveLength(1);
      return events[0];
    });
    expect(arrived).toMatchObject({ data: CONTENT, withheld: [] });
    await eventually(async () => {
      const { body: list } = await caseworker.get('/v1/placement-orders').expect(200);
      expect(list.items).toMatchObject([
        { id: body.id, caseId, departement: '93', lodging: null, delivery: 'delivered' },
      ]);
    });
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toContain('placement-ordered');
    const stranger = await parquet.as({ unit: 'other', roles: ['supervisor'] });
    expect((await stranger.get('/v1/placement-orders').expect(200)).body.items).toEqual([]);
    await order(CONTENT, stranger).expect(404);
  });

  it('of nobody who is of age, nor of tomorrow, nor in words of no list', async () => {
    const codes = async (content: object) => {
      const { status, body } = await order(content);
      return [status, body.code];
    };
    const born = { declared: { familyName: 'Okafor', birthDate: '2001-05-04' } };
    expect(await codes({ ...CONTENT, civilStatus: born, age: { ground: 'declared' } })).toEqual([
      422,
      'order-for-adult',
    ]);
    expect(await codes({ ...CONTENT, orderedOn: TOMORROW })).toEqual([422, 'day-in-the-future']);
    expect(await codes({ ...CONTENT, lodging: 'castle' })).toEqual([400, 'invalid-request']);
    expect(await codes({ ...CONTENT, departement: '96' })).toEqual([400, 'invalid-request']);
  });
});
