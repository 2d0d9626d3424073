import { PLACE_DECLARED, type PlaceDeclaredV1 } from '@liaison/contracts';
import {
  type AgencyWorld,
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
const HOUSE = {
  label: 'Maison bleue',
  lodging: 'authorised-establishment',
  departement: '35',
  address: ADDRESS,
  ages: { from: 12, to: 17 },
  sexes: ['female'],
  languages: ['en', 'fr'],
  trainedStaff: true,
  secure: true,
  schooling: ['school'],
  capacity: 3,
};

interface Answer {
  readonly id: string;
  readonly version: number;
}

describe('a place that a shelter declares', () => {
  let world: AgencyWorld;
  let ase: TestPeer;
  let far: TestPeer;
  let shelter: TestService;
  let worker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    ase = await startPeer(world, 'ase-75');
    far = await startPeer(world, 'ase-13');
    shelter = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    worker = await shelter.as({ unit: 'foyer', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const declare = (house: object, key: string = randomUUID()) =>
    worker.post('/v1/places').set('Idempotency-Key', key).send(house);
  const act = (path: string, { id, version }: Answer) =>
    worker
      .post(`/v1/places/${id}${path}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`);
  const told = (peer: TestPeer) =>
    peer.received.filter(({ envelope }) => envelope.type === PLACE_DECLARED).map((event) => event);

  it('is told to child protection everywhere, without its address and without its name', async () => {
    const key = randomUUID();
    const { body } = await declare(HOUSE, key).expect(201);
    expect(body).toMatchObject({ version: 1, open: true, free: 3, told: ['ase-13', 'ase-75'] });
    expect((await declare(HOUSE, key).expect(201)).body).toEqual(body);
    await eventually(() => {
      expect(told(ase)).toHaveLength(1);
      expect(told(far)).toHaveLength(1);
    });
    const [{ data, envelope }] = told(ase) as [(typeof ase.received)[number]];
    expect(data).toMatchObject({ departement: '35', free: 3, open: true, ages: { from: 12, to: 17 } });
    for (const secret of [...Object.values(ADDRESS), HOUSE.label]) {
      expect(JSON.stringify([data, envelope])).not.toContain(secret);
      expect(shelter.logLines.join('\n')).not.toContain(secret);
    }
    // Each knows it by another reference: nobody can put two lists together.
    expect(told(far)[0]?.envelope.subject).not.toBe(envelope.subject);
  });

  it.each([
    ['a hotel (R24)', { lodging: 'hotel' }, 422, 'hotel-refused'],
    ['ages the wrong way round', { ages: { from: 17, to: 12 } }, 422, 'ages-reversed'],
    ['a département that there is not', { departement: '96' }, 400, 'invalid-request'],
    ['a language that there is not', { languages: ['zz'] }, 400, 'invalid-request'],
    ['no number of beds', { capacity: -1 }, 400, 'invalid-request'],
  ])('is refused where it is %s, and nobody hears of it', async (_, wrong, status, code) => {
    const before = told(ase).length;
    const { body } = await declare({ ...HOUSE, ...wrong }).expect(status);
    expect(body.code).toBe(code);
    expect(JSON.stringify(body)).not.toContain(ADDRESS.line);
    const { body: list } = await worker.get('/v1/places').expect(200);
    expect(list.items).toHaveLength(1);
    expect(told(ase)).toHaveLength(before);
  });

  it('is changed and closed by the unit that declared it, for the version that was read', async () => {
    const { body: place } = await declare({ ...HOUSE, label: 'Maison verte' }).expect(201);
    const put = (as: Agent, version: number, house: object) =>
      as
        .put(`/v1/places/${place.id}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send(house);
    const stranger = await shelter.as({ unit: 'maraude', roles: ['supervisor'] });
    await stranger.get(`/v1/places/${place.id}`).expect(404);
    await put(stranger, 1, HOUSE).expect(404);
    await put(worker, 7, HOUSE).expect(412);
    const { body: changed } = await put(worker, 1, { ...HOUSE, capacity: 5 }).expect(200);
    expect(changed).toMatchObject({ version: 2, free: 5 });
    await act('/close', place).expect(412);
    await act('/close', changed).expect(200);
    expect((await act('/close', { ...changed, version: 3 }).expect(409)).body.code).toBe('place-closed');
    await eventually(() => {
      const [{ envelope }] = told(ase).slice(-1) as [(typeof ase.received)[number]];
      const ofPlace = told(ase).filter((event) => event.envelope.subject === envelope.subject);
      expect(
        ofPlace.map(({ data }) => [(data as PlaceDeclaredV1).open, (data as PlaceDeclaredV1).free]),
      ).toEqual([
        [true, 3],
        [true, 5],
        [false, 0],
      ]);
    });
    const { body: view } = await worker.get(`/v1/places/${place.id}`).expect(200);
    expect(view).toMatchObject({ open: false, free: 0, address: ADDRESS, version: 3 });
  });

  it('stands in no list, no change and no audit record with its address', async () => {
    const { body: list } = await worker.get('/v1/places').expect(200);
    await feedCaughtUp(shelter.database);
    const { body: changes } = await worker.get('/v1/changes').expect(200);
    expect(changes.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ resource: 'place', kind: 'closed' })]),
    );
    const { body: found } = await worker.get('/v1/search?q=Tilleuls').expect(200);
    expect(found.items).toEqual([]);
    const records = await shelter.database.owner.query<unknown[]>(
      'SELECT record FROM messaging.audit_record',
    );
    for (const secret of Object.values(ADDRESS)) {
      expect(JSON.stringify([list, changes, found, records])).not.toContain(secret);
    }
  });
});
