import {
  ORIENTATION_REQUESTED,
  PLACE_DECLARED,
  PLACEMENT_ADMITTED,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
  PLACEMENT_WITHDRAWN,
  REFERRAL_MADE,
} from '@liaison/contracts';
import { legalDay, OverdueChanges } from '@liaison/casework';
import { addDays, addMonths } from '@liaison/kernel';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  feedCaughtUp,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { aPlace } from '../place/a-place.test';
import { ASE } from '../service';
import { RequestAgeSweep } from '../placement-request/request-age.sweep';
import { StayAgeSweep } from './stay-age.sweep';

const ADDRESS = { line: '3 rue des Tilleuls', postalCode: '35000', commune: 'Rennes' };
const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const FROM = '2026-01-05';
const ORIENTATION = {
  needs: { sex: 'female', languages: ['en'], needs: [], children: 0 },
  ...{ endangered: true, needsDistance: true, procedureOpen: false },
  consent: { form: 'written', on: FROM, language: 'en', explainedBy: 'caseworker' },
  commune: '75110',
};

interface Stay {
  readonly id: string;
  readonly version: number;
}

describe('a child in a secure place', () => {
  let world: AgencyWorld;
  let shelter: TestPeer;
  let coordination: TestPeer;
  let ase: TestService;
  let caseworker: Agent;
  let caseId: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    shelter = await startPeer(world, 'asso-refuge');
    coordination = await startPeer(world, 'ac-se');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: 'mna' }, ...ASE });
    caseworker = await ase.as({ unit: 'mna', roles: ['caseworker'] });
    await shelter.send('ase-75', { type: PLACE_DECLARED, document: aPlace(), purpose: 'sheltering' });
    await eventually(async () =>
      expect((await caseworker.get('/v1/places').expect(200)).body.items).toHaveLength(1),
    );
    caseId = await referred();
  });
  afterAll(() => world.stop());

  const post = (path: string, body: object, version?: number, as = caseworker) => {
    const call = as.post(path).set('Idempotency-Key', randomUUID());
    return (version === undefined ? call : call.set('If-Match', `"${version}"`)).send(body);
  };
  /** A child who was referred. @returns its case */
  async function referred(): Promise<string> {
    const document = aReferral({ madeAt: new Date().toISOString(), prosecutor: false });
    const made = { type: REFERRAL_MADE, document, purpose: 'protection-of-minors', facts: FACTS };
    const reference = await shelter.send('ase-75', made);
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals?limit=200').expect(200);
      const items = body.items as { reference: string; caseId: string }[];
      const item = items.find((each) => each.reference === reference);
      if (!item) throw new Error('it has not arrived');
      return item.caseId;
    });
  }
  const stateOf = async (request: string): Promise<string> =>
    (await caseworker.get(`/v1/placement-requests/${request}`).expect(200)).body.state as string;

  /** A request whose place was accepted: its id, and the reference by which the shelter knows the offer. */
  async function accepted(
    of = caseId,
    siblings = 1,
  ): Promise<{ readonly request: string; readonly reference: string }> {
    const child = { ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' };
    const needs = {
      children: Array.from({ length: siblings }, () => child),
      exploitation: ['75'],
      secure: 'needed',
    };
    const { body: filed } = await post('/v1/placement-requests', { caseId: of, needs }).expect(201);
    const { body: ranked } = await caseworker.get(`/v1/placement-requests/${filed.id}/places`).expect(200);
    const before = shelter.received.length;
    const { place } = ranked.items[0];
    await post(`/v1/placement-requests/${filed.id}/offers`, { place }, filed.version).expect(202);
    const early = await post('/v1/stays', { request: filed.id });
    expect([early.status, early.body.code]).toEqual([409, 'no-place-accepted']);
    const offer = await eventually(() => {
      const event = shelter.received
        .slice(before)
        .find(({ envelope }) => envelope.type === PLACEMENT_OFFERED);
      if (!event) throw new Error('it has not arrived');
      return event;
    });
    await shelter.answer(offer, {
      type: PLACEMENT_ANSWERED,
      document: { answer: 'accepted', address: ADDRESS, answeredAt: new Date().toISOString() },
      purpose: 'sheltering',
      facts: { ...FACTS, takesInCharge: ['ase-75'] },
    });
    await eventually(async () => expect(await stateOf(filed.id)).toBe('placed'));
    return { request: filed.id as string, reference: offer.envelope.subject };
  }
  const admitted = async (from = FROM, of = caseId) => {
    const { request, reference } = await accepted(of);
    const { body } = await post('/v1/stays', { request, from }).expect(201);
    return { request, reference, stay: body as Stay };
  };
  const act = (verb: string, { id, version }: Stay, body: object = {}, as = caseworker) =>
    post(`/v1/stays/${id}/${verb}`, body, version, as);
  /** Today, as the facts of these cases say. */
  const turns = (years: number, ...cases: string[]) =>
    ase.database.owner.query(
      `UPDATE messaging.cases SET facts = facts || $2, facts_version = facts_version + 1 WHERE id = ANY ($1)`,
      [cases, JSON.stringify({ birthDate: addMonths(legalDay(new Date(), '75'), -12 * years) })],
    );
  const withdrawn = (reference: string) =>
    shelter.received.filter(
      ({ envelope }) => envelope.type === PLACEMENT_WITHDRAWN && envelope.subject === reference,
    );

  it('stays for three months, renewed once; then ordinary child protection, and the shelter has its bed back', async () => {
    const { request, reference, stay } = await admitted();
    expect(stay).toMatchObject({ from: FROM, lastDay: addDays(addMonths(FROM, 3), -1), renewals: 0 });
    await eventually(() =>
      expect(
        shelter.received
          .filter(({ envelope }) => envelope.type === PLACEMENT_ADMITTED && envelope.subject === reference)
          .map(({ data }) => data),
      ).toEqual([{ admittedOn: FROM, recordedAt: expect.any(String) }]),
    );
    expect((await post('/v1/stays', { request }).expect(409)).body.code).toBe('stay-exists');
    await act('renew', { ...stay, version: 9 }).expect(412);
    const { body: renewed } = await act('renew', stay).expect(200);
    expect(renewed).toMatchObject({ lastDay: addDays(addMonths(FROM, 6), -1), renewals: 1, version: 2 });
    expect((await act('renew', renewed as Stay).expect(409)).body.code).toBe('stay-renewed-once');
    const stranger = await ase.as({ unit: 'other', roles: ['supervisor'] });
    await act('end', renewed as Stay, { reason: 'ordinary-protection' }, stranger).expect(404);
    await stranger.get(`/v1/stays/${stay.id}`).expect(404);
    const { body: none } = await stranger.get('/v1/stays').expect(200);
    expect(none.items).toEqual([]);
    const { body: own } = await caseworker.get('/v1/stays').expect(200);
    expect(own.items).toMatchObject([{ id: stay.id, request, caseId, version: 2 }]);
    for (const secret of Object.values(ADDRESS)) expect(JSON.stringify(own)).not.toContain(secret);
    const { body: ended } = await act('end', renewed as Stay, { reason: 'ordinary-protection' }).expect(200);
    expect(ended).toMatchObject({ reason: 'ordinary-protection', version: 3 });
    await eventually(() => expect(withdrawn(reference)).toHaveLength(1));
    expect(await stateOf(request)).toBe('withdrawn');
    expect((await act('renew', ended as Stay).expect(409)).body.code).toBe('stay-over');
    const { body: extract } = await caseworker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(extract.records.stays).toMatchObject([{ id: stay.id, from: FROM, reason: 'ordinary-protection' }]);
    await caseworker.get(`/v1/cases/${caseId}/export?format=pdf`).expect(200);
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['stay-began', 'stay-renewed', 'stay-ended']),
    );
  });

  it('whose term is over stays there: the desk and the change feed say so, before and after', async () => {
    const { stay } = await admitted();
    await ase.app.get(OverdueChanges).look();
    await ase.app.get(OverdueChanges).look();
    await feedCaughtUp(ase.database);
    const { body: changes } = await caseworker.get('/v1/changes?limit=500').expect(200);
    const kinds = (changes.items as { id: string; kind: string }[])
      .filter(({ id }) => id === stay.id)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['admitted', 'ending', 'overdue']);
    const { body: desk } = await caseworker.get('/v1/desk?kind=stay-ending').expect(200);
    expect((desk.items as Stay[]).map(({ id }) => id)).toContain(stay.id);
    const page = (await ase.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_stay_term_over(\{.*\})? 1$/m);
    const fresh = await admitted(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    const { body: later } = await caseworker.get('/v1/desk?kind=stay-ending').expect(200);
    expect((later.items as Stay[]).map(({ id }) => id)).not.toContain(fresh.stay.id);
  });

  it('that a relative of whom nobody knows, or who takes part in the exploitation, decides nothing', async () => {
    const { stay, reference } = await admitted();
    for (const [involvement, code] of [
      ['unchecked', 'relative-unchecked'],
      ['involved', 'relative-involved'],
    ]) {
      for (const part of ['mediation', 'visit', 'consent']) {
        const refused = await act('family-parts', stay, { part, relative: involvement }).expect(422);
        expect(refused.body.code).toBe(code);
        expect(refused.body.detail).toContain('R26');
      }
      expect((await act('entrust', stay, { thirdParty: involvement }).expect(422)).body.code).toBe(code);
    }
    const checked = { part: 'visit', relative: 'not-involved' };
    const { body: visited } = await act('family-parts', stay, checked).expect(200);
    const { body: view } = await caseworker.get(`/v1/stays/${stay.id}`).expect(200);
    expect(view.familyParts).toMatchObject([{ part: 'visit' }]);
    const { body: entrusted } = await act('entrust', visited as Stay, { thirdParty: 'not-involved' }).expect(
      200,
    );
    expect(entrusted).toMatchObject({ reason: 'trusted-third-party' });
    await eventually(() => expect(withdrawn(reference)).toHaveLength(1));
  });

  it('whose bed is freed by nobody while the child is in it; the place is searched on for where it leaves for another', async () => {
    const { request, reference, stay } = await admitted();
    const { body: shown } = await caseworker.get(`/v1/placement-requests/${request}`).expect(200);
    const offer = (shown.offers as { id: string }[]).at(-1)?.id ?? '';
    for (const path of ['withdraw', `offers/${offer}/withdraw`]) {
      const refused = await post(
        `/v1/placement-requests/${request}/${path}`,
        {},
        shown.version as number,
      ).expect(409);
      expect(refused.body.code).toBe('child-is-there');
    }
    expect(withdrawn(reference)).toEqual([]);
    await act('end', stay, { reason: 'other-place' }).expect(200);
    expect(await stateOf(request)).toBe('open');
    await eventually(() => expect(withdrawn(reference)).toHaveLength(1));
    await act('withdraw', stay).expect(404);
  });

  it('that the network knows is avoided where the child fled from it, not where it had left before or came afterwards (R29)', async () => {
    const child = await referred();
    const known = (days: number) =>
      ase.database.owner.query(
        `INSERT INTO flight.known (id, subject, case_id, unit, author, noticed_at, reported_at, ended_at, police_missing, place_known,
                                   state, version)
         VALUES (gen_random_uuid(), gen_random_uuid(), $1, 'mna', 'a', now() - $2 * interval '1 day', now(), now(), false, true, 'found', 1)`,
        [child, days],
      );
    const today = legalDay(new Date(), '75');
    const { stay } = await admitted(addDays(today, -20), child);
    const { body: asked } = await post('/v1/placement-requests', {
      caseId: child,
      needs: {
        children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
        exploitation: ['75'],
        secure: 'needed',
      },
    }).expect(201);
    const fits = async (): Promise<boolean> =>
      (await caseworker.get(`/v1/placement-requests/${asked.id}/places`).expect(200)).body.items[0].fits;
    await known(40);
    expect(await fits()).toBe(true);
    await act('end', stay, { reason: 'other-place' }).expect(200);
    await ase.database.owner.query('UPDATE placement.stay SET ended_on = $2 WHERE id = $1', [
      stay.id,
      addDays(today, -10),
    ]);
    await known(5);
    expect(await fits()).toBe(true);
    await known(15);
    expect(await fits()).toBe(false);
    await ase.database.owner.query(`DELETE FROM flight.known`);
  });

  it('who turns 18 before it is there: nobody is asked for a bed any more, and the desk says what follows (R17)', async () => {
    const child = await referred();
    const look = () => ase.app.get(RequestAgeSweep).sweep();
    const desk = async (): Promise<string[]> => {
      const { body } = await caseworker.get('/v1/desk?kind=placement-of-age').expect(200);
      return (body.items as Stay[]).map(({ id }) => id);
    };
    const view = async (id: string) =>
      (await caseworker.get(`/v1/placement-requests/${id}`).expect(200)).body as Stay & {
        readonly state: string;
        readonly ofAge: object | null;
      };
    const alone = await accepted(child);
    const together = await accepted(child, 2);
    const there = await admitted(FROM, child);
    await turns(17, child);
    await look();
    expect(await view(alone.request)).toMatchObject({ state: 'placed', ofAge: null });
    const early = await post(`/v1/placement-requests/${alone.request}/hear-adult`, { agrees: true }, 3);
    expect([early.status, early.body.code]).toEqual([409, 'placement-of-minor']);

    await turns(18, child);
    await look();
    await look();
    await eventually(() => expect(withdrawn(alone.reference)).toHaveLength(1));
    const over = await view(alone.request);
    expect(over).toMatchObject({
      state: 'withdrawn',
      offers: [{ state: 'withdrawn', address: null }],
      ofAge: { agrees: null, next: 'POST /v1/orientation-requests' },
    });
    // The bed of a sibling who may be a minor is kept until somebody decides; whoever is in a place stays there.
    expect(await view(together.request)).toMatchObject({ state: 'placed', ofAge: { agrees: null } });
    expect(await view(there.request)).toMatchObject({ state: 'placed', ofAge: null });
    expect([...withdrawn(together.reference), ...withdrawn(there.reference)]).toEqual([]);
    expect((await desk()).sort()).toEqual([alone.request, together.request].sort());
    await feedCaughtUp(ase.database);
    const { body: changes } = await caseworker.get('/v1/changes?limit=500').expect(200);
    const kinds = (changes.items as { id: string; kind: string }[])
      .filter(({ id }) => id === alone.request)
      .map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['of-age', 'withdrawn']);
    const needs = { children: [{ sex: 'female', languages: [] }], exploitation: [], secure: 'not-needed' };
    const refused = await post('/v1/placement-requests', { caseId: child, needs }).expect(422);
    expect([refused.body.code, refused.body.detail]).toEqual([
      'placement-of-adult',
      expect.stringContaining('POST /v1/orientation-requests'),
    ]);

    const hear = `/v1/placement-requests/${alone.request}/hear-adult`;
    await post(hear, { agrees: 'yes' }, over.version).expect(400);
    await post(hear, { agrees: true }, 1).expect(412);
    await post(hear, { agrees: true }, over.version).expect(200);
    expect(await desk()).toEqual([together.request]);
    const { body: timeline } = await caseworker.get(`/v1/cases/${child}/timeline?limit=200`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['placement-of-age', 'adult-heard']),
    );
    const { body: extract } = await caseworker.get(`/v1/cases/${child}/export`).expect(200);
    expect(
      (extract.records.placementRequests as Stay[]).find(({ id }) => id === alone.request),
    ).toMatchObject({ ofAge: { agrees: true } });
    await caseworker.get(`/v1/cases/${child}/export?format=pdf`).expect(200);
    // Left for another place, whoever is of age is looked for none by themselves either.
    await act('end', there.stay, { reason: 'other-place' }).expect(200);
    await look();
    expect(await view(there.request)).toMatchObject({ state: 'withdrawn', ofAge: { agrees: null } });
  });

  it('who turns 18 while the offer waits to leave: the offer stays here, its end goes, and the request is over (R17)', async () => {
    const child = await referred();
    const before = shelter.received.length;
    const request = await whileNothingLeaves(ase, ['asso-refuge'], async () => {
      const needs = {
        children: [{ ages: { from: 15, to: 17 }, sex: 'female', languages: ['en'], schooling: 'school' }],
        ...{ exploitation: ['75'], secure: 'needed' },
      };
      const { body: filed } = await post('/v1/placement-requests', { caseId: child, needs }).expect(201);
      const { body: ranked } = await caseworker.get(`/v1/placement-requests/${filed.id}/places`).expect(200);
      const offers = `/v1/placement-requests/${filed.id}/offers`;
      const { place } = ranked.items[0];
      const { body: offered } = await post(offers, { place }, filed.version).expect(202);
      await turns(18, child, offered.offer as string);
      await ase.app.get(RequestAgeSweep).sweep();
      return filed.id as string;
    });
    expect(await stateOf(request)).toBe('withdrawn');
    await eventually(() =>
      expect(shelter.received.slice(before).map(({ envelope }) => envelope.type)).toEqual([
        PLACEMENT_WITHDRAWN,
      ]),
    );
  });

  it('who turns 18 there is put out by nobody, and stays on only where they agree; who is of age is not admitted', async () => {
    const today = legalDay(new Date(), '75');
    const years = (count: number) => addMonths(today, -12 * count);
    const orient = () =>
      post('/v1/orientation-requests', {
        // What somebody types does not make a child of age: the case says when it was born.
        ...{ caseId, departement: '75', birthDate: years(25), content: ORIENTATION },
      });
    const { request } = await accepted();
    await turns(20, caseId);
    expect((await post('/v1/stays', { request }).expect(422)).body.code).toBe('stay-of-adult');
    await turns(16, caseId);
    const tomorrow = addDays(today, 1);
    expect((await post('/v1/stays', { request, from: tomorrow }).expect(422)).body.code).toBe(
      'day-in-the-future',
    );
    const { body } = await post('/v1/stays', { request }).expect(201);
    const stay = body as Stay;
    expect((await act('end', stay, { reason: 'adult' }).expect(422)).body.code).toBe('stay-of-minor');
    const { body: refused } = await orient().expect(422);
    expect([refused.code, refused.detail]).toEqual([
      'orientation-of-minor',
      expect.stringContaining('Aide sociale à l’enfance de Paris (ase-75)'),
    ]);
    // Somebody establishes that the birthday has come.
    await turns(18, caseId);
    await ase.app.get(StayAgeSweep).sweep();
    await ase.app.get(OverdueChanges).look();
    const { body: desk } = await caseworker.get('/v1/desk?kind=stay-of-age').expect(200);
    expect((desk.items as Stay[]).map(({ id }) => id)).toContain(stay.id);
    await feedCaughtUp(ase.database);
    const { body: changes } = await caseworker.get('/v1/changes?limit=500').expect(200);
    expect(
      (changes.items as { id: string; kind: string }[]).filter(({ id }) => id === stay.id),
    ).toMatchObject([{ kind: 'admitted' }, { kind: 'of-age' }]);
    expect((await act('renew', stay).expect(422)).body.code).toBe('adult-must-agree');
    const cleared = { part: 'consent', relative: 'not-involved' };
    expect((await act('family-parts', stay, cleared).expect(422)).body.code).toBe('adult-decides');
    const { body: renewed } = await act('renew', stay, { agrees: true }).expect(200);
    const { body: ended } = await act('end', renewed as Stay, { reason: 'adult' }).expect(200);
    expect(ended.reason).toBe('adult');
    // With the agreement of whoever is of age now, the coordination of adults takes over.
    expect((await orient().expect(202)).body).toMatchObject({ coordination: 'ac-se', allowed: true });
    await eventually(() =>
      expect(
        coordination.received
          .filter(({ envelope }) => envelope.type === ORIENTATION_REQUESTED)
          .map(({ data }) => data),
      ).toMatchObject([{ needs: { ageBand: '18-20' } }]),
    );
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline?limit=200`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toContain('orientation-requested');
  });
});
