import {
  PERSON_LINKED,
  PLACEMENT_OFFERED,
  PLACEMENT_ORDERED,
  PLACEMENT_ORDER_ANSWERED,
  PLACEMENT_ORDER_LIFTED,
  PLACE_DECLARED,
  REFERRAL_MADE,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  feedCaughtUp,
  LinkSide,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { CLAIM } from '../competence/two-departements.test';
import { OrderSearched1790000065000 } from '../migrations/1790000065000-order-searched';
import { aPlace } from '../place/a-place.test';
import { ASE } from '../service';

const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const PURPOSE = 'protection-of-minors';
const NEEDS = {
  children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'] }],
  exploitation: ['75', '93'],
  secure: 'needed',
};

interface Item {
  readonly id: string;
  readonly reference: string;
  readonly version: number;
}

describe('an order of a judge', () => {
  let world: AgencyWorld;
  let shelter: TestPeer;
  let parquet: TestPeer;
  let ase: TestService;
  let caseworker: Agent;
  let caseId: string;
  let places: Readonly<Record<string, string>>;

  beforeAll(async () => {
    world = await startAgencyWorld();
    shelter = await startPeer(world, 'asso-refuge');
    parquet = await startPeer(world, 'parquet-75');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: 'mna' }, ...ASE });
    caseworker = await ase.as({ unit: 'mna', roles: ['caseworker'] });
    await shelter.send('ase-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false }),
      purpose: PURPOSE,
      facts: FACTS,
    });
    for (const place of [{}, { departement: '93' }, { departement: '93', sexes: ['male' as const] }]) {
      await shelter.send('ase-75', { type: PLACE_DECLARED, document: aPlace(place), purpose: 'sheltering' });
    }
    await eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals').expect(200);
      const { body: declared } = await caseworker.get('/v1/places').expect(200);
      expect([body.items.length, declared.items.length]).toEqual([1, 3]);
      caseId = body.items[0].caseId as string;
    });
    const { id } = await file();
    const { body } = await caseworker.get(`/v1/placement-requests/${id}/places`).expect(200);
    const items = body.items as {
      place: string;
      departement: string;
      reasons: { criterion: string; outcome: string }[];
    }[];
    const boys = ({ reasons }: (typeof items)[number]) =>
      reasons.some(({ criterion, outcome }) => criterion === 'sex' && outcome === 'unmet');
    places = Object.fromEntries(items.map((it) => [boys(it) ? 'boys' : it.departement, it.place]));
  });
  afterAll(() => world.stop());

  const post = (path: string, body: object, version?: number, as = caseworker) => {
    const call = as.post(path).set('Idempotency-Key', randomUUID());
    return (version === undefined ? call : call.set('If-Match', `"${version}"`)).send(body);
  };
  const referred = async (): Promise<string> => {
    const reference = await shelter.send('ase-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false }),
      purpose: PURPOSE,
      facts: FACTS,
    });
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals').expect(200);
      const found = (body.items as (Item & { caseId: string })[]).find((it) => it.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found.caseId;
    });
  };
  const file = async (): Promise<Item> =>
    (await post('/v1/placement-requests', { caseId, needs: NEEDS }).expect(201)).body as Item;
  async function arrived(says: object): Promise<Item> {
    const reference = await parquet.send('ase-75', {
      type: PLACEMENT_ORDERED,
      document: {
        orderedBy: 'juge-des-enfants',
        orderedOn: '2026-03-02',
        civilStatus: { declared: { familyName: 'Okafor', givenNames: ['Mercy'] } },
        age: { ground: 'unknown' },
        sentAt: new Date().toISOString(),
        ...says,
      },
      purpose: PURPOSE,
      facts: FACTS,
    });
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/placement-orders?limit=200').expect(200);
      const found = (body.items as Item[]).find((item) => item.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  }
  const obey = ({ id, version }: Item, body: object, as = caseworker) =>
    post(`/v1/placement-orders/${id}/obey`, body, version, as);
  /** What the judge was told of an order. */
  const answersTo = ({ reference }: Item) =>
    parquet.received
      .filter(({ envelope }) => envelope.type === PLACEMENT_ORDER_ANSWERED && envelope.subject === reference)
      .map(({ data }) => data);
  const deskOf = async (kind: string): Promise<string[]> => {
    const { body } = await caseworker.get(`/v1/desk?kind=${kind}`).expect(200);
    return (body.items as Item[]).map(({ id }) => id);
  };

  it('is on the desk until it is obeyed, names the child to whoever may read it, and the reading is recorded', async () => {
    const order = await arrived({});
    expect(await deskOf('placement-order')).toContain(order.id);
    const { body } = await caseworker.get(`/v1/placement-orders/${order.id}`).expect(200);
    expect(body).toMatchObject({
      sender: 'parquet-75',
      state: 'received',
      content: { civilStatus: { declared: { familyName: 'Okafor' } } },
      provenance: { convention: 'placement-order@2' },
    });
    const reads = await ase.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'event' = $1`,
      [PLACEMENT_ORDERED],
    );
    expect(reads).toHaveLength(1);
    const stranger = await ase.as({ unit: 'other', roles: ['supervisor'] });
    await stranger.get(`/v1/placement-orders/${order.id}`).expect(404);
    const request = await file();
    await obey(order, { request: request.id, place: places['35'] }, stranger).expect(404);
    // It leaves the choice to child protection, which goes by the rules.
    const near = await obey(order, { request: request.id, place: places['93'] }).expect(422);
    expect(near.body.code).toBe('place-does-not-fit');
    await obey({ ...order, version: 9 }, { request: request.id, place: places['35'] }).expect(412);
    const { body: obeyed } = await obey(order, { request: request.id, place: places['35'] }).expect(202);
    expect(obeyed).toMatchObject({ state: 'obeyed', contradicts: [], version: 2 });
    expect(await deskOf('placement-order')).not.toContain(order.id);
    expect(await deskOf('placement-order-against-rule')).not.toContain(order.id);
    await feedCaughtUp(ase.database);
    const { body: changes } = await caseworker.get('/v1/changes?limit=500').expect(200);
    expect((changes.items as (Item & { kind: string })[]).filter(({ id }) => id === order.id)).toMatchObject([
      { kind: 'received' },
      { kind: 'obeyed' },
    ]);
  });

  it('is obeyed against a rule, and flagged: on the desk, in the timeline, with the offer that the shelter gets (R25)', async () => {
    const order = await arrived({ departement: '93' });
    const request = await file();
    const elsewhere = await obey(order, { request: request.id, place: places['35'] }).expect(422);
    expect(elsewhere.body.code).toBe('place-not-ordered');
    // No order makes of a place for boys one for a girl.
    const boys = await obey(order, { request: request.id, place: places['boys'] }).expect(422);
    expect(boys.body.code).toBe('place-does-not-fit');
    const { body } = await obey(order, { request: request.id, place: places['93'] }).expect(202);
    expect(body.contradicts).toEqual(['departement', 'distance']);
    expect(await deskOf('placement-order-against-rule')).toContain(order.id);
    const { body: view } = await caseworker.get(`/v1/placement-requests/${request.id}`).expect(200);
    expect(view.offers).toMatchObject([{ ordered: true, contradicts: ['departement', 'distance'] }]);
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toContain(
      'placement-order-obeyed',
    );
    await eventually(() =>
      expect(
        shelter.received.filter(
          ({ envelope, data }) =>
            envelope.type === PLACEMENT_OFFERED && (data as { ordered?: boolean }).ordered === true,
        ).length,
      ).toBe(2),
    );
  });

  it('to a hotel contradicts R24, which is said although no shelter declares one; unobeyed for a day, it alerts', async () => {
    const hotel = await arrived({ lodging: 'hotel' });
    await ase.database.owner.query(
      `UPDATE placement.judge_order SET received_at = now() - interval '25 hours' WHERE id = $1`,
      [hotel.id],
    );
    const waiting = async (overdue: boolean): Promise<string[]> => {
      const { body } = await caseworker.get(`/v1/placement-orders?overdue=${overdue}&limit=200`).expect(200);
      return (body.items as Item[]).map(({ id }) => id);
    };
    expect(await waiting(true)).toEqual([hotel.id]);
    expect(await waiting(false)).not.toContain(hotel.id);
    const page = (await ase.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_placement_order_unobeyed\{.*peer="parquet-75".*\} 1$/m);
    const { id: request } = await file();
    const { body } = await obey(hotel, { request }).expect(202);
    expect(body).toMatchObject({ contradicts: ['lodging'], offer: null, told: { allowed: true } });
    expect(await waiting(true)).toEqual([]);
    await eventually(() =>
      expect(answersTo(hotel)).toMatchObject([{ outcome: 'obeyed', contradicts: ['lodging'] }]),
    );
    expect(await deskOf('placement-order-against-rule')).toContain(hotel.id);
  });

  it('that cannot be executed is answered with why, and obeyed once it can be; the judge learns both', async () => {
    const order = await arrived({ departement: '35' });
    const cannot = (version: number, obstacle = 'child-gone', as = caseworker) =>
      post(`/v1/placement-orders/${order.id}/cannot-execute`, { obstacle }, version, as);
    expect((await cannot(order.version, 'too-far').expect(400)).body.code).toBe('invalid-request');
    await cannot(order.version, 'child-gone', await ase.as({ unit: 'other', roles: ['supervisor'] })).expect(
      404,
    );
    const { body } = await cannot(order.version).expect(202);
    expect(body).toMatchObject({ state: 'not-executed', told: { agency: 'parquet-75', allowed: true } });
    expect((await cannot(body.version as number).expect(409)).body.code).toBe('order-not-executed');
    expect(await deskOf('placement-order')).not.toContain(order.id);
    await eventually(() =>
      expect(answersTo(order)).toMatchObject([{ outcome: 'cannot-be-executed', obstacle: 'child-gone' }]),
    );
    const request = await file();
    await obey(
      { ...order, version: body.version as number },
      { request: request.id, place: places['35'] },
    ).expect(202);
    await eventually(() => {
      const [, second] = answersTo(order);
      expect(second).toEqual({ outcome: 'obeyed', answeredAt: expect.any(String) });
    });
  });

  it('that the judge lifts no longer stands: on the desk while the child has the place, in the timeline and the export, and nobody is moved', async () => {
    const order = await arrived({ civilStatus: { declared: { familyName: 'Levée-Test' } } });
    const stranger = await ase.as({ unit: 'other', roles: ['supervisor'] });
    const found = async (as = caseworker): Promise<object[]> =>
      (await as.get('/v1/search').query({ q: 'levee' }).expect(200)).body.items;
    // Nobody has said which child of the unit's it is for: it is found for itself.
    const path = `/v1/placement-orders/${order.id}`;
    expect(await found()).toEqual([
      {
        ...{ caseId: null, path, matched: ['civilStatus.declared.familyName'] },
        person: { real: null, declared: expect.objectContaining({ familyName: 'Levée-Test' }) as object },
      },
    ]);
    expect((await caseworker.get(path).expect(200)).body.id).toBe(order.id);
    expect(await found(stranger)).toEqual([]);
    // One that came before orders were searched, too.
    const runner = ase.database.owner.createQueryRunner();
    const searched = new OrderSearched1790000065000();
    await searched.down(runner);
    expect(await found()).toEqual([]);
    await searched.up(runner);
    await runner.release();
    expect(await found()).toMatchObject([{ path }]);
    const request = await file();
    const { body: obeyed } = await obey(order, { request: request.id, place: places['35'] }).expect(202);
    await parquet.sayMore('ase-75', order.reference, {
      type: PLACEMENT_ORDER_LIFTED,
      document: { liftedBy: 'juge-des-enfants', liftedOn: '2026-03-09' },
      purpose: PURPOSE,
    });
    await eventually(async () => expect(await deskOf('placement-order-lifted')).toContain(order.id));
    const { body } = await caseworker.get(`/v1/placement-orders/${order.id}`).expect(200);
    expect(body).toMatchObject({ state: 'lifted', liftedOn: '2026-03-09' });
    const late = await obey({ ...order, version: body.version as number }, { request: request.id });
    expect([late.status, late.body.code]).toEqual([409, 'order-lifted']);
    const { body: view } = await caseworker.get(`/v1/placement-requests/${request.id}`).expect(200);
    expect((view.offers as Item[]).map(({ id }) => id)).toEqual([obeyed.offer]);
    expect(view.offers).toMatchObject([{ state: 'asked' }]);
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toContain(
      'placement-order-lifted',
    );
    const { body: whole } = await caseworker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect((whole.records.placementOrders as Item[]).find(({ id }) => id === order.id)).toMatchObject({
      state: 'lifted',
      content: { civilStatus: { declared: { familyName: 'Levée-Test' } } },
    });
    // The child is found by the name of the order too, by its own unit.
    expect(await found()).toMatchObject([{ caseId, path: null }]);
    expect(await found(stranger)).toEqual([]);
  });

  it('links two children whom orders entrust, by the orders that they obey, with the judge who made them', async () => {
    const says = new LinkSide(caseworker);
    const another = await referred();
    const [first, second] = [await arrived({}), await arrived({ departement: '93' })];
    const linkedAs = (one: string, other: string) =>
      parquet.send('ase-75', {
        type: PERSON_LINKED,
        document: {
          cases: one < other ? { first: one, second: other } : { first: other, second: one },
          round: 1,
          saidAt: new Date().toISOString(),
          role: 'caseworker',
        },
        purpose: PURPOSE,
        facts: { protectedIdentity: false, protectedAddress: false },
      });
    // Nobody has said which child either is for.
    const early = await linkedAs(first.reference, second.reference);
    await eventually(async () => {
      const parked = await ase.database.owner.query(
        `SELECT reason FROM messaging.inbox WHERE state = 'parked' AND reference = $1`,
        [early],
      );
      expect(parked).toEqual([{ reason: 'link-unexpected' }]);
    });
    for (const [order, child, place] of [
      [first, caseId, '35'],
      [second, another, '93'],
    ] as const) {
      const { body } = await post('/v1/placement-requests', { caseId: child, needs: NEEDS }).expect(201);
      await obey(order, { request: body.id as string, place: places[place] }).expect(202);
    }
    await linkedAs(first.reference, second.reference);
    const asked = await says.reaches(another, 'to-answer');
    expect([...asked.cases].sort()).toEqual([caseId, another].sort());
    await says.answer(asked, 'confirm').expect(202);
    await eventually(() => {
      const [word] = parquet.received.filter(({ envelope }) => envelope.type === PERSON_LINKED);
      expect(word).toMatchObject({ envelope: { convention: 'links-orders@1' }, data: { round: 1 } });
      expect(JSON.stringify(word?.data)).toContain(second.reference);
    });
    await says.reaches(caseId, 'linked');

    // A measure that becomes known with a claim hides the child from whoever ordered too (R18): they were told nothing of the claim.
    const protection = { identity: true, address: false };
    await post('/v1/competence-conflicts', { caseId: another, content: CLAIM, protection }).expect(202);
    const ended = await says.reaches(caseId, 'to-answer');
    expect((await says.answer(ended, 'confirm')).body.code).toBe('link-protected');
    await says.answer(ended, 'refuse').expect(202);
  });
});
