import {
  ADULT_PLACE_DECLARED,
  ORIENTATION_ANSWERED,
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_PROPOSED,
  ORIENTATION_REQUESTED,
  type OrientationAnsweredV1,
  type OrientationRequestedV1,
  PERSON_LINKED,
  PLACEMENT_ANSWERED,
  PLACEMENT_WITHDRAWN,
  SHARE_REVOKED,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  eventually,
  LinkSide,
  sampleOf2013,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ASSOCIATION } from '../service';

const PURPOSE = 'orientation-of-adults';
const FACTS = {
  adult: true,
  namedContact: ['ac-se'],
  consents: [{ to: 'association', purpose: PURPOSE, value: 'given' }],
};
const NAME = { declared: { familyName: 'Aghedo', givenNames: ['Precious'], birthDate: '2003-04-05' } };
const DAY = '2026-01-12';

interface Item {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

describe('the coordination of places for adults', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let shelter: TestPeer;
  let service: TestService;
  let worker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    shelter = await startPeer(world, 'asso-refuge');
    service = await world.start({ agencyId: 'ac-se', env: { DEFAULT_UNIT: 'orientation' }, ...ASSOCIATION });
    worker = await service.as({ unit: 'orientation', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const request = async (peer: TestPeer, more: Partial<OrientationRequestedV1> = {}): Promise<string> => {
    const document: OrientationRequestedV1 = {
      needs: { ageBand: '21-24', sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
      nationality: 'NG',
      exploitation: { departements: ['75'] },
      ...{ endangered: true, needsDistance: true, procedureOpen: false },
      consent: { form: 'written', on: DAY, language: 'en', explainedBy: 'caseworker' },
      commune: '75110',
      requestedAt: new Date().toISOString(),
      ...more,
    };
    return peer.send('ac-se', {
      type: ORIENTATION_REQUESTED,
      document,
      purpose: PURPOSE,
      unit: 'orientation',
      facts: FACTS,
    });
  };
  const received = (reference: string): Promise<Item> =>
    eventually(async () => {
      const [row] = await service.database.owner.query<Item[]>(
        'SELECT id, version, state FROM orientation.request WHERE reference = $1',
        [reference],
      );
      if (!row) throw new Error('it has not arrived');
      return row;
    });
  const act = async (item: { readonly id: string }, verb: string, body: object = {}, expected = 200) => {
    const { body: now } = await worker.get('/v1/orientations?limit=200').expect(200);
    const version = (now.items as Item[]).find(({ id }) => id === item.id)?.version;
    const { body: answer, status } = await worker
      .post(`/v1/orientations/${item.id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send(body);
    expect({ status, code: answer.code }).toEqual({ status: expected, code: answer.code });
    return answer;
  };
  const declare = async (departement: string, more: object = {}): Promise<string> => {
    const reference = await shelter.send('ac-se', {
      type: ADULT_PLACE_DECLARED,
      document: {
        ...{ open: true, departement, free: 1, sexes: ['female'], languages: ['en'] },
        ...{ emergency: false, takesFromPolice: false, declaredAt: new Date().toISOString() },
        ...more,
      },
      purpose: 'sheltering',
      facts: { namedContact: ['ac-se'], networkDepartements: [] },
    });
    return eventually(async () => {
      const [row] = await service.database.owner.query<{ id: string }[]>(
        'SELECT id FROM orientation.place WHERE reference = $1',
        [reference],
      );
      if (!row) throw new Error('it has not arrived');
      return row.id;
    });
  };
  const got = (peer: TestPeer, type: string, reference?: string) =>
    peer.received.filter(
      ({ envelope }) => envelope.type === type && (reference === undefined || envelope.subject === reference),
    );
  const steps = (peer: TestPeer, reference: string): string[] =>
    got(peer, ORIENTATION_ANSWERED, reference).map(({ data }) => (data as OrientationAnsweredV1).step);
  const proposed = (place: string) =>
    eventually(async () => {
      const [row] = await service.database.owner.query<{ reference: string; id: string }[]>(
        'SELECT id, reference FROM orientation.proposal WHERE place_id = $1 ORDER BY made_at DESC',
        [place],
      );
      const event = got(shelter, ORIENTATION_PROPOSED, row?.reference)[0];
      if (!row || !event) throw new Error('it has not arrived');
      return { ...row, event };
    });
  const shelterSays = (event: Awaited<ReturnType<typeof proposed>>['event'], document: object) =>
    shelter.answer(event, {
      type: PLACEMENT_ANSWERED,
      document: { answeredAt: new Date().toISOString(), ...document },
      purpose: PURPOSE,
      facts: FACTS,
    });
  const until = (item: { readonly id: string }, state: string) =>
    eventually(async () => {
      const { body } = await worker.get(`/v1/orientations/${item.id}`).expect(200);
      expect(body.state).toBe(state);
      return body;
    });
  const PROFILE = { age: 22, nationality: 'NG' };

  it('R30: a place sees needs and an age band; who comes is named to the place that accepted, and to nobody else', async () => {
    const reference = await request(police);
    const item = await received(reference);
    const { body: desk } = await worker.get('/v1/desk?kind=orientation').expect(200);
    expect((desk.items as { id: string }[]).map(({ id }) => id)).toContain(item.id);
    const measured = async () => (await service.anonymous().get('/metrics').expect(200)).text;
    expect(await measured()).not.toMatch(/^liaison_orientation_unseen\{/m);
    await service.database.owner.query(
      `UPDATE orientation.request SET acknowledge_by = now() - interval '1 minute' WHERE id = $1`,
      [item.id],
    );
    expect(await measured()).toMatch(/^liaison_orientation_unseen\{.*peer="police-75".*\} 1$/m);
    expect((await act(item, 'proposals', { place: await declare('35') }, 409)).code).toBe(
      'evaluation-missing',
    );
    await act(item, 'evaluate', { eligible: true, ...PROFILE });
    expect(await measured()).not.toMatch(/^liaison_orientation_unseen\{/m);
    const near = await declare('92');
    expect((await act(item, 'proposals', { place: near }, 422)).code).toBe('place-near-exploitation');
    const place = await declare('35');
    await act(item, 'proposals', { place });
    const { event, id, reference: subject } = await proposed(place);
    expect(event.data).toMatchObject({ needs: { ageBand: '21-24', needs: ['women-only'] } });
    expect(Object.keys(event.data as object).sort()).toEqual(['answerBy', 'needs', 'place']);
    await shelterSays(event, { answer: 'held' });
    await service.database.owner.query(
      `UPDATE orientation.proposal SET answer_by = now() - interval '1 minute' WHERE id = $1`,
      [id],
    );
    expect(await measured()).toMatch(/^liaison_orientation_answer_overdue\{.*peer="asso-refuge".*\} 1$/m);
    await shelterSays(event, { answer: 'accepted' });
    await eventually(async () => {
      const { body } = await worker.get(`/v1/orientations/${item.id}`).expect(200);
      expect(body.proposals).toEqual([expect.objectContaining({ id, state: 'place-accepted' })]);
    });
    expect(await measured()).not.toMatch(/^liaison_orientation_answer_overdue\{/m);
    const accepts = `proposals/${id}/person-accepts`;
    expect((await act(item, accepts, { civilStatus: NAME }, 409)).code).toBe('consent-missing');
    const consent = { scope: 'shelter', form: 'written', on: DAY, language: 'en', capacity: 'caseworker' };
    await act(item, 'consents', consent);
    expect((await act(item, 'consents', consent, 409)).code).toBe('consent-given');
    await act(item, accepts, { civilStatus: NAME });
    await eventually(() =>
      expect(got(shelter, ORIENTATION_PERSON_NAMED, subject).map(({ data }) => data)).toEqual([
        expect.objectContaining({ civilStatus: NAME }),
      ]),
    );
    await act(item, 'admit', { on: DAY });
    await act(item, 'follow-up', { on: DAY });
    expect((await act(item, 'close', { outcome: 'assisted-return' }, 409)).code).toBe('consent-missing');
    await act(item, 'consents', { ...consent, scope: 'return' });
    await act(item, 'close', { outcome: 'assisted-return' });
    await eventually(() =>
      expect(steps(police, reference)).toEqual(['evaluated', 'place-found', 'supported', 'closed']),
    );
    // The police learn how far it has come, and never where or who.
    expect(JSON.stringify(police.received)).not.toContain('Aghedo');
    expect(JSON.stringify(got(police, ORIENTATION_ANSWERED))).not.toContain('asso-refuge');
    expect(service.logLines.join('\n')).not.toContain('Aghedo');
    const records = await service.database.owner.query<unknown[]>(
      'SELECT record FROM messaging.audit_record',
    );
    expect(JSON.stringify(records)).not.toContain('Aghedo');
    const { body: timeline } = await worker.get(`/v1/cases/${await caseOf(item)}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['orientation-received', 'place-proposed', 'proposal-accepted']),
    );
  });
  const caseOf = async ({ id }: { readonly id: string }): Promise<string> => {
    const { body } = await worker.get(`/v1/orientations/${id}`).expect(200);
    return body.caseId as string;
  };

  it('whom the police send to the AFJ is not evaluated first (S2 4.1.3), and is counted all the same', async () => {
    const item = await received(await request(police));
    const place = await declare('69', { takesFromPolice: true });
    expect((await act(item, 'proposals', { place }, 422)).code).toBe('profile-missing');
    await act(item, 'proposals', { place, profile: PROFILE });
    await until(item, 'proposed');
    const other = await received(await request(shelter));
    expect((await act(other, 'proposals', { place, profile: PROFILE }, 409)).code).toBe('evaluation-missing');
  });

  it('measure 8: the emergency places of Paris are for those who cooperate with justice', async () => {
    const place = await declare('75', { emergency: true });
    const item = await received(await request(police));
    await act(item, 'evaluate', { eligible: true, ...PROFILE });
    expect((await act(item, 'proposals', { place }, 422)).code).toBe('emergency-place-refused');
    const cooperating = await received(await request(police, { procedureOpen: true }));
    await act(cooperating, 'evaluate', { eligible: true, ...PROFILE });
    // This shelter is no party to their convention: it is asked for one of its other places only.
    expect((await act(cooperating, 'proposals', { place }, 409)).code).toBe('proposal-not-allowed');
    const ordinary = await declare('44');
    await act(cooperating, 'proposals', { place: ordinary });
    await shelterSays((await proposed(ordinary)).event, { answer: 'refused' });
    const { proposals } = await until(cooperating, 'evaluated');
    expect(proposals).toEqual([expect.objectContaining({ state: 'declined', declined: 'full' })]);
  });

  it('the person says no, without a reason: the place is told to free its bed', async () => {
    const item = await received(await request(police));
    await act(item, 'evaluate', { eligible: true, ...PROFILE });
    const place = await declare('44');
    await act(item, 'proposals', { place });
    const { id, reference, event } = await proposed(place);
    await act(item, `proposals/${id}/person-declines`);
    await eventually(() => expect(got(shelter, PLACEMENT_WITHDRAWN, reference)).toHaveLength(1));
    // An answer that crossed it changes nothing.
    await shelterSays(event, { answer: 'accepted' });
    await act(item, 'proposals', { place });
    await until(item, 'proposed');
  });

  it('R11: the requester says that the consent is taken back: what came is destroyed, and places are told to forget', async () => {
    const reference = await request(police, { nationality: 'AL' });
    const item = await received(reference);
    await act(item, 'evaluate', { eligible: true, age: 24, nationality: 'AL' });
    const place = await declare('31');
    await act(item, 'proposals', { place });
    const { reference: subject, event } = await proposed(place);
    const [sent] = await police.database.owner.query<{ event_id: string; case_id: string }[]>(
      `SELECT d.event_id, r.case_id FROM messaging.case_reference r JOIN messaging.delivery d ON d.case_id = r.case_id
        WHERE r.peer = 'ac-se' AND r.reference = $1`,
      [reference],
    );
    await police.sayMore('ac-se', reference, {
      type: SHARE_REVOKED,
      document: {
        revokedAt: new Date().toISOString(),
        ...{ effect: 'purge', events: [sent?.event_id] },
      },
      purpose: 'after-sharing',
    });
    await eventually(async () => {
      const [row] = await service.database.owner.query<object[]>(
        'SELECT state, outcome, content, age, nationality, purge_reason FROM orientation.request WHERE id = $1',
        [item.id],
      );
      expect(row).toEqual({
        ...{ state: 'closed', outcome: 'consent-withdrawn', content: {}, age: null, nationality: null },
        purge_reason: 'revoked',
      });
    });
    await worker.get(`/v1/orientations/${item.id}`).expect(410);
    await eventually(() =>
      expect(got(shelter, SHARE_REVOKED, subject).map(({ data }) => data)).toEqual([
        expect.objectContaining({ effect: 'purge', events: [event.envelope.id] }),
      ]),
    );
  });

  it('R11: the person says it to the coordination: the search ends, and whoever asked is told nothing more', async () => {
    const reference = await request(police);
    const item = await received(reference);
    await act(item, 'evaluate', { eligible: true, ...PROFILE });
    const place = await declare('29');
    await act(item, 'proposals', { place });
    const { reference: subject } = await proposed(place);
    const answer = await act(item, 'withdraw-consent', { scope: 'orientation' });
    expect(answer.state).toBe('closed');
    await eventually(() => expect(got(shelter, SHARE_REVOKED, subject)).toHaveLength(1));
    expect(steps(police, reference)).not.toContain('closed');
    expect((await act(item, 'proposals', { place }, 409)).code).toBe('orientation-closed');
  });

  it('R30: of a minor, or of somebody of unknown age, nothing arrives', async () => {
    const before = got(police, ORIENTATION_ANSWERED).length;
    const facts = { ...FACTS, adult: undefined, birthDate: `${new Date().getUTCFullYear() - 16}-01-01` };
    const reference = await police.send('ac-se', {
      type: ORIENTATION_REQUESTED,
      document: {},
      purpose: PURPOSE,
      unit: 'orientation',
      facts,
    });
    const later = await received(await request(police));
    expect(later.state).toBe('asked');
    const rows = await service.database.owner.query<unknown[]>(
      'SELECT FROM orientation.request WHERE reference = $1',
      [reference],
    );
    expect(rows).toEqual([]);
    expect(got(police, ORIENTATION_ANSWERED)).toHaveLength(before);
  });

  const store = async (counted: ReturnType<typeof sampleOf2013>[number]): Promise<void> => {
    const { commune, fromPartner, proposed: asked, age, nationality, outcome } = counted;
    const id = randomUUID();
    await service.database.owner.query(
      `INSERT INTO orientation.request
         (id, case_id, unit, sender, sender_kind, from_partner, reference, event_id, received_at, purpose, convention, content,
          withheld, consents, state, version, commune, age, nationality, closed_on, outcome)
       VALUES ($1, $1, 'orientation', 'asso-refuge', 'association', $2, $1, $1, '2013-06-01', $3, 'orientation@1', '{}', '[]', '[]',
               'closed', 1, $4, $5, $6, '2013-09-01', $7)`,
      [id, fromPartner, PURPOSE, commune, age, nationality, outcome ?? 'left'],
    );
    if (!asked) return;
    await service.database.owner.query(
      `INSERT INTO orientation.proposal
         (id, request_id, unit, place_id, shelter, reference, purpose, made_at, answer_by, state)
       VALUES ($1, $1, 'orientation', $1, 'asso-refuge', $1, $2, '2013-06-02', '2013-06-03', 'accepted')`,
      [id, PURPOSE],
    );
  };

  it('counts what report S2 counts of 2013, exact for itself; others see no small count (R34)', async () => {
    for (const counted of sampleOf2013()) await store(counted);
    const { body } = await worker.get('/v1/statistics/orientations?year=2013').expect(200);
    expect(body).toMatchObject({
      ...{ requests: 70, communes: 22, fromPartners: 57, fromPartnersShare: 81, proposed: 66 },
      ages: { '18-19': 12, '20-25': 29, '26+': 25 },
      ...{ nationalities: 15, assistedReturns: 8 },
    });
    expect(body.byNationality[0]).toEqual({ nationality: 'NG', count: 39 });
    const share = (part: number) => Math.round((100 * part) / body.proposed);
    expect([share(29), share(12), share(39)]).toEqual([44, 18, 59]);
    await worker.get('/v1/statistics/orientations/released?year=2013').expect(403);
    const supervisor = await service.as({ unit: 'orientation', roles: ['supervisor'] });
    const { body: released } = await supervisor
      .get('/v1/statistics/orientations/released?year=2013')
      .expect(200);
    expect(released).toMatchObject({
      ...{ requests: 70, communes: 22, fromPartners: 57, fromPartnersShare: 81 },
      ...{ proposed: null, ages: { '18-19': null, '20-25': null, '26+': null } },
      ...{ nationalities: null, byNationality: [], assistedReturns: null },
    });
    const year = new Date().getUTCFullYear();
    const { body: early } = await supervisor
      .get(`/v1/statistics/orientations/released?year=${year}`)
      .expect(422);
    expect(early.code).toBe('year-not-over');
  });

  it('learns that two requests of the police are for one person, and says so too once that person has agreed on both', async () => {
    const own = new LinkSide(worker);
    const references = [await request(police), await request(police)].sort();
    const cases: string[] = [];
    for (const reference of references) {
      const { id } = await received(reference);
      const [row] = await service.database.owner.query<{ caseId: string }[]>(
        'SELECT case_id AS "caseId" FROM orientation.request WHERE id = $1',
        [id],
      );
      cases.push(row?.caseId ?? '');
    }
    const [one = '', other = ''] = cases;
    const says = { round: 1, saidAt: new Date().toISOString(), role: 'officer' };
    await police.send('ac-se', {
      type: PERSON_LINKED,
      document: { cases: { first: references[0], second: references[1] }, ...says },
      purpose: PURPOSE,
      facts: { ...FACTS, protectedIdentity: false, protectedAddress: false },
    });
    const asked = await own.reaches(one, 'to-answer');
    expect((await own.answer(asked, 'confirm')).body.code).toBe('link-not-allowed');
    for (const caseId of [one, other]) await own.agree(caseId, 'police', PURPOSE).expect(201);
    await own.answer(asked, 'confirm').expect(202);
    await own.reaches(other, 'linked');
    await eventually(() => expect(got(police, PERSON_LINKED)).toHaveLength(1));
    expect(got(shelter, PERSON_LINKED)).toEqual([]);
  });
});
