import {
  PERSON_LINKED,
  PERSON_UNLINKED,
  PLACEMENT_ORDER_ANSWERED,
  PLACEMENT_ORDER_LIFTED,
  PLACEMENT_ORDERED,
  REFERRAL_MADE,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  LinkSide,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { PARTNER } from '../service';

/** Or the day after, where a day begins earlier. */
const TOMORROW = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
const CONTENT = {
  orderedBy: 'juge-des-enfants',
  orderedOn: '2026-03-02',
  civilStatus: { declared: { familyName: 'Okafor', givenNames: ['Mercy'] } },
  age: { ground: 'unknown' },
  departement: '93',
};

describe('a placement that a judge orders', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let ase: TestPeer;
  let parquet: TestService;
  let caseworker: Agent;
  let caseId: string;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    ase = await startPeer(world, 'ase-75');
    parquet = await world.start({ agencyId: 'parquet-75', env: { DEFAULT_UNIT: 'mineurs' }, ...PARTNER });
    caseworker = await parquet.as({ unit: 'mineurs', roles: ['caseworker'] });
    caseId = await referred();
  });
  afterAll(() => world.stop());

  const referred = async (): Promise<string> => {
    const reference = await police.send('parquet-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: true }),
      purpose: 'protection-of-minors',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals').expect(200);
      const items = body.items as { readonly reference: string; readonly caseId: string }[];
      const found = items.find((each) => each.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found.caseId;
    });
  };
  const order = (content: object, as = caseworker, key: string = randomUUID(), of = caseId) =>
    as
      .post('/v1/placement-orders')
      .set('Idempotency-Key', key)
      .send({ caseId: of, childProtection: '75', content });

  it('goes to child protection once a request, and is in the list and the timeline of the unit', async () => {
    const key = randomUUID();
    const { body } = await order(CONTENT, caseworker, key).expect(202);
    expect(body).toMatchObject({ agency: 'ase-75', allowed: true, denial: null });
    expect((await order(CONTENT, caseworker, key).expect(202)).body).toEqual(body);
    const arrived = await eventually(() => {
      const events = ase.received.filter(({ envelope }) => envelope.type === PLACEMENT_ORDERED);
      expect(events).toHaveLength(1);
      return events[0];
    });
    expect(arrived).toMatchObject({ data: CONTENT, withheld: [] });
    await eventually(async () => {
      const { body: list } = await caseworker.get('/v1/placement-orders').expect(200);
      expect(list.items).toMatchObject([
        { id: body.id, caseId, departement: '93', lodging: null, delivery: 'delivered' },
      ]);
    });
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toContain('placement-ordered');
    const stranger = await parquet.as({ unit: 'other', roles: ['supervisor'] });
    expect((await stranger.get('/v1/placement-orders').expect(200)).body.items).toEqual([]);
    await order(CONTENT, stranger).expect(404);
  });

  it('what followed is learnt, the last word counts, and it is lifted: in the list, the timeline, the desk and the export', async () => {
    const before = ase.received.length;
    const { body: sent } = await order({ ...CONTENT, lodging: 'hotel' }).expect(202);
    expect(sent).toMatchObject({ state: 'sent', version: 1 });
    const arrived = await eventually(() => {
      const event = ase.received.slice(before).find(({ envelope }) => envelope.type === PLACEMENT_ORDERED);
      if (!event) throw new Error('it has not arrived');
      return event;
    });
    const own = async () => {
      const { body } = await caseworker.get('/v1/placement-orders').expect(200);
      return (body.items as { id: string; version: number }[]).find(({ id }) => id === sent.id);
    };
    const answer = (said: object) =>
      ase.answer(arrived, {
        type: PLACEMENT_ORDER_ANSWERED,
        document: { answeredAt: new Date().toISOString(), ...said },
        purpose: 'protection-of-minors',
      });
    const deskOf = async (): Promise<string[]> => {
      const { body } = await caseworker.get('/v1/desk?kind=placement-order-not-executed').expect(200);
      return (body.items as { id: string }[]).map(({ id }) => id);
    };
    const listed = async (query: string): Promise<string[]> => {
      const { body } = await caseworker.get(`/v1/placement-orders?${query}`).expect(200);
      return (body.items as { id: string }[]).map(({ id }) => id);
    };
    const unanswered = async (): Promise<string[]> => {
      const { body } = await caseworker.get('/v1/desk?kind=placement-order-unanswered').expect(200);
      return (body.items as { id: string }[]).map(({ id }) => id);
    };
    expect([await listed('overdue=true'), await unanswered()]).toEqual([[], []]);
    await parquet.database.owner.query(
      `UPDATE placement_order.made SET sent_at = now() - interval '25 hours' WHERE id = $1`,
      [sent.id],
    );
    expect([await listed('overdue=true'), await unanswered()]).toEqual([[sent.id], [sent.id]]);
    expect(await listed('overdue=false')).not.toContain(sent.id);
    expect(await listed('state=sent')).toContain(sent.id);
    await caseworker.get('/v1/placement-orders?state=obeying').expect(400);
    await answer({ outcome: 'cannot-be-executed', obstacle: 'no-such-place' });
    await eventually(async () =>
      expect(await own()).toMatchObject({ state: 'not-executed', obstacle: 'no-such-place' }),
    );
    expect(await deskOf()).toEqual([sent.id]);
    expect([await listed('overdue=true'), await unanswered()]).toEqual([[], []]);
    expect(await listed('state=not-executed')).toEqual([sent.id]);
    await answer({ outcome: 'obeyed', contradicts: ['lodging', 'distance'] });
    await eventually(async () =>
      expect(await own()).toMatchObject({
        state: 'obeyed',
        obstacle: null,
        contradicts: ['lodging', 'distance'],
      }),
    );
    expect(await deskOf()).toEqual([]);

    const lift = (version: number, liftedOn: string, as = caseworker) =>
      as
        .post(`/v1/placement-orders/${sent.id}/lift`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`)
        .send({ liftedBy: 'juge-des-enfants', liftedOn });
    const version = (await own())?.version ?? 0;
    await lift(9, '2026-03-09').expect(412);
    await lift(version, '2026-03-09', await parquet.as({ unit: 'other', roles: ['supervisor'] })).expect(404);
    expect((await lift(version, '2026-03-01').expect(422)).body.code).toBe('lifted-before-ordered');
    expect((await lift(version, TOMORROW).expect(422)).body.code).toBe('day-in-the-future');
    expect((await lift(version, 'soon').expect(400)).body.code).toBe('invalid-request');
    const { body: lifted } = await lift(version, '2026-03-09').expect(202);
    expect(lifted).toMatchObject({ state: 'lifted', allowed: true });
    expect((await lift(lifted.version as number, '2026-03-09').expect(409)).body.code).toBe('order-lifted');
    await eventually(() => {
      const told = ase.received.filter(({ envelope }) => envelope.type === PLACEMENT_ORDER_LIFTED);
      expect(told.map(({ data, envelope }) => [data, envelope.subject])).toEqual([
        [
          { liftedBy: 'juge-des-enfants', liftedOn: '2026-03-09', sentAt: expect.any(String) },
          arrived.envelope.subject,
        ],
      ]);
    });
    const { body: timeline } = await caseworker.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['placement-order-answered', 'placement-order-lifted']),
    );
    const { body: whole } = await caseworker.get(`/v1/cases/${caseId}/export`).expect(200);
    expect(
      (whole.records.placementOrders as { id: string }[]).find(({ id }) => id === sent.id),
    ).toMatchObject({
      state: 'lifted',
      contradicts: ['lodging', 'distance'],
    });
    await caseworker.get(`/v1/cases/${caseId}/export?format=pdf`).expect(200);
  });

  it('of nobody who is of age, nor of tomorrow, nor in words of no list', async () => {
    const codes = async (content: object) => {
      const { status, body } = await order(content);
      return [status, body.code];
    };
    const born = { declared: { familyName: 'Okafor', birthDate: '2001-05-04' } };
    expect(await codes({ ...CONTENT, civilStatus: born, age: { ground: 'declared' } })).toEqual([
      422,
      'order-for-adult',
    ]);
    expect(await codes({ ...CONTENT, orderedOn: TOMORROW })).toEqual([422, 'day-in-the-future']);
    expect(await codes({ ...CONTENT, lodging: 'castle' })).toEqual([400, 'invalid-request']);
    expect(await codes({ ...CONTENT, departement: '96' })).toEqual([400, 'invalid-request']);
  });

  it('for two children who turn out to be one: the judge proposes it to child protection by the orders, which confirms it', async () => {
    const says = new LinkSide(caseworker);
    const another = await referred();
    expect((await says.propose(caseId, another, 'ase-75')).body.code).toBe('link-not-exchanged');
    const before = ase.received.length;
    await order({ ...CONTENT, departement: '35' }).expect(202);
    await order({ ...CONTENT, departement: '35' }, caseworker, randomUUID(), another).expect(202);
    const sent = await eventually(async () => {
      const found = ase.received.slice(before).filter(({ envelope }) => envelope.type === PLACEMENT_ORDERED);
      expect(found).toHaveLength(2);
      const { body } = await caseworker.get('/v1/placement-orders').expect(200);
      expect((body.items as { delivery: string }[]).every(({ delivery }) => delivery === 'delivered')).toBe(
        true,
      );
      return found.map(({ envelope }) => envelope.subject);
    });
    await says.propose(caseId, another, 'ase-75').expect(202);
    const word = await eventually(() => {
      const [found] = ase.received.filter(({ envelope }) => envelope.type === PERSON_LINKED);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(word.envelope.convention).toBe('links-orders@1');
    const { first, second } = (word.data as { cases: { first: string; second: string } }).cases;
    expect(sent.filter((reference) => reference === first || reference === second)).not.toEqual([]);
    await ase.send('parquet-75', {
      type: PERSON_LINKED,
      document: word.data,
      purpose: 'protection-of-minors',
      facts: { protectedIdentity: false, protectedAddress: false },
    });
    await says.answer(await says.reaches(another, 'linked'), 'undo').expect(202);
    await eventually(() =>
      expect(ase.received.map(({ envelope }) => envelope.type)).toContain(PERSON_UNLINKED),
    );
    // A measure that becomes known with a later order ends what was said (R18): nothing is joined to that child.
    await says.propose(caseId, another, 'ase-75').expect(202);
    await caseworker
      .post('/v1/placement-orders')
      .set('Idempotency-Key', randomUUID())
      .send({
        ...{ caseId: another, childProtection: '75', content: { ...CONTENT, departement: '35' } },
        protection: { identity: true, address: false },
      })
      .expect(202);
    expect((await says.of(another)).map(({ state }) => state)).toEqual(['ended']);
    expect((await says.propose(caseId, another, 'ase-75')).body.code).toBe('link-protected');
    const stranger = await parquet.as({ unit: 'other', roles: ['supervisor'] });
    await stranger.get(`/v1/cases/${caseId}/links`).expect(404);
  });
});
