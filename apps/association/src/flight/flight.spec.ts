import {
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_ENDED,
  FLIGHT_FOUND,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  type FlightReportedV1,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
  type PlacementAnsweredV1,
  type PlacementOfferedV1,
} from '@liaison/contracts';
import { FlightSweep, OverdueChanges } from '@liaison/casework';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  feedCaughtUp,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ASSOCIATION } from '../service';

const ADDRESS = { line: '3 rue des Tilleuls', postalCode: '35000', commune: 'Rennes' };
const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const HOUR = 3_600_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

const aFlight = (more: Partial<FlightReportedV1> = {}): FlightReportedV1 => ({
  civilStatus: { declared: { givenNames: ['Mercy'], estimatedAge: 15, estimatedAgeBasis: ['appearance'] } },
  noticedAt: ago(HOUR / 3),
  lastSeen: { departement: '75', at: ago(HOUR), place: 'Gare du Nord' },
  clothing: 'Grey hooded coat',
  risks: ['network-in-contact'],
  account: 'She had a call at midnight.',
  ...more,
});

describe('a child who is gone from a shelter', () => {
  let world: AgencyWorld;
  let paris: TestPeer;
  let marseille: TestPeer;
  let police: TestPeer;
  let shelter: TestService;
  let worker: Agent;
  let place: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    paris = await startPeer(world, 'ase-75');
    marseille = await startPeer(world, 'ase-13');
    police = await startPeer(world, 'police-75');
    shelter = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    worker = await shelter.as({ unit: 'foyer', roles: ['caseworker'] });
    const house = {
      ...{ label: 'Maison bleue', lodging: 'authorised-establishment', departement: '35', address: ADDRESS },
      ...{
        ages: { from: 12, to: 17 },
        sexes: ['female'],
        languages: ['en'],
        trainedStaff: true,
        secure: true,
      },
      ...{ schooling: ['school'], capacity: 20 },
    };
    const { body } = await worker
      .post('/v1/places')
      .set('Idempotency-Key', randomUUID())
      .send(house)
      .expect(201);
    place = body.id as string;
  });
  afterAll(() => world.stop());

  const of = (peer: TestPeer, type: string, reference?: string): ReceivedEvent[] =>
    peer.received.filter(
      ({ envelope }) => envelope.type === type && (reference === undefined || envelope.subject === reference),
    );

  /** A child whom Paris placed here: the offer, and the reference by which Paris knows it. */
  async function sheltered(): Promise<{ readonly offer: string; readonly reference: string }> {
    const known = await eventually(async () => {
      const [row] = await shelter.database.owner.query<{ reference: string }[]>(
        `SELECT reference FROM messaging.case_reference WHERE case_id = $1 AND peer = 'ase-75'`,
        [place],
      );
      const reference = row?.reference ?? '';
      expect(paris.received.map(({ envelope }) => envelope.subject)).toContain(reference);
      return reference;
    });
    const document: PlacementOfferedV1 = {
      place: known,
      children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'] }],
      secure: 'needed',
      ordered: false,
      answerBy: new Date(Date.now() + 24 * HOUR).toISOString(),
    };
    const offered = { type: PLACEMENT_OFFERED, document, purpose: 'sheltering', facts: FACTS };
    const reference = await paris.send('asso-refuge', offered);
    const { id, version } = await eventually(async () => {
      const { body } = await worker.get('/v1/placement-offers?limit=200').expect(200);
      const items = body.items as { id: string; reference: string; version: number }[];
      const item = items.find((each) => each.reference === reference);
      if (!item) throw new Error('it has not arrived');
      return item;
    });
    await worker
      .post(`/v1/placement-offers/${id}/accept`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send({})
      .expect(202);
    await eventually(() =>
      expect(
        of(paris, PLACEMENT_ANSWERED, reference).map(({ data }) => (data as PlacementAnsweredV1).answer),
      ).toContain('accepted'),
    );
    return { offer: id, reference };
  }
  const post = (path: string, body: object, key: string = randomUUID()) =>
    worker.post(path).set('Idempotency-Key', key).send(body);
  const metrics = async (): Promise<string> => (await fetch(`${shelter.url}/metrics`)).text();
  const kindsOnDesk = async (): Promise<string[]> => {
    const { body } = await worker.get('/v1/desk?limit=200').expect(200);
    return (body.items as { kind: string }[]).map(({ kind }) => kind);
  };

  it('is reported in one call: the police and child protection are told, each once, and nobody learns the address', async () => {
    const { offer, reference } = await sheltered();
    const key = randomUUID();
    const content = aFlight({ placeKnown: true });
    const { body } = await post('/v1/flights', { subject: offer, content }, key).expect(202);
    expect(body).toMatchObject({
      state: 'reported',
      version: 1,
      policeMissing: false,
      told: [
        { agency: 'police-75', duty: 'search', allowed: true },
        { agency: 'ase-75', duty: 'child-protection', allowed: true },
      ],
    });
    expect((await post('/v1/flights', { subject: offer, content }, key).expect(202)).body).toEqual(body);
    await eventually(() => {
      expect(of(police, FLIGHT_REPORTED)).toHaveLength(1);
      expect(of(paris, FLIGHT_REPORTED, reference)).toHaveLength(1);
    });
    const [told] = of(police, FLIGHT_REPORTED);
    expect(told?.data).toMatchObject({
      ...content,
      flight: body.id,
      civilStatus: { declared: { givenNames: ['Mercy'] } },
    });
    expect([told?.withheld, told?.envelope.recipientunit]).toEqual([[], 'bpm']);
    expect(marseille.received.filter(({ envelope }) => envelope.type === FLIGHT_REPORTED)).toEqual([]);

    const again = await post('/v1/flights', { subject: offer, content }).expect(409);
    expect(again.body.code).toBe('flight-reported');
    const seen = await eventually(async () => {
      const { body: view } = await worker.get(`/v1/flights/${body.id}`).expect(200);
      expect(view.told).toMatchObject([
        { agency: 'ase-75', delivery: 'delivered' },
        { agency: 'police-75', delivery: 'delivered' },
      ]);
      return view;
    });
    expect(seen).toMatchObject({ state: 'reported', late: false, content: { clothing: 'Grey hooded coat' } });
    expect(await kindsOnDesk()).toContain('flight-running');
    const stranger = await shelter.as({ unit: 'maraude', roles: ['supervisor'] });
    await stranger.get(`/v1/flights/${body.id}`).expect(404);
    await stranger
      .post('/v1/flights')
      .set('Idempotency-Key', randomUUID())
      .send({ subject: offer, content })
      .expect(404);
    const everywhere = JSON.stringify([police.received, seen, shelter.logLines]);
    for (const secret of [...Object.values(ADDRESS), 'Maison bleue'])
      expect(everywhere).not.toContain(secret);
  });

  it('of which somebody has taken note is seen to be; whoever has not is overdue, on the desk and in the change feed, once', async () => {
    const { offer } = await sheltered();
    const { body } = await post('/v1/flights', { subject: offer, content: aFlight() }).expect(202);
    const told = await eventually(() => {
      const event = of(police, FLIGHT_REPORTED).find(
        ({ data }) => (data as FlightReportedV1).flight === body.id,
      );
      if (!event) throw new Error('it has not arrived');
      return event;
    });
    const acknowledgedAt = new Date().toISOString();
    const document = { flight: body.id as string, acknowledgedAt, role: 'officer', unit: 'bpm' };
    await police.answer(told, { type: FLIGHT_ACKNOWLEDGED, document, purpose: 'protection-of-minors' });
    const read = async () => (await worker.get(`/v1/flights/${body.id}`).expect(200)).body;
    await eventually(async () => {
      expect((await read()).told).toMatchObject([
        { agency: 'ase-75', acknowledgedAt: null, overdue: false },
        { agency: 'police-75', acknowledgedAt, overdue: false },
      ]);
    });
    const listed = async (overdue: boolean): Promise<string[]> => {
      const { body: page } = await worker.get(`/v1/flights?overdue=${overdue}&limit=200`).expect(200);
      return (page.items as { id: string }[]).map(({ id }) => id);
    };
    expect(await listed(true)).not.toContain(body.id);
    await shelter.database.owner.query(
      `UPDATE flight.told SET acknowledge_by = now() - interval '1 minute' WHERE flight_id = $1`,
      [body.id],
    );
    for (let look = 0; look < 2; look += 1) await shelter.app.get(OverdueChanges).look();
    expect(await listed(true)).toContain(body.id);
    expect(await listed(false)).not.toContain(body.id);
    await worker.get('/v1/flights?overdue=perhaps').expect(400);
    expect((await read()).told).toMatchObject([
      { agency: 'ase-75', overdue: true },
      { agency: 'police-75', overdue: false },
    ]);
    const { body: desk } = await worker.get('/v1/desk?section=overdue&kind=flight-awaited').expect(200);
    expect((desk.items as { id: string }[]).map(({ id }) => id)).toEqual([body.id]);
    expect(await metrics()).toMatch(/^liaison_flights_unacknowledged\S* 1$/m);
    await feedCaughtUp(shelter.database);
    const { body: changes } = await worker.get('/v1/changes?limit=500').expect(200);
    const kinds = (changes.items as { id: string; kind: string }[]).filter(({ id }) => id === body.id);
    expect(kinds.map(({ kind }) => kind)).toEqual(['reported', 'acknowledged', 'unacknowledged']);
    // The child is back: nobody waits for anybody.
    await post(`/v1/flights/${body.id}/end`, { outcome: 'found' }).set('If-Match', '"1"').expect(202);
    expect((await read()).told).toMatchObject([{ overdue: false }, { overdue: false }]);
    expect(await listed(true)).not.toContain(body.id);
    const { body: left } = await worker.get('/v1/desk?kind=flight-awaited').expect(200);
    expect((left.items as { id: string }[]).map(({ id }) => id)).not.toContain(body.id);
  });

  it('is searched for whatever was said of telling others: a flight needs nobody’s consent, of whom nobody knows the age either', async () => {
    // The child that the same association referred, and of whom it is said that the police are to be told nothing.
    const team = await shelter.as({ unit: 'maraude', roles: ['caseworker'] });
    const act = (path: string, body: object) =>
      team.post(path).set('Idempotency-Key', randomUUID()).send(body);
    const { body: made } = await act('/v1/referrals', { content: aReferral({ prosecutor: false }) }).expect(
      202,
    );
    await act(`/v1/cases/${made.id}/consents`, {
      to: 'police',
      purpose: 'protection-of-minors',
      value: 'refused',
    }).expect(201);
    const { offer } = await sheltered();
    const { civilStatus: _, ...ageless } = aFlight();
    const { body } = await post('/v1/flights', { subject: offer, content: ageless }).expect(202);
    expect(body.told).toMatchObject([
      { agency: 'police-75', allowed: true, denial: null },
      { agency: 'ase-75', allowed: true, denial: null },
    ]);
    await eventually(() =>
      expect(of(police, FLIGHT_REPORTED).map(({ data }) => (data as FlightReportedV1).flight)).toContain(
        body.id,
      ),
    );
    // What is refused stays refused where consent is asked for: nothing of the case itself has gone to the police.
    const { body: consents } = await team.get(`/v1/cases/${made.id}/consents`).expect(200);
    expect(consents.items).toMatchObject([{ to: 'police', value: 'refused' }]);
    expect(police.received.filter(({ envelope }) => !envelope.type.startsWith('liaison.flight.'))).toEqual(
      [],
    );
  });

  it('found by the police: whoever was told that it is gone learns it once', async () => {
    const { offer, reference } = await sheltered();
    const { body } = await post('/v1/flights', { subject: offer, content: aFlight() }).expect(202);
    const told = await eventually(() => {
      const event = of(police, FLIGHT_REPORTED).find(
        ({ data }) => (data as FlightReportedV1).flight === body.id,
      );
      if (!event) throw new Error('it has not arrived');
      return event;
    });
    const document = { flight: body.id as string, foundAt: new Date().toISOString(), departement: '93' };
    const found = { type: FLIGHT_FOUND, document, purpose: 'protection-of-minors' };
    await police.answer(told, found);
    await eventually(() => {
      for (const [peer, subject] of [
        [police, told.envelope.subject],
        [paris, reference],
      ] as const) {
        expect(of(peer, FLIGHT_ENDED, subject).map(({ data }) => data)).toMatchObject([
          { flight: body.id, outcome: 'found', endedAt: document.foundAt },
        ]);
      }
    });
    const { body: seen } = await worker.get(`/v1/flights/${body.id}`).expect(200);
    expect(seen).toMatchObject({ state: 'found', endedAt: document.foundAt });
    // Somebody else says so too: nobody is told again.
    const [atParis] = of(paris, FLIGHT_REPORTED, reference);
    if (!atParis) throw new Error('it was told');
    await paris.answer(atParis, found);
    await eventually(async () => {
      const [inbox] = await shelter.database.owner.query<{ found: number }[]>(
        `SELECT count(*)::int AS found FROM messaging.inbox WHERE type = $1 AND state = 'applied'`,
        [FLIGHT_FOUND],
      );
      expect(inbox?.found).toBe(2);
    });
    expect(of(paris, FLIGHT_ENDED, reference)).toHaveLength(1);
    // Gone once more: a flight of its own.
    const next = await post('/v1/flights', { subject: offer, content: aFlight() }).expect(202);
    expect(next.body.id).not.toBe(body.id);
  });

  it('noticed and not reported within the hour: child protection learns that, and the desk says it is late', async () => {
    const { offer, reference } = await sheltered();
    const noticedAt = ago(2 * HOUR);
    const { body } = await post('/v1/flights/notice', { subject: offer, noticedAt }).expect(201);
    expect(body).toMatchObject({ state: 'noticed', version: 1 });
    expect((await post('/v1/flights/notice', { subject: offer }).expect(409)).body.code).toBe(
      'flight-exists',
    );
    await shelter.app.get(FlightSweep).sweep();
    await eventually(() =>
      expect(of(paris, FLIGHT_OVERDUE, reference).map(({ data }) => data)).toEqual([
        { flight: body.id, noticedAt },
      ]),
    );
    await shelter.app.get(FlightSweep).sweep();
    expect(await kindsOnDesk()).toContain('flight-unreported');
    await feedCaughtUp(shelter.database);
    const { body: changes } = await worker.get('/v1/changes?limit=500').expect(200);
    const kinds = (changes.items as { id: string; kind: string }[])
      .filter(({ id }) => id === body.id)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['noticed', 'overdue']);
    const measured = await metrics();
    expect(measured).toMatch(/^liaison_flights_unreported\S* 1$/m);

    await post('/v1/flights', { subject: offer, content: aFlight({ noticedAt: ago(0) }) }).expect(202);
    await eventually(() => expect(of(paris, FLIGHT_REPORTED, reference)).toHaveLength(1));
    expect(of(paris, FLIGHT_OVERDUE, reference)).toHaveLength(1);
    const { body: late } = await worker.get(`/v1/flights/${body.id}`).expect(200);
    // What somebody noticed first counts, whatever the report says.
    expect(late).toMatchObject({ state: 'reported', late: true, noticedAt });
    expect(await metrics()).toMatch(/^liaison_flights_unreported\S* 0$/m);
  });

  it('back before anybody was told needs no report', async () => {
    const { offer } = await sheltered();
    const before = of(police, FLIGHT_REPORTED).length;
    const { body } = await post('/v1/flights/notice', { subject: offer }).expect(201);
    const end = (version: number, outcome: string) =>
      post(`/v1/flights/${body.id}/end`, { outcome }).set('If-Match', `"${version}"`);
    expect((await end(1, 'found').expect(409)).body.code).toBe('flight-not-reported');
    await end(9, 'back').expect(412);
    expect((await end(1, 'back').expect(202)).body).toMatchObject({ state: 'back', version: 2 });
    expect((await end(2, 'back').expect(409)).body.code).toBe('flight-over');
    expect(of(police, FLIGHT_REPORTED)).toHaveLength(before);
  });

  it('of age while gone is searched for no more, and of age before is no flight', async () => {
    const { offer, reference } = await sheltered();
    const grown = { declared: { givenNames: ['Mercy'], birthDate: '2001-05-04' } };
    const refused = await post('/v1/flights', {
      subject: offer,
      content: aFlight({ civilStatus: grown }),
    }).expect(422);
    expect(refused.body.code).toBe('adult-leaves');
    const { body } = await post('/v1/flights', { subject: offer, content: aFlight() }).expect(202);
    await eventually(() => expect(of(paris, FLIGHT_REPORTED, reference)).toHaveLength(1));
    await shelter.database.owner.query(
      `UPDATE flight.known SET of_age_at = now() - interval '1 minute' WHERE id = $1`,
      [body.id],
    );
    await shelter.app.get(FlightSweep).sweep();
    await eventually(() =>
      expect(of(paris, FLIGHT_ENDED, reference).map(({ data }) => data)).toMatchObject([
        { outcome: 'adult' },
      ]),
    );
  });

  it.each([
    [
      'names the place',
      { lastSeen: { departement: '35', at: ago(HOUR), place: '3, Rue des tilleuls' } },
      'names-the-place',
    ],
    ['names the house', { account: 'Elle a quitté la MAISON BLEUE.' }, 'names-the-place'],
    ['was seen tomorrow', { lastSeen: { departement: '75', at: ago(-24 * HOUR) } }, 'time-in-the-future'],
    ['is noticed tomorrow', { noticedAt: ago(-24 * HOUR) }, 'time-in-the-future'],
    ['has no such département', { lastSeen: { departement: '96', at: ago(HOUR) } }, 'invalid-request'],
    ['has an unknown risk', { risks: ['boredom'] }, 'invalid-request'],
  ])('a report that %s is refused, and nobody is told', async (_, wrong, code) => {
    const { offer } = await sheltered();
    const before = of(police, FLIGHT_REPORTED).length;
    const content = aFlight(wrong as Partial<FlightReportedV1>);
    const { body, status } = await post('/v1/flights', { subject: offer, content });
    expect([body.code, status]).toEqual([code, code === 'invalid-request' ? 400 : 422]);
    expect(of(police, FLIGHT_REPORTED)).toHaveLength(before);
  });

  it('where the directory names nobody who searches says so, and child protection is told all the same', async () => {
    const { offer, reference } = await sheltered();
    const content = aFlight({ lastSeen: { departement: '35', at: ago(HOUR) } });
    const { body } = await post('/v1/flights', { subject: offer, content }).expect(202);
    expect(body).toMatchObject({ policeMissing: true, told: [{ agency: 'ase-75', allowed: true }] });
    await eventually(() => expect(of(paris, FLIGHT_REPORTED, reference)).toHaveLength(1));
  });
});
