import { ADULT_PLACE_DECLARED, type AdultPlaceDeclaredV1 } from '@liaison/contracts';
import {
  type AgencyWorld,
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
import type { Agent, Test } from 'supertest';
import { ASSOCIATION } from '../service';

/** A party to the convention of measure 8, which asso-refuge is not. */
const SHELTER = 'amicale-du-nid';
const DIRECTORY = join(__dirname, '../../../../config/directory.demo.yaml');

export const ADDRESS = { line: '8 allée des Aubépines', postalCode: '35000', commune: 'Rennes' };
export const HOUSE = {
  ...{ label: 'Maison claire', departement: '35', address: ADDRESS, sexes: ['female'], languages: ['en'] },
  ...{ capacity: 1, emergency: false, takesFromPolice: false },
};
const SAID = {
  needs: { sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
  nationality: 'NG',
  exploitation: { departements: ['75', '77'] },
  ...{ endangered: true, needsDistance: true, procedureOpen: true },
  consent: { form: 'written', on: '2026-01-12', language: 'en', explainedBy: 'caseworker' },
  commune: '75110',
};
export const DAY = '2026-01-12';
const NAME = { declared: { familyName: 'Ehigiator', givenNames: ['Osarugue'], birthDate: '2003-04-05' } };

export interface Item {
  readonly id: string;
  readonly caseId: string;
  readonly version: number;
  readonly state: string;
}
/** As the coordination has it. */
interface Made {
  readonly id: string;
  readonly state: string;
  readonly declined: string | null;
}
interface NetworkPlace {
  readonly id: string;
  readonly departement: string;
  readonly free: number;
}

export type Network = Awaited<ReturnType<typeof startNetwork>>;

/** The coordination of adults and a shelter of the network, each its own service; a second shelter is a peer. */
export async function startNetwork() {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-network-'));
  const directoryFile = join(folder, 'directory.yaml');
  writeFileSync(directoryFile, withShelter(readFileSync(DIRECTORY, 'utf8')));
  const world: AgencyWorld = await startAgencyWorld({ directoryFile });
  const coordination: TestService = await world.start({
    agencyId: 'ac-se',
    env: { DEFAULT_UNIT: 'orientation' },
    ...ASSOCIATION,
  });
  const shelter: TestService = await world.start({
    agencyId: SHELTER,
    env: { DEFAULT_UNIT: 'maraude' },
    ...ASSOCIATION,
  });
  const stranger: TestPeer = await startPeer(world, 'asso-refuge');
  const coordinator = await coordination.as({ unit: 'orientation', roles: ['caseworker'] });
  const street = await shelter.as({ unit: 'maraude', roles: ['caseworker'] });
  const house = await shelter.as({ unit: 'foyer', roles: ['caseworker'] });
  const stop = async (): Promise<void> => {
    await world.stop();
    rmSync(folder, { recursive: true });
  };

  const post = (as: Agent, path: string, body: object = {}, version = 1): Test =>
    as.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', `"${version}"`).send(body);
  const answer = async (test: Test, status: number) => {
    const { status: was, body } = await test;
    expect({ status: was, code: body.code }).toEqual({ status, code: body.code });
    return body;
  };
  const networkPlaces = async (): Promise<NetworkPlace[]> =>
    (await coordinator.get('/v1/network-places?limit=200').expect(200)).body.items;
  const arrivedBeside = (before: ReadonlySet<string>): Promise<string> =>
    eventually(async () => {
      const found = (await networkPlaces()).find(({ id }) => !before.has(id));
      if (!found) throw new Error('it has not arrived');
      return found.id;
    });
  /** @returns the place as the shelter and as the coordination know it */
  const declare = async (more: object = {}): Promise<{ readonly own: string; readonly known: string }> => {
    const before = new Set((await networkPlaces()).map(({ id }) => id));
    const { body } = await post(house, '/v1/adult-places', { ...HOUSE, ...more }).expect(201);
    expect(body).toMatchObject({ version: 1, open: true, told: ['ac-se'] });
    return { own: body.id, known: await arrivedBeside(before) };
  };
  /** A place of the second shelter's. @returns it as the coordination knows it */
  const declareElsewhere = async (more: Partial<AdultPlaceDeclaredV1>): Promise<string> => {
    const before = new Set((await networkPlaces()).map(({ id }) => id));
    const document: AdultPlaceDeclaredV1 = {
      ...{ open: true, departement: '35', free: 1, sexes: ['female'], languages: [] },
      ...{ emergency: false, takesFromPolice: false, declaredAt: new Date().toISOString() },
      ...more,
    };
    const facts = { namedContact: ['ac-se'] };
    await stranger.send('ac-se', { type: ADULT_PLACE_DECLARED, document, purpose: 'sheltering', facts });
    return arrivedBeside(before);
  };
  const freeAt = (known: string, free: number): Promise<void> =>
    eventually(async () =>
      expect((await networkPlaces()).find(({ id }) => id === known)).toMatchObject({ free }),
    );
  const orientation = async (id: string): Promise<{ readonly proposals: readonly Made[] }> =>
    (await coordinator.get(`/v1/orientations/${id}`).expect(200)).body;
  const change = async (id: string, verb: string, body: object = {}, status = 200) => {
    const { body: list } = await coordinator.get('/v1/orientations?limit=200').expect(200);
    const version = (list.items as Item[]).find((each) => each.id === id)?.version;
    return answer(post(coordinator, `/v1/orientations/${id}/${verb}`, body, version), status);
  };
  /** Somebody of whom the coordination has found that the scheme is for them. @returns the request, as the coordination knows it */
  const evaluated = async (said: object = {}): Promise<string> => {
    const { body: list } = await coordinator.get('/v1/orientations?limit=200').expect(200);
    const before = new Set((list.items as Item[]).map(({ id }) => id));
    const content = { ...SAID, ...said };
    const asked = { birthDate: `${new Date().getUTCFullYear() - 22}-01-01`, departement: '75', content };
    await post(street, '/v1/orientation-requests', asked).expect(202);
    const id = await eventually(async () => {
      const { body } = await coordinator.get('/v1/orientations?limit=200').expect(200);
      const found = (body.items as Item[]).find((each) => !before.has(each.id));
      if (!found) throw new Error('it has not arrived');
      return found.id;
    });
    await change(id, 'evaluate', { eligible: true, age: 22, nationality: 'NG' });
    return id;
  };
  const proposals = async (query = ''): Promise<Item[]> =>
    (await house.get(`/v1/adult-proposals?limit=200${query}`).expect(200)).body.items;
  /** @returns the proposal for a place as the shelter has it, in a state */
  const proposal = (place: string, state: string): Promise<Item> =>
    eventually(async () => {
      const [row] = await shelter.database.owner.query<{ id: string }[]>(
        'SELECT id FROM shelter.adult_proposal WHERE place_id = $1 ORDER BY id DESC LIMIT 1',
        [place],
      );
      const found = (await proposals()).find(({ id }) => id === row?.id);
      expect(found?.state).toBe(state);
      return found as Item;
    });
  const act = async (id: string, verb: string, body: object = {}, status = 202) => {
    const version = (await proposals()).find((each) => each.id === id)?.version;
    return answer(post(house, `/v1/adult-proposals/${id}/${verb}`, body, version), status);
  };
  const consent = { scope: 'shelter', form: 'written', on: DAY, language: 'en', capacity: 'caseworker' };
  /** The shelter has accepted, the person too: who comes is told. */
  const named = async (own: string, known: string) => {
    const request = await evaluated();
    await change(request, 'proposals', { place: known });
    const { id } = await proposal(own, 'held');
    await act(id, 'accept');
    const live = await eventually(async () => {
      const { proposals: made } = await orientation(request);
      expect(made).toEqual([expect.objectContaining({ state: 'place-accepted' })]);
      return made[0]?.id ?? '';
    });
    expect((await act(id, 'admit', { on: DAY }, 409)).code).toBe('person-not-named');
    await change(request, 'consents', consent);
    await change(request, `proposals/${live}/person-accepts`, { civilStatus: NAME });
    await eventually(async () => {
      const { body } = await house.get(`/v1/adult-proposals/${id}`).expect(200);
      expect(body.person).toEqual({
        civilStatus: NAME,
        withheld: expect.arrayContaining(['civilStatus.declared.birthPlace']) as string[],
      });
    });
    return { request, id };
  };
  /** Tables of the shelter that have the name somewhere. */
  const tablesWithTheName = async (): Promise<string[]> => {
    const tables = await shelter.database.owner.query<{ name: string }[]>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await shelter.database.owner.query<unknown[]>(
        `SELECT FROM ${name} t WHERE t::text ILIKE '%ehigiator%'`,
      );
      if (rows.length > 0) found.push(name);
    }
    return found.sort();
  };
  const desk = async (kind: string): Promise<string[]> =>
    ((await house.get(`/v1/desk?kind=${kind}`).expect(200)).body.items as Item[]).map(({ id }) => id);

  return {
    ...{ stop, coordination, shelter, stranger, coordinator, street, house },
    ...{
      post,
      answer,
      networkPlaces,
      declare,
      declareElsewhere,
      freeAt,
      orientation,
      change,
      evaluated,
      proposals,
      proposal,
      act,
      named,
      tablesWithTheName,
      desk,
    },
  };
}

/** With one more shelter, in the shape of the one that the demonstration has. */
function withShelter(directory: string): string {
  const [shelter] = /^ {2}- id: asso-refuge\n(?: {4}.*\n|\n)*/m.exec(directory) ?? [];
  if (!shelter) throw new TypeError('the demonstration has a shelter');
  return `${directory.trimEnd()}\n\n${shelter.replace('asso-refuge', SHELTER)}`;
}
