import { NOTICE_ISSUED, ONWARD_SHARE_MADE, type OnwardShareMadeV1 } from '@liaison/contracts';
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

describe('what another agency passed on', () => {
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

  it('is in the timeline, the change feed and the audit trail of whoever had shared it, and of nobody else', async () => {
    const { body: notice } = await officer
      .post('/v1/notices')
      .set('Idempotency-Key', randomUUID())
      .send({ content: aNotice(), state: 'issued' })
      .expect(202);
    const arrived = await eventually(() => {
      const found = prefecture.received.find(({ envelope }) => envelope.type === NOTICE_ISSUED);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    const changes = async (as: Agent, after: string) =>
      (await as.get('/v1/changes').query({ after }).expect(200)).body as {
        items: { resource: string; kind: string; caseId: string }[];
        next: string;
      };
    const { next } = await changes(officer, 'now');
    const document: OnwardShareMadeV1 = {
      share: randomUUID(),
      event: arrived.envelope.id,
      recipient: 'prefecture-13',
      type: 'liaison.opinion.requested.v1',
      convention: 'opinion@1',
      categories: ['declared-identity', 'dates'],
      sharedAt: '2026-11-18T22:14:08.301Z',
    };
    await prefecture.answer(arrived, { type: ONWARD_SHARE_MADE, document });
    const entry = await eventually(async () => {
      const { body } = await officer.get(`/v1/cases/${notice.id}/timeline`).expect(200);
      const found = (body.items as { kind: string }[]).find(({ kind }) => kind === 'onward-share-told');
      if (!found) throw new Error('nobody was told');
      return found;
    });
    expect(entry).toMatchObject({
      from: 'prefecture-75',
      detail: {
        event: arrived.envelope.id,
        recipient: 'prefecture-13',
        type: document.type,
        convention: 'opinion@1',
        categories: ['declared-identity', 'dates'],
      },
    });
    await eventually(async () => {
      const { items } = await changes(officer, next);
      expect(items).toContainEqual(
        expect.objectContaining({ resource: 'onward-share', kind: 'told', caseId: notice.id }),
      );
    });
    const elsewhere = await police.as({ unit: 'bpm', roles: ['officer', 'supervisor'] });
    await elsewhere.get(`/v1/cases/${notice.id}/timeline`).expect(404);
    expect((await changes(elsewhere, next)).items).toEqual([]);
    const receipts = await police.database.owner.query(
      `SELECT FROM messaging.audit_record WHERE kind = 'receipt' AND record ->> 'event' = $1`,
      [ONWARD_SHARE_MADE],
    );
    expect(receipts).toHaveLength(1);
  });
});
