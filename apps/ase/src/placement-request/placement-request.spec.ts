import {
  PLACE_DECLARED,
  type PlaceDeclaredV1,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
  PLACEMENT_WITHDRAWN,
  type PlacementAnsweredV1,
  REFERRAL_MADE,
} from '@liaison/contracts';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  seenFromOutside,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { aPlace } from '../place/a-place.test';
import { ASE } from '../service';

const UNIT = 'mna';
const ADDRESS = { line: '3 rue des Tilleuls', postalCode: '35000', commune: 'Rennes' };
const NEEDS = {
  children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
  exploitation: ['75', '93'],
  secure: 'needed',
};

interface Answer {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}
interface Ranked {
  readonly place: string;
  readonly departement: string;
  readonly fits: boolean;
  readonly reasons: readonly {
    readonly criterion: string;
    readonly outcome: string;
    readonly rule: string | null;
  }[];
}

describe('a placement request', () => {
  let world: AgencyWorld;
  let shelter: TestPeer;
  let ase: TestService;
  let caseworker: Agent;
  let caseId: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    shelter = await startPeer(world, 'asso-refuge');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: UNIT }, ...ASE });
    caseworker = await ase.as({ unit: UNIT, roles: ['caseworker'] });
    // The very shelter that is asked has referred the child: it is not to know that it is the same.
    await shelter.send('ase-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false }),
      purpose: 'protection-of-minors',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    caseId = await eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals').expect(200);
      expect(body.items).toHaveLength(1);
      return body.items[0].caseId as string;
    });
    const places: Partial<PlaceDeclaredV1>[] = [
      {},
      { departement: '75' },
      { departement: '13', secure: false },
      { departement: '69', languages: ['fr'] },
    ];
    for (const place of places) {
      await shelter.send('ase-75', { type: PLACE_DECLARED, document: aPlace(place), purpose: 'sheltering' });
    }
    await eventually(async () => {
      const { body } = await caseworker.get('/v1/places').expect(200);
      expect(body.items).toHaveLength(places.length);
    });
  });
  afterAll(() => world.stop());

  const file = async (needs: object = NEEDS): Promise<Answer> =>
    (
      await caseworker
        .post('/v1/placement-requests')
        .set('Idempotency-Key', randomUUID())
        .send({ caseId, needs })
        .expect(201)
    ).body as Answer;
  const act = (path: string, { id, version }: Answer, body: object = {}, key: string = randomUUID()) =>
    caseworker
      .post(`/v1/placement-requests/${id}/${path}`)
      .set('Idempotency-Key', key)
      .set('If-Match', `"${version}"`)
      .send(body);
  const ranked = async ({ id }: Answer): Promise<Ranked[]> =>
    (await caseworker.get(`/v1/placement-requests/${id}/places`).expect(200)).body.items as Ranked[];
  const offered = (more: number): Promise<ReceivedEvent> =>
    eventually(() => {
      const events = shelter.received.filter(({ envelope }) => envelope.type === PLACEMENT_OFFERED);
      expect(events).toHaveLength(more);
      return events[more - 1] as ReceivedEvent;
    });
  const answer = (event: ReceivedEvent, said: Partial<PlacementAnsweredV1>, facts: object = {}) =>
    shelter.answer(event, {
      type: PLACEMENT_ANSWERED,
      document: { answeredAt: new Date().toISOString(), ...said },
      purpose: 'sheltering',
      facts: { protectedIdentity: false, protectedAddress: false, ...facts },
    });
  const view = async ({ id }: Answer) =>
    (await caseworker.get(`/v1/placement-requests/${id}`).expect(200)).body;
  const moved = (request: Answer, state: string): Promise<Answer> =>
    eventually(async () => {
      const body = await view(request);
      expect(body.state).toBe(state);
      return body as Answer;
    });
  let offers = 0;

  it('ranks every place with its reasons: far away first, never where the network is; the reading is recorded', async () => {
    const request = await file();
    const places = await ranked(request);
    expect(places.map(({ departement, fits }) => [departement, fits])).toEqual([
      ['35', true],
      ['69', true],
      ['13', false],
      ['75', false],
    ]);
    expect(places[3]?.reasons).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ criterion: 'departement', outcome: 'unmet', rule: 'R25' }),
      ]),
    );
    expect(places[2]?.reasons).toEqual(
      expect.arrayContaining([expect.objectContaining({ criterion: 'secure', outcome: 'unmet' })]),
    );
    const reads = await ase.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [request.id],
    );
    expect(reads).toHaveLength(1);
    const stranger = await ase.as({ unit: 'other', roles: ['supervisor'] });
    await stranger.get(`/v1/placement-requests/${request.id}/places`).expect(404);
    await stranger.get(`/v1/placement-requests/${request.id}`).expect(404);
    const near = await act('offers', request, { place: places[3]?.place }).expect(422);
    expect(near.body).toMatchObject({ code: 'place-does-not-fit' });
    expect(near.body.detail).toContain('R25');
    await act('withdraw', request).expect(202);
  });

  it('asks a shelter for what is needed, without a name; accepted, it tells where the child goes, to nobody else', async () => {
    const request = await file();
    const [best] = await ranked(request);
    const key = randomUUID();
    const { body } = await act('offers', request, { place: best?.place }, key).expect(202);
    expect(body).toMatchObject({ state: 'offered', version: 2 });
    expect((await act('offers', request, { place: best?.place }, key).expect(202)).body).toEqual(body);
    const event = await offered((offers += 1));
    expect(event.data).toMatchObject({ children: NEEDS.children, secure: 'needed', ordered: false });
    expect(event.withheld).toEqual(['exploitation.departements']);
    // Neither the name nor anything that says that it is the child whom this very shelter referred.
    expect(JSON.stringify([event.data, event.envelope])).not.toMatch(/Okafor|Mercy|"93"/);
    expect(
      shelter.received.filter(({ envelope }) => envelope.subject === event.envelope.subject),
    ).toHaveLength(1);
    expect(
      (await act('offers', { ...request, version: 2 }, { place: best?.place }).expect(409)).body.code,
    ).toBe('offer-pending');

    await answer(event, { answer: 'held' });
    await eventually(async () =>
      expect((await view(request)).offers[0]).toMatchObject({ state: 'held', address: null }),
    );
    await shelter.database.owner.query(
      `UPDATE messaging.cases SET facts = facts || '{"takesInCharge":["ase-75"]}', facts_version = facts_version + 1
        WHERE id = (SELECT case_id FROM messaging.case_reference WHERE reference = $1)`,
      [event.envelope.subject],
    );
    await answer(event, { answer: 'accepted', address: ADDRESS });
    await moved(request, 'placed');
    expect((await view(request)).offers[0]).toMatchObject({ state: 'accepted', address: ADDRESS });

    const { body: list } = await caseworker.get('/v1/placement-requests').expect(200);
    const { body: desk } = await caseworker.get('/v1/desk').expect(200);
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    const { body: changes } = await caseworker.get('/v1/changes').expect(200);
    const { body: found } = await caseworker.get('/v1/search?q=Tilleuls').expect(200);
    const { body: extract } = await caseworker.get(`/v1/cases/${caseId}/export`).expect(200);
    const printed = await caseworker.get(`/v1/cases/${caseId}/export?format=pdf`).expect(200);
    const { body: places } = await caseworker.get('/v1/places').expect(200);
    const again = await ranked(request);
    const records = await ase.database.owner.query<unknown[]>('SELECT record FROM messaging.audit_record');
    expect(found.items).toEqual([]);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['placement-requested', 'place-asked-for', 'place-accepted']),
    );
    const [exported] = extract.records.placementRequests;
    expect(exported).toMatchObject({
      id: request.id,
      state: 'placed',
      content: { children: NEEDS.children, secure: 'needed' },
      offers: [{ agency: 'asso-refuge', place: best?.place, state: 'accepted' }],
    });
    expect(exported.offers[0]).not.toHaveProperty('address');
    expect(printed.headers['content-type']).toContain('application/pdf');
    const elsewhere = JSON.stringify([
      list,
      desk,
      timeline,
      changes,
      found,
      extract,
      places,
      again,
      records,
      ase.logLines,
    ]);
    for (const secret of Object.values(ADDRESS)) expect(elsewhere).not.toContain(secret);
  });

  it('and that there is such a child, request or offer at all is seen by no answer of another unit', async () => {
    const { body: list } = await caseworker.get('/v1/placement-requests?state=placed').expect(200);
    const placed = list.items[0].id as string;
    const stranger = await ase.as({ unit: 'other', roles: ['supervisor'] });
    const posted = (path: string, body: object = {}) =>
      stranger.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', '"1"').send(body);
    const asks: readonly (readonly [string, (id: string) => Test])[] = [
      [placed, (id) => stranger.get(`/v1/placement-requests/${id}`)],
      [placed, (id) => stranger.get(`/v1/placement-requests/${id}/places`)],
      [placed, (id) => posted(`/v1/placement-requests/${id}/offers`, { place: randomUUID() })],
      [placed, (id) => posted(`/v1/placement-requests/${id}/withdraw`)],
      [caseId, (id) => posted('/v1/placement-requests', { caseId: id, needs: NEEDS })],
      [caseId, (id) => stranger.get(`/v1/cases/${id}/timeline`)],
      [caseId, (id) => stranger.get(`/v1/cases/${id}/export`)],
      [caseId, (id) => stranger.get(`/v1/cases/${id}/export?format=pdf`)],
      [caseId, (id) => stranger.get(`/v1/cases/${id}/attachments`)],
      [caseId, (id) => stranger.get(`/v1/cases/${id}/notes`)],
    ];
    for (const [hidden, each] of asks) {
      const seen = await seenFromOutside(ase, hidden, each);
      expect([each.toString(), seen.status]).toEqual([each.toString(), 404]);
      expect(seen.statements.length).toBeGreaterThan(0);
      expect(seen).toEqual(await seenFromOutside(ase, randomUUID(), each));
    }
  });

  it('searches on where a shelter declines or has no bed left, and forgets where a place is that it gives up', async () => {
    const request = await file();
    const [best] = await ranked(request);
    await act('offers', request, { place: best?.place }).expect(202);
    const event = await offered((offers += 1));
    await answer(event, { answer: 'refused' });
    const open = await moved(request, 'open');
    expect((await view(open)).offers[0]).toMatchObject({ state: 'declined', reason: 'refused' });

    await act('offers', open, { place: best?.place, answerWithinHours: 2 }).expect(202);
    const second = await offered((offers += 1));
    await ase.database.owner.query(
      `UPDATE placement.offer SET answer_by = now() - interval '1 minute' WHERE request_id = $1 AND state = 'asked'`,
      [request.id],
    );
    const page = (await ase.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_placement_answer_overdue\{.*peer="asso-refuge".*\} 1$/m);
    expect(second.envelope.subject).not.toBe(event.envelope.subject);
    await answer(second, { answer: 'accepted', address: ADDRESS }, { takesInCharge: ['ase-75'] });
    const placed = await moved(request, 'placed');
    const { id: live, address } = (await view(placed)).offers[1];
    expect(address).toEqual(ADDRESS);
    const { body } = await act(`offers/${live}/withdraw`, placed).expect(202);
    expect(body.state).toBe('open');
    expect((await view(placed)).offers[1]).toMatchObject({ state: 'withdrawn', address: null });
    await eventually(() =>
      expect(
        shelter.received.filter(
          ({ envelope: { type, subject } }) =>
            type === PLACEMENT_WITHDRAWN && subject === second.envelope.subject,
        ),
      ).toHaveLength(1),
    );
    // It crossed the withdrawal: nobody is taken there.
    await answer(second, { answer: 'accepted', address: ADDRESS });
    await answer(second, { answer: 'declined' });
    const later = await eventually(async () => {
      const seen = await view(placed);
      expect(seen.version).toBe((body as Answer).version + 2);
      return seen;
    });
    expect(later.offers[1]).toMatchObject({ state: 'withdrawn', address: null });
    await act('withdraw', later as Answer).expect(202);
    await moved(request, 'withdrawn');
  });

  it('where nobody knows the age looks for a place for a minor; codes that are not are refused', async () => {
    const unknown = { ...NEEDS, children: [{ sex: 'female', languages: [] }] };
    const request = await file(unknown);
    expect((await view(request)).content.children[0].ages).toEqual({ from: 0, to: 17 });
    const wrong = async (needs: object) =>
      (
        await caseworker
          .post('/v1/placement-requests')
          .set('Idempotency-Key', randomUUID())
          .send({ caseId, needs })
      ).body.code as string;
    expect(await wrong({ ...NEEDS, exploitation: ['96'] })).toBe('invalid-request');
    expect(await wrong({ ...NEEDS, children: [] })).toBe('invalid-request');
    expect(await wrong({ ...NEEDS, children: [{ ...NEEDS.children[0], ages: { from: 9, to: 2 } }] })).toBe(
      'ages-reversed',
    );
    const nobody = await caseworker
      .post('/v1/placement-requests')
      .set('Idempotency-Key', randomUUID())
      .send({ caseId: randomUUID(), needs: NEEDS });
    expect([nobody.status, nobody.body.code]).toEqual([404, 'case-not-found']);
  });
});
