import { OPERATION_ACKNOWLEDGED, OPERATION_ANNOUNCED, OPERATION_CALLED_OFF } from '@liaison/contracts';
import { OverdueChanges } from '@liaison/casework';
import { addDays } from '@liaison/kernel';
import {
  type AgencyWorld,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  feedCaughtUp,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ASSOCIATION } from './service';

const CONTACT = 'foyer';
const PURPOSE = 'operation-preparation';
const TODAY = new Date().toISOString().slice(0, 10);

interface Item {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

describe('an operation that is announced to an association', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let association: TestService;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    association = await world.start({
      agencyId: 'asso-refuge',
      env: { DEFAULT_UNIT: 'maraude' },
      ...ASSOCIATION,
    });
    caseworker = await association.as({ unit: CONTACT, roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  const document = (more: object = {}) => ({
    departement: '75',
    from: addDays(TODAY, 1),
    until: addDays(TODAY, 3),
    expectedPeople: 12,
    profiles: ['adults'],
    languages: ['ro'],
    preparations: ['shelter'],
    preparationNote: 'Prévoir des couchages séparés.',
    ...more,
  });
  const send = (more: object = {}, unit: string | undefined = CONTACT) =>
    police.send('asso-refuge', {
      type: OPERATION_ANNOUNCED,
      purpose: PURPOSE,
      document: document(more),
      facts: { departement: '75' },
      ...(unit !== '' && { unit }),
    });
  async function receive(more: object = {}): Promise<Item & { readonly reference: string }> {
    const reference = await send(more);
    const item = await eventually(async () => {
      const [row] = await association.database.owner.query<{ id: string }[]>(
        'SELECT id FROM operation.received WHERE reference = $1',
        [reference],
      );
      const { body } = await caseworker.get('/v1/received-operations?limit=200').expect(200);
      const found = (body.items as Item[]).find(({ id }) => id === row?.id);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    return { ...item, reference };
  }
  const acknowledge = ({ id, version }: Item, placesHeld: number) =>
    caseworker
      .post(`/v1/received-operations/${id}/acknowledge`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send({ placesHeld });

  it('is read at its contact point and nowhere else', async () => {
    const { id } = await receive();
    const { body } = await caseworker.get(`/v1/received-operations/${id}`).expect(200);
    expect(body).toMatchObject({
      sender: 'police-75',
      state: 'new',
      expired: false,
      expectedPeople: 12,
      placesHeld: 0,
      acknowledgeBy: expect.any(String),
      needs: { profiles: ['adults'], languages: ['ro'], preparationNote: 'Prévoir des couchages séparés.' },
      convention: 'operation-pre-notice@1',
    });
    const { body: desk } = await caseworker.get('/v1/desk?kind=received-operation&section=new').expect(200);
    expect(desk.items).toContainEqual(expect.objectContaining({ id, caseId: null }));
    const others = await association.as({ unit: 'maraude', roles: ['supervisor'] });
    await others.get(`/v1/received-operations/${id}`).expect(404);
    expect((await others.get('/v1/received-operations').expect(200)).body.items).toEqual([]);
  });

  it('has places held for it, and the investigators learn how many, each time', async () => {
    const item = await receive();
    expect((await acknowledge(item, 13).expect(422)).body.code).toBe('operation-places-too-many');
    const { body: eight } = await acknowledge(item, 8).expect(202);
    expect(eight).toMatchObject({ state: 'acknowledged', version: 2, placesHeld: 8 });
    await acknowledge(item, 5).expect(412);
    await acknowledge({ ...item, version: 2 }, 5).expect(202);
    await eventually(() => {
      const told = police.received.filter(
        ({ envelope: { type, subject } }) => type === OPERATION_ACKNOWLEDGED && subject === item.reference,
      );
      expect(told.map(({ data }) => (data as { placesHeld: number }).placesHeld)).toEqual([8, 5]);
    });
  });

  it('is over when it is called off: nothing is held, and what it said is gone', async () => {
    const item = await receive();
    await acknowledge(item, 8).expect(202);
    await police.sayMore('asso-refuge', item.reference, {
      type: OPERATION_CALLED_OFF,
      purpose: PURPOSE,
      document: { calledOffAt: new Date().toISOString() },
    });
    const { body } = await eventually(() => caseworker.get(`/v1/received-operations/${item.id}`).expect(410));
    expect(body.code).toBe('operation-called-off');
    expect(await stored(item)).toEqual({ content: {}, places_held: 0 });
  });

  it('expires: nothing is held after its last day, what it said is gone, and the feed says so', async () => {
    const item = await receive();
    await acknowledge(item, 8).expect(202);
    await association.database.owner.query(
      `UPDATE operation.received SET expires_at = now() - interval '1 minute', until_day = current_date - 2 WHERE id = $1`,
      [item.id],
    );
    expect((await acknowledge({ ...item, version: 2 }, 9).expect(410)).body.code).toBe('operation-expired');
    await feedCaughtUp(association.database);
    const { body: before } = await caseworker.get('/v1/changes?after=now').expect(200);
    await association.app.get(OverdueChanges).look();
    expect((await caseworker.get(`/v1/received-operations/${item.id}`).expect(410)).body.code).toBe(
      'operation-expired',
    );
    expect(await stored(item)).toEqual({ content: {}, places_held: 0 });
    await feedCaughtUp(association.database);
    const { body: changes } = await caseworker.get(`/v1/changes?after=${before.next}`).expect(200);
    expect(changes.items).toEqual([
      expect.objectContaining({ resource: 'received-operation', kind: 'expired', caseId: null }),
    ]);
  });

  const stored = async ({ id }: Item): Promise<unknown> => {
    const [row] = await association.database.owner.query<unknown[]>(
      'SELECT content, places_held FROM operation.received WHERE id = $1',
      [id],
    );
    return row;
  };

  it.each([
    ['operation-names-somebody', { preparationNote: 'Prévoir une chambre pour Blessing.' }, CONTACT],
    ['operation-not-to-contact', {}, 'maraude'],
    ['operation-not-to-contact', {}, ''],
  ])('is parked with %s, whatever its sender let pass', async (reason, more, unit) => {
    const reference = await send(more, unit);
    await eventually(async () => {
      const [parked] = await association.database.owner.query<{ reason: string }[]>(
        `SELECT reason FROM messaging.inbox WHERE state = 'parked' AND reference = $1`,
        [reference],
      );
      expect(parked).toEqual({ reason });
    });
    expect(association.logLines.join('\n')).not.toContain('Blessing');
  });
});
