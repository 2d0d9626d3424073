import {
  type AgencyWorld,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { NOTICE_ISSUED, NOTICE_SUPERSEDED, SHARE_REVOKED } from '@liaison/contracts';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { about, Notices, receivedAbout } from './notice/notices.test';
import { POLICE } from './service';

/** Here a supervisor, who may author notices, reads none. */
const conventions = (): string =>
  changedConvention('police-internal', (text) => text.replaceAll('officer, supervisor', 'officer'));

describe('what other systems got wrong: transfers between agencies', () => {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestService;
  let paris: TestPeer;
  let marseille: TestPeer;
  let notices: Notices;
  let blind: Agent;

  beforeAll(async () => {
    conventionsDir = conventions();
    world = await startAgencyWorld({ conventionsDir });
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    paris = await startPeer(world, 'prefecture-75');
    marseille = await startPeer(world, 'prefecture-13');
    notices = await Notices.of(police);
    blind = await police.as({ unit: 'brp', roles: ['supervisor'] });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const post = (as: Agent, id: string, verb: string, body: object) =>
    as.post(`/v1/notices/${id}/${verb}`).set('Idempotency-Key', randomUUID()).set('If-Match', '*').send(body);

  it('a user who may change a transfer of a case that they may not see: nothing of it happens', async () => {
    const { body: issued } = await notices.issueNow({ content: about('Wazobia') });
    await receivedAbout('Wazobia', paris);
    const draft = await notices.draft(about('Wazobia-Draft'));
    const sent = paris.received.length + marseille.received.length;
    for (const [id, verb, body] of [
      [issued.id, 'move', { departement: '13' }],
      [issued.id, 'amend', { content: about('Wazobia'), reason: 'correction' }],
      [issued.id, 'withdraw', { reason: 'other' }],
      [issued.id, 'recall', { reason: 'other' }],
      [issued.id, 'consent', { to: 'association', value: 'given' }],
      [draft.id, 'issue', {}],
    ] as const) {
      const answer = await post(blind, id, verb, body);
      expect([verb, answer.status, answer.body.code]).toEqual([verb, 404, 'notice-not-found']);
    }
    const edited = blind
      .put(`/v1/notices/${draft.id}`)
      .set('If-Match', '*')
      .send({ content: about('Other') });
    expect((await edited).body.code).toBe('notice-not-found');
    expect((await blind.delete(`/v1/notices/${draft.id}`).set('If-Match', '*')).body.code).toBe(
      'notice-not-found',
    );
    for (const part of ['', '/history', '/deliveries']) {
      expect((await blind.get(`/v1/notices/${issued.id}${part}`)).body.code).toBe('notice-not-found');
    }
    expect((await notices.officer.get(`/v1/notices/${issued.id}`)).body).toMatchObject({
      state: 'issued',
      version: 2,
    });
    expect((await notices.officer.get(`/v1/notices/${draft.id}`)).body).toMatchObject({ state: 'draft' });
    expect(paris.received.length + marseille.received.length).toBe(sent);
  });

  it('a hand-over that makes the case unreadable to both sides: each side holds what it may, at every moment', async () => {
    const { body: issued } = await notices.issueNow({ content: about('Zebeda') });
    const here = await receivedAbout('Zebeda', paris);
    await post(notices.officer, issued.id, 'move', { departement: '13' }).expect(202);
    // The new side has it whole under a reference of its own, before anything was taken from the old one.
    const there = await receivedAbout('Zebeda', marseille);
    expect(there.envelope.type).toBe(NOTICE_ISSUED);
    expect(there.withheld).toEqual(here.withheld);
    await eventually(() => {
      const said = paris.received.filter(({ envelope }) => envelope.subject === here.envelope.subject);
      // The old one knows that it no longer stands, and purges what no duty of its own rests on: nothing is voided.
      expect(said.map(({ envelope }) => envelope.type)).toEqual([
        NOTICE_ISSUED,
        NOTICE_SUPERSEDED,
        SHARE_REVOKED,
      ]);
    });
    const { body } = await notices.officer.get(`/v1/notices/${issued.id}`).expect(200);
    expect(body.content.procedure.departement).toBe('13');
    await notices.officer.get(`/v1/cases/${issued.id}/timeline`).expect(200);
  });

  it('a hand-over to where nobody is competent is refused, and the old side keeps the case', async () => {
    const { body: issued } = await notices.issueNow({ content: about('Yewande') });
    await receivedAbout('Yewande', paris);
    const answer = await post(notices.officer, issued.id, 'move', { departement: '2A' });
    expect(answer.status).toBe(422);
    const { body } = await notices.officer.get(`/v1/notices/${issued.id}`).expect(200);
    expect(body).toMatchObject({ state: 'issued', version: 2 });
    const states = (await notices.deliveries(issued.id)).map(({ recipient, event }) => [recipient, event]);
    expect(states).toEqual([['prefecture-75', NOTICE_ISSUED]]);
  });
});
