import { FlightSweep } from '@liaison/casework';
import {
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_ENDED,
  FLIGHT_FOUND,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  type FlightReportedV1,
  PLACE_DECLARED,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
  REFERRAL_MADE,
} from '@liaison/contracts';
import type { ReceivedEvent } from '@liaison/messaging';
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
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { aPlace } from '../place/a-place.test';
import { ASE } from '../service';

const HOUR = 3_600_000;
const PURPOSE = 'protection-of-minors';
const ADDRESS = { line: '3 rue des Tilleuls', postalCode: '35000', commune: 'Rennes' };
const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const DIRECTORY = join(__dirname, '..', '..', '..', '..', 'config', 'directory.demo.yaml');
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const aFlight = (more: Partial<FlightReportedV1> = {}): FlightReportedV1 => ({
  noticedAt: ago(HOUR / 3),
  lastSeen: { departement: '75', at: ago(HOUR), place: 'Gare du Nord' },
  clothing: 'Grey hooded coat',
  account: 'She had a call at midnight.',
  ...more,
});

interface Item {
  readonly id: string;
  readonly reference: string;
  readonly caseId: string | null;
  readonly version: number;
  readonly state: string;
}

/** Whoever follows the child and whoever shelters it are two associations. */
function directoryWithShelter(folder: string): string {
  const file = join(folder, 'directory.yaml');
  const shelter = `  - id: asso-abri
    kind: association
    name: Association L’Abri
    departement: '35'
    competentFor: ['35']
    units:
      - { id: foyer, name: Hébergement }
    contactPoints: []
    inboxPartitions: 1

  - id: audit-log`;
  writeFileSync(file, readFileSync(DIRECTORY, 'utf8').replace('  - id: audit-log', shelter));
  return file;
}

