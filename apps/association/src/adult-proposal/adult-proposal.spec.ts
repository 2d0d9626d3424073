import {
  type AgencyWorld,
  eventually,
  feedCaughtUp,
  seenFromOutside,
  startAgencyWorld,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { LapseSweep } from '../beds/lapse.sweep';
import { ASSOCIATION } from '../service';

const ADDRESS = { line: '8 allée des Aubépines', postalCode: '35000', commune: 'Rennes' };
const HOUSE = {
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
const DAY = '2026-01-12';
const NAME = { declared: { familyName: 'Ehigiator', givenNames: ['Osarugue'], birthDate: '2003-04-05' } };

interface Item {
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

describe('a place for an adult that the coordination asks a shelter for', () => {
  let world: AgencyWorld;
  let coordination: TestService;
  let shelter: TestService;
  let coordinator: Agent;
  let street: Agent;
  let house: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    const started = { ...ASSOCIATION };
    coordination = await world.start({
      agencyId: 'ac-se',
      env: { DEFAULT_UNIT: 'orientation' },
      ...started,
    });
    shelter = await world.start({ agencyId: 'asso-refuge', env: { DEFAULT_UNIT: 'maraude' }, ...started });
    coordinator = await coordination.as({ unit: 'orientation', roles: ['caseworker'] });
    street = await shelter.as({ unit: 'maraude', roles: ['caseworker'] });
    house = await shelter.as({ unit: 'foyer', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const post = (as: Agent, path: string, body: object = {}, version = 1): Test =>
    as.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', `"${version}"`).send(body);
  const answer = async (test: Test, status: number) => {
    const { status: was, body } = await test;
    expect({ status: was, code: body.code }).toEqual({ status, code: body.code });
    return body;
  };
  const networkPlaces = async (): Promise<NetworkPlace[]> =>
    (await coordinator.get('/v1/network-places?limit=200').expect(200)).body.items;
  /** @returns the place as the shelter and as the coordination know it */
  const declare = async (more: object = {}): Promise<{ readonly own: string; readonly known: string }> => {
    const before = new Set((await networkPlaces()).map(({ id }) => id));
    const { body } = await post(house, '/v1/adult-places', { ...HOUSE, ...more }).expect(201);
    expect(body).toMatchObject({ version: 1, open: true, told: ['ac-se'] });
    const known = await eventually(async () => {
      const found = (await networkPlaces()).find(({ id }) => !before.has(id));
      if (!found) throw new Error('it has not arrived');
      return found.id;
    });
    return { own: body.id, known };
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

  it('R30: is held at once, for needs and an age band; accepted, the coordination learns that there is a bed and not where', async () => {
    const { own, known } = await declare();
    const request = await evaluated();
    await change(request, 'proposals', { place: known });
    const item = await proposal(own, 'held');
    await freeAt(known, 0);
    expect(await desk('adult-proposal')).toContain(item.id);
    const { body } = await house.get(`/v1/adult-proposals/${item.id}`).expect(200);
    expect(body).toMatchObject({
      content: { needs: { ageBand: '21-24', sex: 'female', needs: ['women-only'], children: 0 } },
      person: null,
      provenance: { agency: 'ac-se', convention: 'orientation@1' },
    });
    expect(Object.keys(body.content).sort()).toEqual(['answerBy', 'needs', 'place']);
    const readings = await shelter.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [body.reference],
    );
    expect(readings).toHaveLength(1);
    await answer(post(house, `/v1/adult-proposals/${item.id}/accept`, {}, 9), 412);
    const key = randomUUID();
    const accept = () =>
      house.post(`/v1/adult-proposals/${item.id}/accept`).set('Idempotency-Key', key).set('If-Match', '"1"');
    const first = await answer(accept(), 202);
    expect(first).toMatchObject({ state: 'accepted', version: 2, allowed: true, denial: null });
    expect(await answer(accept(), 202)).toEqual(first);
    await eventually(async () => {
      expect((await orientation(request)).proposals).toEqual([
        expect.objectContaining({ state: 'place-accepted' }),
      ]);
    });
    expect((await act(item.id, 'accept', {}, 409)).code).toBe('offer-answered');
    const kept = await coordination.database.owner.query<unknown[]>('SELECT * FROM orientation.place');
    expect(JSON.stringify(kept)).not.toMatch(/Aubépines|Rennes|Maison claire/);
    for (const { logLines } of [shelter, coordination]) {
      expect(logLines.join('\n')).not.toMatch(/Aubépines|Maison claire/);
    }
    const { body: timeline } = await house.get(`/v1/cases/${item.caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['adult-proposal-received', 'adult-proposal-accepted']),
    );
    await feedCaughtUp(shelter.database);
    const { body: changes } = await house.get('/v1/changes?limit=200').expect(200);
    const kinds = (changes.items as { resource: string; id: string; kind: string }[])
      .filter(({ resource, id }) => resource === 'adult-proposal' && id === item.id)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['held', 'accepted']);
  });

  it('and that there is such a place or proposal at all is seen by no other unit', async () => {
    const { own, known } = await declare();
    await change(await evaluated(), 'proposals', { place: known });
    const { id: held } = await proposal(own, 'held');
    const asks: readonly (readonly [string, (id: string) => Test])[] = [
      [own, (id) => street.get(`/v1/adult-places/${id}`)],
      [own, (id) => post(street, `/v1/adult-places/${id}/close`)],
      [held, (id) => street.get(`/v1/adult-proposals/${id}`)],
      [held, (id) => post(street, `/v1/adult-proposals/${id}/accept`)],
      [held, (id) => post(street, `/v1/adult-proposals/${id}/decline`, { reason: 'no-staff' })],
      [held, (id) => post(street, `/v1/adult-proposals/${id}/admit`, { on: DAY })],
    ];
    for (const [hidden, each] of asks) {
      const seen = await seenFromOutside(shelter, hidden, each);
      expect(seen.status).toBe(404);
      expect(seen).toEqual(await seenFromOutside(shelter, randomUUID(), each));
    }
    for (const path of ['/v1/adult-places', '/v1/adult-proposals', '/v1/desk', '/v1/changes']) {
      const { body } = await street.get(path).expect(200);
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${own}|${held}|Aubépines`));
    }
  });

  it('of which one bed is left goes to one of two, and the coordination is told at once that the other has none', async () => {
    const { own, known } = await declare();
    const [one, other] = [await evaluated(), await evaluated()];
    // Both are on their way before the shelter looks at either.
    await shelter.database.owner.transaction(async (manager) => {
      await manager.query('SELECT FROM shelter.adult_place WHERE id = $1 FOR UPDATE', [own]);
      await Promise.all([one, other].map((id) => change(id, 'proposals', { place: known })));
    });
    await eventually(async () => {
      const states = [await orientation(one), await orientation(other)].map(
        ({ proposals: made }) => `${made[0]?.state} ${made[0]?.declined}`,
      );
      expect(states.sort()).toEqual(['declined full', 'proposed null']);
    });
    const rows = await shelter.database.owner.query<{ state: string; content: object }[]>(
      'SELECT state, content FROM shelter.adult_proposal WHERE place_id = $1 ORDER BY state',
      [own],
    );
    expect(rows.map(({ state }) => state)).toEqual(['held', 'refused']);
    // Of somebody who got no bed nothing stays.
    expect(rows[1]?.content).toEqual({});
    const refused = (await proposals('&state=refused'))[0];
    const { body } = await house.get(`/v1/adult-proposals/${refused?.id}`).expect(410);
    expect(body.code).toBe('offer-over');
  });

  it('declined with its reason, withdrawn or not answered in time, its bed is free again', async () => {
    const { own, known } = await declare();
    const request = await evaluated();
    const propose = async (): Promise<Item> => {
      await freeAt(known, 1);
      await change(request, 'proposals', { place: known });
      return proposal(own, 'held');
    };
    const said = (last: object) =>
      eventually(async () => expect((await orientation(request)).proposals.at(-1)).toMatchObject(last));
    const declined = await propose();
    expect((await act(declined.id, 'decline', { reason: 'full' }, 400)).code).toBe('invalid-request');
    await act(declined.id, 'decline', { reason: 'no-staff' });
    await said({ state: 'declined', declined: 'no-staff' });
    const withdrawn = await propose();
    await change(request, `proposals/${(await orientation(request)).proposals.at(-1)?.id}/person-declines`);
    await proposal(own, 'withdrawn');
    expect((await act(withdrawn.id, 'accept', {}, 409)).code).toBe('offer-answered');
    const late = await propose();
    await shelter.database.owner.query(
      `UPDATE shelter.adult_proposal SET answer_by = now() - interval '1 minute' WHERE id = $1`,
      [late.id],
    );
    expect((await act(late.id, 'accept', {}, 409)).code).toBe('hold-lapsed');
    await shelter.app.get(LapseSweep).sweep();
    await said({ state: 'declined', declined: 'no-answer' });
    await freeAt(known, 1);
    const rows = await shelter.database.owner.query<{ content: object }[]>(
      'SELECT content FROM shelter.adult_proposal WHERE place_id = $1',
      [own],
    );
    expect(rows.map(({ content }) => content)).toEqual([{}, {}, {}]);
  });

  it('R30: who comes is named once both have said yes, and found by it; that they leave frees the bed', async () => {
    const { own, known } = await declare();
    const { id } = await named(own, known);
    expect(await desk('adult-expected')).toContain(id);
    const { body: found } = await house.get('/v1/search?q=ehigiator').expect(200);
    expect(found.items).toMatchObject([{ person: { declared: { familyName: 'Ehigiator' } } }]);
    const elsewhere = (await street.get('/v1/search?q=ehigiator').expect(200)).body;
    expect(elsewhere.items).toEqual([]);
    expect((await act(id, 'admit', { on: '2099-01-01' }, 422)).code).toBe('day-in-the-future');
    expect((await act(id, 'leave', { on: DAY }, 409)).code).toBe('nobody-admitted');
    await act(id, 'admit', { on: DAY }, 200);
    expect(await desk('adult-expected')).not.toContain(id);
    expect((await act(id, 'decline', { reason: 'closing' }, 409)).code).toBe('offer-answered');
    await freeAt(known, 0);
    expect((await act(id, 'leave', { on: '2026-01-11' }, 422)).code).toBe('day-before-admission');
    await act(id, 'leave', { on: DAY }, 200);
    await freeAt(known, 1);
    expect(shelter.logLines.join('\n')).not.toContain('Ehigiator');
    expect(await tablesWithTheName()).toEqual(['desk.search_term', 'shelter.named_person']);
  });

  it('R11: a consent that is taken back before the person is there frees the bed, and nothing of them stays', async () => {
    const { own, known } = await declare();
    const { request, id } = await named(own, known);
    await change(request, 'withdraw-consent', { scope: 'orientation' });
    await proposal(own, 'withdrawn');
    await freeAt(known, 1);
    expect((await house.get(`/v1/adult-proposals/${id}`).expect(410)).body.code).toBe('offer-over');
    const [row] = await shelter.database.owner.query<{ content: object; reason: string; caseId: string }[]>(
      `SELECT content, purge_reason AS reason, case_id AS "caseId" FROM shelter.adult_proposal WHERE id = $1`,
      [id],
    );
    expect(row).toMatchObject({ content: {}, reason: 'revoked' });
    for (const [table, column, of] of [
      ['shelter.named_person', 'proposal_id', id],
      ['desk.search_term', 'case_id', row?.caseId],
    ]) {
      const left = await shelter.database.owner.query<unknown[]>(
        `SELECT FROM ${table} WHERE ${column} = $1`,
        [of],
      );
      expect(left).toEqual([]);
    }
  });

  it('R11: nobody is put out because they take it back once they are there: what was told goes, the bed stays theirs', async () => {
    const { own, known } = await declare();
    const { request, id } = await named(own, known);
    await act(id, 'admit', { on: DAY }, 200);
    await change(request, 'admit', { on: DAY });
    await change(request, 'withdraw-consent', { scope: 'orientation' });
    await eventually(async () => {
      expect((await house.get(`/v1/adult-proposals/${id}`).expect(410)).body.code).toBe('offer-over');
    });
    await proposal(own, 'admitted');
    await freeAt(known, 0);
    const rows = await shelter.database.owner.query<{ content: object }[]>(
      'SELECT content FROM shelter.named_person WHERE proposal_id = $1',
      [id],
    );
    expect(rows).toEqual([{ content: {} }]);
    await act(id, 'leave', { on: DAY }, 200);
    await freeAt(known, 1);
  });

  it('a place changes whole and closes; what is no such place is refused', async () => {
    const { own, known } = await declare();
    const put = (body: object, version: number) =>
      house
        .put(`/v1/adult-places/${own}`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send(body);
    await answer(put({ ...HOUSE, capacity: 3 }, 1), 200);
    await freeAt(known, 3);
    for (const wrong of [{ capacity: -1 }, { departement: '99' }, { sexes: ['none'] }, { emergency: 'no' }]) {
      expect((await answer(put({ ...HOUSE, ...wrong }, 2), 400)).code).toBe('invalid-request');
    }
    await answer(post(house, `/v1/adult-places/${own}/close`, {}, 2), 200);
    await eventually(async () => expect((await networkPlaces()).map(({ id }) => id)).not.toContain(known));
    expect((await answer(put(HOUSE, 3), 409)).code).toBe('place-closed');
    const { body } = await house.get(`/v1/adult-places/${own}`).expect(200);
    expect(body).toMatchObject({ open: false, free: 0, address: ADDRESS });
  });
});
