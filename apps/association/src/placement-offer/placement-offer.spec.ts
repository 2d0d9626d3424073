import {
  PLACE_DECLARED,
  type PlaceDeclaredV1,
  PLACEMENT_ADMITTED,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
  PLACEMENT_WITHDRAWN,
  type PlacementAnsweredV1,
  type PlacementOfferedV1,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  eventually,
  feedCaughtUp,
  seenFromOutside,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { ASSOCIATION } from '../service';
import { LapseSweep } from '../beds/lapse.sweep';

const ADDRESS = { line: '3 rue des Tilleuls', postalCode: '35000', commune: 'Rennes' };
const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const HOUR = 3_600_000;

interface Item {
  readonly id: string;
  readonly reference: string;
  readonly version: number;
  readonly state: string;
}

describe('a place that child protection asks for', () => {
  let world: AgencyWorld;
  let paris: TestPeer;
  let marseille: TestPeer;
  let shelter: TestService;
  let worker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    paris = await startPeer(world, 'ase-75');
    marseille = await startPeer(world, 'ase-13');
    shelter = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    worker = await shelter.as({ unit: 'foyer', roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const declare = async (capacity: number): Promise<string> => {
    const house = {
      ...{ label: 'Maison bleue', lodging: 'authorised-establishment', departement: '35', address: ADDRESS },
      ...{
        ages: { from: 12, to: 17 },
        sexes: ['female'],
        languages: ['en'],
        trainedStaff: true,
        secure: true,
      },
      ...{ schooling: ['school'], capacity },
    };
    const { body } = await worker
      .post('/v1/places')
      .set('Idempotency-Key', randomUUID())
      .send(house)
      .expect(201);
    return body.id as string;
  };
  /** By which an agency knows a place. */
  const known = (peer: TestPeer, place: string): Promise<string> =>
    eventually(async () => {
      const [row] = await shelter.database.owner.query<{ reference: string }[]>(
        'SELECT reference FROM messaging.case_reference WHERE case_id = $1 AND peer = $2',
        [place, peer === paris ? 'ase-75' : 'ase-13'],
      );
      const reference = row?.reference ?? '';
      expect(peer.received.map(({ envelope }) => envelope.subject)).toContain(reference);
      return reference;
    });
  const ask = async (
    peer: TestPeer,
    place: string,
    more: Partial<PlacementOfferedV1> = {},
  ): Promise<string> => {
    const document: PlacementOfferedV1 = {
      place: await known(peer, place),
      children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'], schooling: 'school' }],
      secure: 'needed',
      exploitation: { departements: ['75'] },
      ordered: false,
      answerBy: new Date(Date.now() + 24 * HOUR).toISOString(),
      ...more,
    };
    return peer.send('asso-refuge', {
      type: PLACEMENT_OFFERED,
      document,
      purpose: 'sheltering',
      facts: FACTS,
    });
  };
  const answers = (peer: TestPeer, reference: string): PlacementAnsweredV1[] =>
    peer.received
      .filter(({ envelope }) => envelope.type === PLACEMENT_ANSWERED && envelope.subject === reference)
      .map(({ data }) => data as PlacementAnsweredV1);
  const answered = (peer: TestPeer, reference: string, expected: readonly string[]): Promise<void> =>
    eventually(() => expect(answers(peer, reference).map(({ answer }) => answer)).toEqual(expected));
  const declarations = async (peer: TestPeer, place: string): Promise<typeof peer.received> => {
    const reference = await known(peer, place);
    return peer.received.filter(
      ({ envelope }) => envelope.type === PLACE_DECLARED && envelope.subject === reference,
    );
  };
  const free = async (peer: TestPeer, place: string): Promise<number[]> =>
    (await declarations(peer, place)).map(({ data }) => (data as PlaceDeclaredV1).free);
  const causes = async (peer: TestPeer, place: string): Promise<(string | undefined)[]> =>
    (await declarations(peer, place)).map(({ envelope }) => envelope.causationid);
  const offers = async (reference: string): Promise<Item> => {
    const { body } = await worker.get('/v1/placement-offers?limit=200').expect(200);
    const item = (body.items as Item[]).find((each) => each.reference === reference);
    if (!item) throw new Error('it has not arrived');
    return item;
  };
  const act = (
    verb: string,
    { id, version }: Item,
    body: object = {},
    as = worker,
    key: string = randomUUID(),
  ) =>
    as
      .post(`/v1/placement-offers/${id}/${verb}`)
      .set('Idempotency-Key', key)
      .set('If-Match', `"${version}"`)
      .send(body);

  it('is held at once; the shelter reads needs and ages, no name and not where the network is', async () => {
    const place = await declare(2);
    const reference = await ask(paris, place);
    await answered(paris, reference, ['held']);
    const item = await offers(reference);
    const { body } = await worker.get(`/v1/placement-offers/${item.id}`).expect(200);
    expect(body).toMatchObject({
      state: 'held',
      content: { children: [{ ages: { from: 15, to: 16 }, sex: 'female' }], secure: 'needed' },
      withheld: ['exploitation.departements'],
      provenance: { agency: 'ase-75', convention: 'placement@2' },
    });
    expect(body.content).not.toHaveProperty('exploitation');
    const rows = await shelter.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [reference],
    );
    expect(rows).toHaveLength(1);
    const running = async () => (await shelter.anonymous().get('/metrics').expect(200)).text;
    expect(await running()).not.toMatch(/^liaison_placement_hold_running_out\{/m);
    await shelter.database.owner.query(
      `UPDATE shelter.offer SET answer_by = now() + interval '2 hours' WHERE id = $1`,
      [item.id],
    );
    expect(await running()).toMatch(/^liaison_placement_hold_running_out\{.*peer="ase-75".*\} 1$/m);
    const stranger = await shelter.as({ unit: 'maraude', roles: ['supervisor'] });
    await stranger.get(`/v1/placement-offers/${item.id}`).expect(404);
    await act('accept', item, {}, stranger).expect(404);
    await eventually(async () => expect((await free(marseille, place)).at(-1)).toBe(1));
    // By what caused it two départements could find out that their places are one, and that a child is to come.
    const [answer] = paris.received.filter(({ envelope }) => envelope.type === PLACEMENT_ANSWERED);
    expect(answer?.envelope.causationid).toEqual(expect.any(String));
    await eventually(async () =>
      expect((await causes(paris, place)).at(-1)).toBe(answer?.envelope.causationid),
    );
    expect(await causes(marseille, place)).toEqual([undefined, undefined]);
    const { body: desk } = await worker.get('/v1/desk?kind=placement-offer').expect(200);
    expect((desk.items as { id: string }[]).map(({ id }) => id)).toContain(item.id);
  });

  it('of which one bed is left goes to one of two départements, and the other is told at once', async () => {
    const place = await declare(1);
    const [one, other] = await Promise.all([ask(paris, place), ask(marseille, place)]);
    await eventually(() => {
      const said = [...answers(paris, one), ...answers(marseille, other)].map(({ answer }) => answer);
      expect(said.sort()).toEqual(['held', 'refused']);
    });
    const { body } = await worker.get('/v1/placement-offers?state=refused').expect(200);
    const refused = (body.items as Item[])[0];
    // Of children who got no bed nothing stays.
    expect((await worker.get(`/v1/placement-offers/${refused?.id}`).expect(410)).body.code).toBe(
      'offer-over',
    );
  });

  it('for siblings is held whole or not at all', async () => {
    const place = await declare(2);
    const child = { ages: { from: 12, to: 12 }, sex: 'female' as const, languages: [] };
    const three = await ask(paris, place, { children: [child, child, child] });
    await answered(paris, three, ['refused']);
    const two = await ask(marseille, place, { children: [child, child] });
    await answered(marseille, two, ['held']);
    await eventually(async () => expect((await free(paris, place)).at(-1)).toBe(0));
  });

  it('accepted: whoever takes the child there learns where it is, and nobody else', async () => {
    const place = await declare(1);
    const reference = await ask(paris, place);
    await answered(paris, reference, ['held']);
    const item = await offers(reference);
    await act('accept', { ...item, version: 9 }).expect(412);
    const key = randomUUID();
    const { body } = await act('accept', item, {}, worker, key).expect(202);
    expect(body).toMatchObject({ state: 'accepted', version: 2, allowed: true, addressTold: true });
    expect((await act('accept', item, {}, worker, key).expect(202)).body).toEqual(body);
    await answered(paris, reference, ['held', 'accepted']);
    expect(answers(paris, reference).map(({ address }) => address)).toEqual([undefined, ADDRESS]);
    await known(marseille, place);
    for (const secret of Object.values(ADDRESS)) {
      expect(JSON.stringify(marseille.received)).not.toContain(secret);
      expect(shelter.logLines.join('\n')).not.toContain(secret);
    }
    const records = await shelter.database.owner.query<unknown[]>(
      'SELECT record FROM messaging.audit_record',
    );
    expect(JSON.stringify(records)).not.toContain(ADDRESS.line);
    expect((await act('accept', { ...item, version: 2 }).expect(409)).body.code).toBe('offer-answered');
  });

  it('whose child is there: as child protection says, and until it has left the bed is nobody else’s', async () => {
    const place = await declare(1);
    const reference = await ask(paris, place);
    await answered(paris, reference, ['held']);
    const say = (type: string, document: object) =>
      paris.sayMore('asso-refuge', reference, { type, document, purpose: 'sheltering' });
    const expected = async (): Promise<string[]> => {
      const { body } = await worker.get('/v1/desk?kind=placement-expected').expect(200);
      return (body.items as Item[]).map(({ id }) => id);
    };
    const inState = (state: string, on: string | null) =>
      eventually(async () => {
        const found = await offers(reference);
        expect(found).toMatchObject({ state, admittedOn: on });
        return found;
      });
    const item = await offers(reference);
    expect(await expected()).not.toContain(item.id);
    await act('accept', item).expect(202);
    expect(await expected()).toContain(item.id);
    await say(PLACEMENT_ADMITTED, { admittedOn: '2026-01-05', recordedAt: new Date().toISOString() });
    const there = await inState('admitted', '2026-01-05');
    expect(await expected()).not.toContain(item.id);
    expect((await act('accept', there).expect(409)).body.code).toBe('offer-answered');
    // Its needs are read for as long as it is there.
    await worker.get(`/v1/placement-offers/${item.id}`).expect(200);
    await eventually(async () => expect((await free(paris, place)).at(-1)).toBe(0));
    await answered(marseille, await ask(marseille, place), ['refused']);
    await say(PLACEMENT_WITHDRAWN, { withdrawnAt: new Date().toISOString() });
    await inState('left', '2026-01-05');
    await eventually(async () => expect((await free(paris, place)).at(-1)).toBe(1));
    expect((await worker.get(`/v1/placement-offers/${item.id}`).expect(410)).body.code).toBe('offer-over');
    await feedCaughtUp(shelter.database);
    const { body: changes } = await worker.get('/v1/changes?limit=500').expect(200);
    const kinds = (changes.items as { id: string; kind: string }[])
      .filter(({ id }) => id === item.id)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['held', 'accepted', 'admitted', 'left']);
  });

  it('whose child is there is given back by declining it; that it is said to be there afterwards takes no bed, and is seen', async () => {
    const place = await declare(1);
    const one = await ask(paris, place);
    await answered(paris, one, ['held']);
    await act('accept', await offers(one)).expect(202);
    const admitted = () =>
      paris.sayMore('asso-refuge', one, {
        type: PLACEMENT_ADMITTED,
        document: { admittedOn: '2026-01-05', recordedAt: new Date().toISOString() },
        purpose: 'sheltering',
      });
    await admitted();
    await eventually(async () => expect((await offers(one)).state).toBe('admitted'));
    await act('decline', await offers(one), { reason: 'place-unsafe' }).expect(202);
    await answered(paris, one, ['held', 'accepted', 'declined']);

    const other = await ask(paris, place);
    await answered(paris, other, ['held']);
    await act('accept', await offers(other)).expect(202);
    await act('decline', await offers(other), { reason: 'no-staff' }).expect(202);
    await paris.sayMore('asso-refuge', other, {
      type: PLACEMENT_ADMITTED,
      document: { admittedOn: '2026-01-06', recordedAt: new Date().toISOString() },
      purpose: 'sheltering',
    });
    await eventually(async () =>
      expect(await offers(other)).toMatchObject({ state: 'declined', admittedOn: '2026-01-06' }),
    );
    await eventually(async () => expect((await free(paris, place)).at(-1)).toBe(1));
    await feedCaughtUp(shelter.database);
    const { body: changes } = await worker.get('/v1/changes?limit=500').expect(200);
    expect((changes.items as { kind: string }[]).map(({ kind }) => kind)).toContain('said-to-be-there');
  });

  it('and that there is such a place or offer at all is seen by no answer: what is hidden answers as what there is not', async () => {
    const place = await declare(1);
    const reference = await ask(paris, place);
    await answered(paris, reference, ['held']);
    const offer = await offers(reference);
    const stranger = await shelter.as({ unit: 'maraude', roles: ['supervisor'] });
    const posted = (path: string, body: object = {}) =>
      stranger.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', '"1"').send(body);
    const asks: readonly (readonly [string, (id: string) => Test])[] = [
      [place, (id) => stranger.get(`/v1/places/${id}`)],
      [place, (id) => posted(`/v1/places/${id}/close`)],
      [offer.id, (id) => stranger.get(`/v1/placement-offers/${id}`)],
      [offer.id, (id) => posted(`/v1/placement-offers/${id}/accept`)],
      [offer.id, (id) => posted(`/v1/placement-offers/${id}/decline`, { reason: 'no-staff' })],
    ];
    for (const [hidden, each] of asks) {
      const seen = await seenFromOutside(shelter, hidden, each);
      expect(seen.status).toBe(404);
      expect(seen.statements.length).toBeGreaterThan(0);
      expect(seen).toEqual(await seenFromOutside(shelter, randomUUID(), each));
    }
    const counted = async (path: string) => JSON.stringify((await stranger.get(path).expect(200)).body);
    for (const path of [
      '/v1/places',
      '/v1/placement-offers',
      '/v1/desk',
      '/v1/search?q=Tilleuls',
      '/v1/changes',
    ]) {
      expect(await counted(path)).not.toMatch(new RegExp(`${place}|${offer.id}|Tilleuls|Rennes`));
    }
  });

  it('where a measure hides the address, it is not told with the acceptance', async () => {
    const reference = await ask(paris, await declare(1));
    await answered(paris, reference, ['held']);
    const protection = { identity: false, address: true };
    const { body } = await act('accept', await offers(reference), { protection }).expect(202);
    expect(body).toMatchObject({ state: 'accepted', addressTold: false });
    await answered(paris, reference, ['held', 'accepted']);
    expect(JSON.stringify(answers(paris, reference))).not.toContain(ADDRESS.line);
  });

  it('declined, withdrawn or not answered in time, its bed is free again and nothing of the child stays', async () => {
    const place = await declare(1);
    const declined = await ask(paris, place);
    await answered(paris, declined, ['held']);
    await act('decline', await offers(declined), { reason: 'no-staff' }).expect(202);
    await answered(paris, declined, ['held', 'declined']);
    expect(answers(paris, declined).at(-1)).toMatchObject({ reason: 'no-staff' });

    const withdrawn = await ask(paris, place);
    await answered(paris, withdrawn, ['held']);
    const document = { withdrawnAt: new Date().toISOString() };
    await paris.sayMore('asso-refuge', withdrawn, {
      type: PLACEMENT_WITHDRAWN,
      document,
      purpose: 'sheltering',
    });
    const item = await eventually(async () => {
      const found = await offers(withdrawn);
      expect(found.state).toBe('withdrawn');
      return found;
    });
    expect((await act('accept', item).expect(409)).body.code).toBe('offer-answered');

    // Of an offer that waited until its child was of age only the end leaves (R17): nothing waits for anybody here.
    const unheard = await paris.send('asso-refuge', {
      ...{ type: PLACEMENT_WITHDRAWN, document, purpose: 'sheltering', facts: FACTS },
    });
    await eventually(async () =>
      expect(
        await shelter.database.owner.query(
          `SELECT i.state, i.reason FROM messaging.inbox i WHERE i.source = 'ase-75' AND i.reference = $1`,
          [unheard],
        ),
      ).toEqual([{ state: 'applied', reason: null }]),
    );

    const late = await ask(marseille, place);
    await answered(marseille, late, ['held']);
    await shelter.database.owner.query(
      `UPDATE shelter.offer SET answer_by = now() - interval '1 minute' WHERE reference = $1`,
      [late],
    );
    expect((await act('accept', await offers(late)).expect(409)).body.code).toBe('hold-lapsed');
    await shelter.app.get(LapseSweep).sweep();
    await answered(marseille, late, ['held', 'lapsed']);

    await eventually(async () => expect(await free(paris, place)).toEqual([1, 0, 1, 0, 1, 0, 1]));
    const rows = await shelter.database.owner.query<{ content: object }[]>(
      'SELECT content FROM shelter.offer WHERE reference = ANY ($1)',
      [[declined, withdrawn, late]],
    );
    expect(rows.map(({ content }) => content)).toEqual([{}, {}, {}]);
  });
});
