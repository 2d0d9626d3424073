import { NOTICE_ISSUED } from '@liaison/contracts';
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
import { PREFECTURE } from './service';

const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

describe('the change feed of a préfecture', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
  });
  afterAll(() => world.stop());

  it('tells the desk of what comes and of what the desk does', async () => {
    const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    const changes = async (after: string) =>
      (await desk.get('/v1/changes').query({ after }).expect(200)).body as {
        items: { resource: string; id: string; kind: string; version: number; caseId: string }[];
        next: string;
      };
    const { next: from } = await changes('now');
    await police.send('prefecture-75', { type: NOTICE_ISSUED, document: aNotice(), facts: ADULT });
    const item = await eventually(async () => {
      const [first] = (await changes(from)).items;
      if (!first) throw new Error('nothing yet');
      return first;
    });
    expect(item).toMatchObject({
      resource: 'notice',
      kind: 'received',
      version: 1,
      caseId: expect.any(String),
    });
    await desk.get(`/v1/notices/${item.id}`).expect(200);
    await desk.post(`/v1/notices/${item.id}/acknowledge`).set('Idempotency-Key', randomUUID()).expect(202);
    await desk
      .post('/v1/reflection-periods')
      .set('Idempotency-Key', randomUUID())
      .send({ noticeId: item.id, language: 'ro' })
      .expect(201);
    await eventually(async () => {
      const { items } = await changes(from);
      expect(items.map(({ resource, kind }) => [resource, kind])).toEqual([
        ['notice', 'received'],
        ['notice', 'acknowledged'],
        ['reflection-period', 'opened'],
      ]);
    });
  });
});