describe('a child in care who is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-flight-'));
  let world: AgencyWorld;
  let follower: TestPeer;
  let shelter: TestPeer;
  let police: TestPeer;
  let ase: TestService;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld({ directoryFile: directoryWithShelter(folder) });
    follower = await startPeer(world, 'asso-refuge');
    shelter = await startPeer(world, 'asso-abri');
    police = await startPeer(world, 'police-75');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: 'mna' }, ...ASE });
    caseworker = await ase.as({ unit: 'mna', roles: ['caseworker'] });
    await shelter.send('ase-75', { type: PLACE_DECLARED, document: aPlace(), purpose: 'sheltering' });
    await eventually(async () =>
      expect((await caseworker.get('/v1/places').expect(200)).body.items).toHaveLength(1),
    );
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  const post = (path: string, body: object, version?: number) => {
    const call = caseworker.post(path).set('Idempotency-Key', randomUUID());
    return (version === undefined ? call : call.set('If-Match', `"${version}"`)).send(body);
  };
  const itemOf = (path: string, reference: string): Promise<Item> =>
    eventually(async () => {
      const { body } = await caseworker.get(`${path}?limit=200`).expect(200);
      const found = (body.items as Item[]).find((each) => each.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  const of = (peer: TestPeer, type: string, subject: string): ReceivedEvent[] =>
    peer.received.filter(({ envelope }) => envelope.type === type && envelope.subject === subject);
  const sweep = () => ase.app.get(FlightSweep).sweep();

  /** A child whom the follower referred. */
  async function referred(): Promise<{ readonly caseId: string; readonly reference: string }> {
    const document = aReferral({ madeAt: new Date().toISOString(), prosecutor: false });
    const made = { type: REFERRAL_MADE, document, purpose: PURPOSE, facts: FACTS };
    const reference = await follower.send('ase-75', made);
    const { caseId } = await itemOf('/v1/received-referrals', reference);
    return { caseId: caseId ?? '', reference };
  }

  /** The same, placed with the shelter: the offer that it accepted. */
  async function placed(caseId: string): Promise<ReceivedEvent> {
    const needs = {
      children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
      exploitation: ['75'],
      secure: 'needed',
    };
    const { body: request } = await post('/v1/placement-requests', { caseId, needs }).expect(201);
    const { body: ranked } = await caseworker.get(`/v1/placement-requests/${request.id}/places`).expect(200);
    const { place } = ranked.items[0];
    const before = shelter.received.length;
    await post(`/v1/placement-requests/${request.id}/offers`, { place }, request.version).expect(202);
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
    await eventually(async () => {
      const { body } = await caseworker.get(`/v1/placement-requests/${request.id}`).expect(200);
      expect(body.state).toBe('placed');
    });
    return offer;
  }
  const say = (offer: ReceivedEvent, type: string, document: object) =>
    shelter.answer(offer, { type, document, purpose: PURPOSE });

  it('reported by its shelter: on the desk of child protection, and whoever follows the child learns that it is gone', async () => {
    const { caseId, reference } = await referred();
    const offer = await placed(caseId);
    const flight = randomUUID();
    const noticedAt = ago(HOUR / 3);
    await say(offer, FLIGHT_REPORTED, { ...aFlight({ noticedAt }), flight, reportedAt: ago(0) });
    const item = await itemOf('/v1/received-flights', offer.envelope.subject);
    expect(item).toMatchObject({ caseId, state: 'gone', sender: 'asso-abri' });
    const { body: seen } = await caseworker.get(`/v1/received-flights/${item.id}`).expect(200);
    expect(seen).toMatchObject({ content: { clothing: 'Grey hooded coat' }, withheld: [] });
    const { body: desk } = await caseworker.get('/v1/desk?kind=received-flight').expect(200);
    expect((desk.items as Item[]).map(({ id }) => id)).toContain(item.id);
    const { body: noted } = await post(
      `/v1/received-flights/${item.id}/acknowledge`,
      {},
      item.version,
    ).expect(202);
    await eventually(() =>
      expect(of(shelter, FLIGHT_ACKNOWLEDGED, offer.envelope.subject).map(({ data }) => data)).toEqual([
        { flight, acknowledgedAt: noted.acknowledgedAt, role: 'caseworker', unit: 'mna' },
      ]),
    );

    await sweep();
    await eventually(() => expect(of(follower, FLIGHT_REPORTED, reference)).toHaveLength(1));
    const [told] = of(follower, FLIGHT_REPORTED, reference);
    // Not where it was sheltered, by whom, or what the shelter wrote.
    expect(told?.data).toMatchObject({ noticedAt, lastSeen: { departement: '75' } });
    expect(JSON.stringify([told?.data, told?.envelope])).not.toMatch(/coat|midnight|Gare|abri|Tilleuls/);
    expect((told?.data as FlightReportedV1).flight).not.toBe(flight);
    // The police have it from the shelter.
    expect(police.received.filter(({ envelope }) => envelope.type === FLIGHT_REPORTED)).toEqual([]);
    await sweep();

    // Whoever follows the child finds it: the shelter hears of it, and tells everybody else.
    const { flight: passedOn } = told?.data as FlightReportedV1;
    const foundAt = new Date().toISOString();
    if (!told) throw new Error('it was told');
    await follower.answer(told, {
      type: FLIGHT_FOUND,
      document: { flight: passedOn, foundAt },
      purpose: PURPOSE,
    });
    await eventually(async () => {
      await sweep();
      expect(of(shelter, FLIGHT_FOUND, offer.envelope.subject).map(({ data }) => data)).toMatchObject([
        { flight, foundAt },
      ]);
    });
    await say(offer, FLIGHT_ENDED, { flight, outcome: 'found', endedAt: foundAt });
    await eventually(async () => {
      const { body } = await caseworker.get(`/v1/received-flights/${item.id}`).expect(200);
      expect(body).toMatchObject({ state: 'found', endedAt: foundAt });
    });
    await sweep();
    expect(of(follower, FLIGHT_REPORTED, reference)).toHaveLength(1);
    await eventually(() => expect(of(follower, FLIGHT_ENDED, reference)).toHaveLength(1));
    expect(of(shelter, FLIGHT_FOUND, offer.envelope.subject)).toHaveLength(1);
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'flight-received',
        'flight-acknowledged',
        'flight-passed-on',
        'received-flight-ended',
      ]),
    );
    const { body: whole } = await caseworker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(whole.records).toMatchObject({
      flights: [{ passedOn: true, state: 'found', told: [{ agency: 'asso-refuge' }] }],
      receivedFlights: [{ id: item.id, state: 'found', content: { clothing: 'Grey hooded coat' } }],
    });
    expect(JSON.stringify(whole)).not.toContain('Tilleuls');
  });

  it('that its shelter has not reported is due at once; an end that overtakes the report leaves nothing to search by', async () => {
    const { caseId, reference } = await referred();
    const offer = await placed(caseId);
    const flight = randomUUID();
    await say(offer, FLIGHT_OVERDUE, { flight, noticedAt: ago(2 * HOUR) });
    const item = await itemOf('/v1/received-flights', offer.envelope.subject);
    expect(item).toMatchObject({ state: 'overdue', caseId });
    const { body: desk } = await caseworker.get('/v1/desk?kind=received-flight').expect(200);
    expect((desk.items as (Item & { due: string | null })[]).find(({ id }) => id === item.id)).toBeDefined();
    expect(
      (await post(`/v1/received-flights/${item.id}/found`, {}, item.version).expect(409)).body.code,
    ).toBe('flight-not-reported');
    await say(offer, FLIGHT_ENDED, { flight, outcome: 'back', endedAt: ago(0) });
    await say(offer, FLIGHT_REPORTED, { ...aFlight(), flight, reportedAt: ago(0) });
    await eventually(async () => {
      const { body } = await caseworker.get(`/v1/received-flights/${item.id}`).expect(200);
      expect(body).toMatchObject({ state: 'back', content: {} });
      expect(body.content).not.toHaveProperty('clothing');
      expect(body.reportedAt).not.toBeNull();
    });
    await sweep();
    expect(of(follower, FLIGHT_REPORTED, reference)).toEqual([]);
  });

  it('reported by child protection itself: to the police and whoever follows the child; ended, both learn it', async () => {
    const { caseId, reference } = await referred();
    await placed(caseId);
    const wrong = aFlight({ account: 'Elle a quitté le 3 rue des Tilleuls.' });
    expect((await post('/v1/flights', { subject: caseId, content: wrong }).expect(422)).body.code).toBe(
      'names-the-place',
    );
    const { body } = await post('/v1/flights', { subject: caseId, content: aFlight() }).expect(202);
    expect(body).toMatchObject({
      state: 'reported',
      told: [
        { agency: 'police-75', duty: 'search', allowed: true },
        { agency: 'asso-refuge', duty: 'following', allowed: true },
      ],
    });
    const [atPolice] = await eventually(() => {
      const told = police.received.filter(
        ({ envelope, data }) =>
          envelope.type === FLIGHT_REPORTED && (data as FlightReportedV1).flight === body.id,
      );
      expect(told).toHaveLength(1);
      return told;
    });
    expect(atPolice?.data).toMatchObject({ clothing: 'Grey hooded coat' });
    await eventually(() => expect(of(follower, FLIGHT_REPORTED, reference)).toHaveLength(1));
    expect(of(follower, FLIGHT_REPORTED, reference)[0]?.data).not.toHaveProperty('clothing');
    await post(`/v1/flights/${body.id}/end`, { outcome: 'found' }, body.version).expect(202);
    await eventually(() => {
      expect(of(police, FLIGHT_ENDED, atPolice?.envelope.subject ?? '')).toHaveLength(1);
      expect(of(follower, FLIGHT_ENDED, reference)).toHaveLength(1);
    });
    const nobody = await post('/v1/flights', { subject: randomUUID(), content: aFlight() });
    expect([nobody.status, nobody.body.code]).toEqual([404, 'case-not-found']);
  });

  it('reported by child protection and by its shelter: that the shelter has the child back ends both, and the police stop searching', async () => {
    const { caseId, reference } = await referred();
    const offer = await placed(caseId);
    // Whoever follows the child is told by child protection: there is nobody left to whom the shelter's report would be passed on.
    const { body } = await post('/v1/flights', { subject: caseId, content: aFlight() }).expect(202);
    const flight = randomUUID();
    await say(offer, FLIGHT_REPORTED, { ...aFlight(), flight, reportedAt: new Date().toISOString() });
    await itemOf('/v1/received-flights', offer.envelope.subject);
    await sweep();
    const state = async () => (await caseworker.get(`/v1/flights/${body.id}`).expect(200)).body.state;
    expect(await state()).toBe('reported');
    await say(offer, FLIGHT_ENDED, { flight, outcome: 'found', endedAt: new Date().toISOString() });
    await eventually(async () => {
      await sweep();
      expect(await state()).toBe('found');
    });
    await eventually(() => expect(of(follower, FLIGHT_ENDED, reference)).toHaveLength(1));
    await eventually(() =>
      expect(
        police.received.filter(
          ({ envelope, data }) =>
            envelope.type === FLIGHT_ENDED && (data as { flight?: string }).flight === body.id,
        ),
      ).toHaveLength(1),
    );
    // Gone once more: what ended before says nothing of that.
    const again = await post('/v1/flights', {
      subject: caseId,
      content: aFlight({ noticedAt: new Date().toISOString() }),
    }).expect(202);
    await sweep();
    const { body: running } = await caseworker.get(`/v1/flights/${again.body.id}`).expect(200);
    expect(running.state).toBe('reported');
    await post(`/v1/flights/${again.body.id}/end`, { outcome: 'found' }, running.version).expect(202);
  });

  it('from a place that the network knows: nobody is brought there any more, and the list says why (R29)', async () => {
    const offer = await placed((await referred()).caseId);
    const { body: before } = await post('/v1/placement-requests', {
      caseId: (await referred()).caseId,
      needs: {
        children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
        exploitation: ['75'],
        secure: 'needed',
      },
    }).expect(201);
    const ranked = async () => {
      const { body } = await caseworker.get(`/v1/placement-requests/${before.id}/places`).expect(200);
      return body.items[0];
    };
    const place = await ranked();
    expect(place.fits).toBe(true);
    // Another child, whom nobody has admitted anywhere, fled before any place had accepted it: this place is as good as before.
    const { caseId: elsewhere } = await referred();
    await placed(elsewhere);
    const fled = aFlight({
      placeKnown: true,
      noticedAt: ago(HOUR),
      lastSeen: { departement: '75', at: ago(2 * HOUR) },
    });
    await post('/v1/flights', { subject: elsewhere, content: fled }).expect(202);
    expect((await ranked()).fits).toBe(true);
    await say(offer, FLIGHT_REPORTED, {
      ...aFlight({ placeKnown: true }),
      flight: randomUUID(),
      reportedAt: ago(0),
    });
    await eventually(async () =>
      expect(await ranked()).toMatchObject({
        place: place.place,
        fits: false,
        reasons: expect.arrayContaining([
          expect.objectContaining({ criterion: 'avoided', outcome: 'unmet', rule: 'R29' }),
        ]),
      }),
    );
    const refused = await post(
      `/v1/placement-requests/${before.id}/offers`,
      { place: place.place },
      before.version,
    ).expect(422);
    expect(refused.body).toMatchObject({ code: 'place-does-not-fit' });
  });
});
