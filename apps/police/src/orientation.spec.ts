import { ORIENTATION_ANSWERED, ORIENTATION_REQUESTED, SHARE_REVOKED } from '@liaison/contracts';
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
import { Notices } from './notice/notices.test';
import { POLICE } from './service';

const PURPOSE = 'orientation-of-adults';
const SAID = {
  needs: { sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
  exploitation: { departements: ['75'] },
  ...{ endangered: true, needsDistance: true, procedureOpen: true },
  consent: { form: 'oral-witnessed', on: '2026-01-12', language: 'en', explainedBy: 'interpreter' },
  commune: '75110',
};
const yearsAgo = (years: number): string => `${new Date().getUTCFullYear() - years}-01-01`;

describe('investigators who ask for the orientation of an adult', () => {
  let world: AgencyWorld;
  let coordination: TestPeer;
  let police: TestService;
  let notices: Notices;
  let officer: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    coordination = await startPeer(world, 'ac-se');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
    ({ officer } = notices);
  });
  afterAll(() => world.stop());

  const ask = (more: object) =>
    officer
      .post('/v1/orientation-requests')
      .set('Idempotency-Key', randomUUID())
      .send({ departement: '75', content: SAID, ...more });
  const about = async (birthDate?: string): Promise<string> => {
    const declared = { familyName: 'Aghedo', ...(birthDate !== undefined && { birthDate }) };
    return (await notices.draft(aNotice({ civilStatus: { declared } }))).id;
  };
  const arrived = (age: string) =>
    eventually(() => {
      const found = coordination.received.find(
        ({ envelope, data }) =>
          envelope.type === ORIENTATION_REQUESTED &&
          (data as { needs: { ageBand: string } }).needs.ageBand === age,
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });

  it('send needs and the band of the age that their notice says, and nothing of the notice; what became of it comes back', async () => {
    const caseId = await about(yearsAgo(30));
    const { body } = await ask({ caseId }).expect(202);
    expect(body).toMatchObject({ state: 'sent', coordination: 'ac-se', allowed: true });
    const event = await arrived('25-34');
    expect(JSON.stringify(event.data)).not.toMatch(new RegExp(`Aghedo|${yearsAgo(30)}`));
    await coordination.answer(event, {
      type: ORIENTATION_ANSWERED,
      document: { step: 'evaluated', answeredAt: new Date().toISOString() },
      purpose: PURPOSE,
      facts: { adult: true, consents: [{ to: 'police', purpose: PURPOSE, value: 'given' }] },
    });
    await eventually(async () => {
      const { body: view } = await officer.get(`/v1/orientation-requests/${body.id}`).expect(200);
      expect(view).toMatchObject({ state: 'answered', step: 'evaluated', caseId });
    });
    const { body: timeline } = await officer.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['orientation-requested', 'orientation-answered']),
    );
    // Whoever is of the unit and writes no notices asks for nobody.
    const caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
    await caseworker.get('/v1/orientation-requests').expect(403);
  });

  it.each([
    ['a minor', undefined, yearsAgo(16)],
    ['somebody whose age nobody knows (R15)', undefined, undefined],
    ['a minor by the notice, whatever the request says', yearsAgo(16), yearsAgo(22)],
  ])('are refused for %s, with a pointer to child protection there (R30)', async (_, inNotice, said) => {
    const { body } = await ask({
      ...(inNotice !== undefined && { caseId: await about(inNotice) }),
      ...(said !== undefined && { birthDate: said }),
    }).expect(422);
    expect(body.code).toBe('orientation-of-minor');
    expect(body.detail).toContain('Aide sociale à l’enfance de Paris (ase-75)');
  });

  it('R30: of somebody whom their notice says to be a minor, without a birth date, no date that is typed makes an adult', async () => {
    const declared = { familyName: 'Aghedo' };
    const flagged = await notices.draft(
      aNotice({ civilStatus: { declared }, vulnerability: { minor: true } }),
    );
    const estimated = await notices.draft(
      aNotice({
        civilStatus: { declared: { ...declared, estimatedAge: 16, estimatedAgeBasis: ['appearance'] } },
      }),
    );
    // Nor does one that stands beside the flag: which of the two is right, nobody knows.
    const both = await notices.draft(
      aNotice({
        civilStatus: { declared: { ...declared, birthDate: yearsAgo(25) } },
        vulnerability: { minor: true },
      }),
    );
    for (const { id: caseId } of [flagged, estimated, both]) {
      const { body } = await ask({ caseId, birthDate: yearsAgo(25) }).expect(422);
      expect(body.code).toBe('orientation-of-minor');
      expect(body.detail).toContain('ase-75');
    }
    const { body: asked } = await officer.get('/v1/orientation-requests').expect(200);
    const known = (asked.items as { caseId: string | null }[]).map(({ caseId }) => caseId);
    for (const { id } of [flagged, estimated, both]) expect(known).not.toContain(id);
    // Nothing is said of an age: what is typed counts.
    await ask({ caseId: await about(), birthDate: yearsAgo(25) }).expect(202);
  });

  it('R11: end the request with the consent that the person takes back at their case', async () => {
    const caseId = await about(yearsAgo(40));
    const { body } = await ask({ caseId }).expect(202);
    const event = await arrived('35-49');
    await officer
      .post(`/v1/cases/${caseId}/consents`)
      .set('Idempotency-Key', randomUUID())
      .send({ to: 'association', purpose: PURPOSE, value: 'withdrawn' })
      .expect(201);
    await eventually(() =>
      expect(
        coordination.received
          .filter(({ envelope }) => envelope.type === SHARE_REVOKED)
          .map(({ data }) => data),
      ).toContainEqual(expect.objectContaining({ effect: 'purge', events: [event.envelope.id] })),
    );
    const { body: view } = await officer.get(`/v1/orientation-requests/${body.id}`).expect(200);
    expect(view).toMatchObject({ state: 'withdrawn', version: 2 });
  });
});
