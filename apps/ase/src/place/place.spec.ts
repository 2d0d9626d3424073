import { PLACE_DECLARED } from '@liaison/contracts';
import {
  type AgencyWorld,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import type { Agent } from 'supertest';
import { ASE } from '../service';
import { aPlace } from './a-place.test';

const event = (more: Parameters<typeof aPlace>[0] = {}) => ({
  type: PLACE_DECLARED,
  document: aPlace(more),
  purpose: 'sheltering',
});

describe('the places that shelters have declared', () => {
  let world: AgencyWorld;
  let shelter: TestPeer;
  let ase: TestService;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    shelter = await startPeer(world, 'asso-refuge');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: 'mna' }, ...ASE });
    caseworker = await ase.as({ unit: 'mna', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const places = async () =>
    (await caseworker.get('/v1/places').expect(200)).body.items as Record<string, unknown>[];

  it('are a list as each shelter said last, for every unit, and a place that closed is gone', async () => {
    const reference = await shelter.send('ase-75', event());
    const first = await eventually(async () => {
      const found = await places();
      expect(found).toEqual([
        expect.objectContaining({ agency: 'asso-refuge', departement: '35', free: 2, secure: true }),
      ]);
      return found[0];
    });
    await shelter.sayMore('ase-75', reference, event({ free: 1, languages: ['en'] }));
    await eventually(async () =>
      expect(await places()).toEqual([
        expect.objectContaining({ id: first?.id, free: 1, languages: ['en'] }),
      ]),
    );
    const other = await ase.as({ unit: 'other', roles: ['supervisor'] });
    expect((await other.get('/v1/places').expect(200)).body.items).toHaveLength(1);
    await shelter.sayMore('ase-75', reference, event({ open: false, free: 0 }));
    await eventually(async () => expect(await places()).toEqual([]));
  });
});
