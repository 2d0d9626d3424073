import { OPERATION_ACKNOWLEDGED, OPERATION_ANNOUNCED, OPERATION_CALLED_OFF } from '@liaison/contracts';
import { addDays } from '@liaison/kernel';
import {
  type AgencyWorld,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from './service';

const UNIT = 'brp';
const TODAY = new Date().toISOString().slice(0, 10);

const content = (more: object = {}) => ({
  departement: '75',
  from: addDays(TODAY, 2),
  until: addDays(TODAY, 4),
  expectedPeople: 12,
  profiles: ['adults'],
  languages: ['en', 'ro'],
  preparations: ['shelter', 'interpreters'],
  preparationNote: 'Prévoir des couchages séparés.',
  ...more,
});

describe('an operation that is announced', () => {
  let world: AgencyWorld;
  let association: TestPeer;
  let ase: TestPeer;
  let police: TestService;
  let officer: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    association = await startPeer(world, 'asso-refuge');
    ase = await startPeer(world, 'ase-75');
    police = await world.start({ agencyId: 'police-75', ...POLICE });
    officer = await police.as({ unit: UNIT, roles: ['officer'] });
  });
  afterAll(() => world.stop());

  const announce = (body: object, key: string = randomUUID()) =>
    officer.post('/v1/operations').set('Idempotency-Key', key).send(body);
  const arrived = (peer: TestPeer, type: string, subject?: string) =>
    eventually(() => {
      const found = peer.received.findLast(
        ({ envelope }) => envelope.type === type && (subject === undefined || envelope.subject === subject),
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });

  /** By the number of people, which no two announcements share here. */
  const announced = (expectedPeople: number) =>
    eventually(() => {
      const found = association.received.find(
        ({ envelope: { type }, data }) =>
          type === OPERATION_ANNOUNCED &&
          (data as { expectedPeople: number }).expectedPeople === expectedPeople,
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });

  it('reaches the named contact points of whoever takes in such people, and says what the form says and no more', async () => {
    const { body } = await announce({ content: content({ profiles: ['adults', 'minors'] }) }).expect(202);
    expect(body).toMatchObject({
      state: 'announced',
      told: [
        { agency: 'asso-refuge', contact: 'foyer', allowed: true, convention: 'operation-pre-notice@1' },
        { agency: 'ase-75', contact: 'mna', allowed: true },
      ],
    });
    const [event, other] = [
      await arrived(association, OPERATION_ANNOUNCED),
      await arrived(ase, OPERATION_ANNOUNCED),
    ];
    expect(event.data).toEqual(content({ profiles: ['adults', 'minors'] }));
    expect([event.envelope.recipientunit, other.envelope.recipientunit]).toEqual(['foyer', 'mna']);
    expect(event.withheld).toEqual([]);
    // Each knows it by another reference, and neither by that of the police.
    expect(new Set([body.id, event.envelope.subject, other.envelope.subject]).size).toBe(3);
  });

  it('shows who has taken note and how many places are held, until it is called off', async () => {
    const { body: made } = await announce({ content: content({ expectedPeople: 13 }) }).expect(202);
    const event = await announced(13);
    const acknowledgement = (placesHeld: number) => ({
      type: OPERATION_ACKNOWLEDGED,
      purpose: 'operation-preparation',
      document: { acknowledgedAt: new Date().toISOString(), role: 'caseworker', unit: 'foyer', placesHeld },
    });
    const read = async () => (await officer.get(`/v1/operations/${made.id}`).expect(200)).body;
    const { body: desk } = await officer.get('/v1/desk?kind=operation-awaited').expect(200);
    expect(desk.items).toContainEqual(expect.objectContaining({ id: made.id, caseId: null }));
    await association.answer(event, acknowledgement(8));
    await eventually(async () =>
      expect(await read()).toMatchObject({
        state: 'acknowledged',
        placesHeld: 8,
        waitingFor: [],
        told: [{ agency: 'asso-refuge', placesHeld: 8, delivery: 'delivered' }],
      }),
    );
    const off = (version: number) =>
      officer
        .post(`/v1/operations/${made.id}/call-off`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`);
    await off(1).expect(412);
    await off(2).expect(202);
    expect((await off(3).expect(409)).body.code).toBe('operation-called-off');
    await arrived(association, OPERATION_CALLED_OFF, event.envelope.subject);
    expect(await read()).toMatchObject({ state: 'called-off', placesHeld: 0, expired: true });
    const { body: open } = await officer.get('/v1/operations?expired=false').expect(200);
    expect((open.items as { id: string }[]).map(({ id }) => id)).not.toContain(made.id);
  });

  it.each([
    ['a name', 'Prévoir une chambre pour Blessing.'],
    ['an address', 'Se présenter au 14 rue des lilas.'],
    ['the case', 'En lien avec la procédure ouverte en mai.'],
    ['a number', 'Rappeler le 06 12 34 56 78.'],
  ])('is stopped where its note says %s, and says where', async (_, preparationNote) => {
    const { body } = await announce({ content: content({ preparationNote }) }).expect(400);
    expect(body.errors).toEqual([
      {
        pointer: '/content/preparationNote',
        detail: expect.stringMatching(/^Characters \d+ to \d+: .{20,}/),
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/Blessing|lilas|06 12/);
    expect(police.logLines.join('\n')).not.toMatch(/Blessing|lilas|06 12/);
  });

  it('has no field for a person, an address or a case', async () => {
    for (const more of [{ name: 'x' }, { address: 'x' }, { caseNumber: 'x' }, { civilStatus: {} }]) {
      await announce({ content: content(more) }).expect(400);
    }
  });

  it.each([
    ['operation-contact-missing', { content: content({ departement: '29' }) }],
    ['operation-contact-missing', { content: content(), agencies: ['ase-75'] }],
    ['operation-window-invalid', { content: content({ from: '2020-01-01' }) }],
  ])('is refused with %s, and says what to do', async (code, body) => {
    const { body: problem } = await announce(body).expect(422);
    expect(problem).toMatchObject({ code, detail: expect.stringMatching(/.{20,}/) });
  });

  it('is announced once, however often it is asked for, and is its unit’s own', async () => {
    const key = randomUUID();
    const body = { content: content({ expectedPeople: 7 }) };
    const [one, other] = [await announce(body, key), await announce(body, key)];
    expect([one.status, other.status, other.body]).toEqual([202, 202, one.body]);
    const stranger = await police.as({ unit: 'bpm', roles: ['supervisor'] });
    await stranger.get(`/v1/operations/${one.body.id}`).expect(404);
  });

  it('takes no acknowledgement of somebody to whom it was not announced', async () => {
    await ase.send('police-75', {
      type: OPERATION_ACKNOWLEDGED,
      purpose: 'operation-preparation',
      document: { acknowledgedAt: new Date().toISOString(), role: 'caseworker', placesHeld: 3 },
    });
    await eventually(async () => {
      const parked = await police.database.owner.query<{ reason: string }[]>(
        `SELECT reason FROM messaging.inbox WHERE state = 'parked' AND source = 'ase-75'`,
      );
      expect(parked).toEqual([{ reason: 'operation-unknown' }]);
    });
  });
});
