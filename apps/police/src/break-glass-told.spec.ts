import { BREAK_GLASS_OPENED, type BreakGlassOpenedV1 } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { POLICE } from './service';

describe('what another agency opened in an emergency', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;
  let supervisor: Agent;
  let conventionsDir: string;

  beforeAll(async () => {
    // Of what was opened supervisors alone read which opening it was.
    conventionsDir = changedConvention('break-glass', (text) =>
      text
        .replace(
          '        procedure: release\n',
          '        procedure: release\n      fields:\n        opening: { treatment: release, readers: [supervisor] }\n',
        )
        .replace('        dates: release\n', '')
        .replace('        procedure: release\n', '        procedure: release\n        dates: release\n'),
    );
    world = await startAgencyWorld({ conventionsDir });
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
    supervisor = await police.as({ unit: 'brp', roles: ['supervisor'] });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const told = async (as: Agent) =>
    (await as.get('/v1/break-glass-told').expect(200)).body.items as { id: string; notedAt: string | null }[];

  it('is told at once to the unit that the case came from, stays on its desk until somebody takes note', async () => {
    const { body: notice } = await officer
      .post('/v1/notices')
      .set('Idempotency-Key', randomUUID())
      .send({ content: aNotice(), state: 'issued' })
      .expect(202);
    const arrived = await eventually(() => {
      const found = prefecture.received.find(({ envelope }) => envelope.type.includes('notice.issued'));
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    const document: BreakGlassOpenedV1 = {
      opening: randomUUID(),
      ground: 'child-in-danger',
      openedAt: '2026-11-18T22:14:08.301Z',
      until: '2026-11-19T02:14:08.301Z',
      fields: ['assessment.danger'],
    };
    await prefecture.answer(arrived, { type: BREAK_GLASS_OPENED, document });
    const item = await eventually(async () => {
      const [found] = await told(officer);
      if (!found) throw new Error('nobody was told');
      return found;
    });
    expect(item).toEqual({
      agency: 'prefecture-75',
      id: document.opening,
      caseId: expect.any(String),
      ground: 'child-in-danger',
      fields: ['assessment.danger'],
      openedAt: document.openedAt,
      until: document.until,
      receivedAt: expect.any(String),
      notedAt: null,
    });
    const elsewhere = await police.as({ unit: 'bpm', roles: ['officer', 'supervisor'] });
    expect(await told(elsewhere)).toEqual([]);

    const onDesk = async (as = supervisor) =>
      (await as.get('/v1/desk').query({ kind: 'break-glass-told' }).expect(200)).body.items as object[];
    expect(await onDesk()).toHaveLength(1);
    // The line rests on it.
    expect(await onDesk(officer)).toEqual([]);
    const inTimeline = async (as: Agent) => {
      const { body } = await as.get(`/v1/cases/${notice.id}/timeline`).expect(200);
      return (body.items as { kind: string; detail: object }[]).filter(
        ({ kind }) => kind === 'break-glass-told',
      );
    };
    const line = { detail: { ground: 'child-in-danger', purpose: 'residence-of-victims' } };
    expect(await inTimeline(supervisor)).toMatchObject([line]);
    expect(await inTimeline(officer)).toEqual([]);
    // Each line is for whoever may know of it for its own purpose, whatever the others are for.
    await police.database.owner.query(
      `INSERT INTO desk.break_glass_told
         (sender, opening, unit, case_id, event_id, convention, ground, fields, received_at, purpose)
       SELECT sender, gen_random_uuid(), unit, case_id, gen_random_uuid(), convention, 'danger-to-life', fields, received_at,
              'anti-trafficking-statistics'
         FROM desk.break_glass_told`,
    );
    expect(await inTimeline(supervisor)).toMatchObject([line]);
    await police.database.owner.query(
      `DELETE FROM desk.break_glass_told WHERE purpose = 'anti-trafficking-statistics'`,
    );

    const note = (as: Agent) =>
      as
        .post(`/v1/break-glass-told/prefecture-75/${document.opening}/note`)
        .set('Idempotency-Key', randomUUID());
    await note(elsewhere).expect(404);
    expect((await note(officer).expect(200)).body.notedAt).not.toBeNull();
    await note(officer).expect(409);
    expect(await onDesk()).toEqual([]);
  });
});
