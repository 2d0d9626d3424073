import { OverdueChanges } from '@liaison/casework';
import { FLIGHT_ACKNOWLEDGED, FLIGHT_ENDED, FLIGHT_FOUND, FLIGHT_REPORTED } from '@liaison/contracts';
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
import { POLICE } from './service';

const PURPOSE = 'protection-of-minors';
const CLOTHING = 'Grey hooded coat';

interface Item {
  readonly id: string;
  readonly reference: string;
  readonly caseId: string | null;
  readonly version: number;
}

describe('a child whom others report to be gone', () => {
  let world: AgencyWorld;
  let shelter: TestPeer;
  let police: TestService;
  let officer: Agent;
  const flight = randomUUID();
  let reference: string;
  let item: Item;

  beforeAll(async () => {
    world = await startAgencyWorld();
    shelter = await startPeer(world, 'asso-refuge');
    police = await world.start({ agencyId: 'police-75', ...POLICE });
    officer = await police.as({ unit: 'bpm', roles: ['officer'] });
    const now = new Date().toISOString();
    reference = await shelter.send('police-75', {
      type: FLIGHT_REPORTED,
      document: {
        flight,
        noticedAt: now,
        reportedAt: now,
        civilStatus: { declared: { givenNames: ['Mercy'], familyName: 'Osas-Test' } },
        lastSeen: { departement: '75', at: now, place: 'Gare du Nord' },
        clothing: CLOTHING,
      },
      purpose: PURPOSE,
      unit: 'bpm',
      // Of nobody knows which age: it is searched for as a child.
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    item = await eventually(async () => {
      const { body } = await officer.get('/v1/received-flights').expect(200);
      expect(body.items).toMatchObject([{ reference, state: 'gone', sender: 'asso-refuge' }]);
      return body.items[0] as Item;
    });
  });
  afterAll(() => world.stop());

  const found = (body: object, version = item.version, key: string = randomUUID()) =>
    officer
      .post(`/v1/received-flights/${item.id}/found`)
      .set('Idempotency-Key', key)
      .set('If-Match', `"${version}"`)
      .send(body);

  it('stays on the desk of whoever searches, is read with a record, and by nobody else', async () => {
    const { body } = await officer.get(`/v1/received-flights/${item.id}`).expect(200);
    expect(body).toMatchObject({
      content: { clothing: CLOTHING, lastSeen: { place: 'Gare du Nord' } },
      withheld: [],
      provenance: { agency: 'asso-refuge', convention: 'flight@2' },
    });
    const reads = await police.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [reference],
    );
    expect(reads).toHaveLength(1);
    const { body: desk } = await officer.get('/v1/desk?kind=received-flight').expect(200);
    expect((desk.items as Item[]).map(({ id }) => id)).toEqual([item.id]);
    await feedCaughtUp(police.database);
    const { body: changes } = await officer.get('/v1/changes').expect(200);
    expect(changes.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ resource: 'received-flight', kind: 'reported', id: item.id }),
      ]),
    );
    const stranger = await police.as({ unit: 'brp', roles: ['supervisor'] });
    await stranger.get(`/v1/received-flights/${item.id}`).expect(404);
    const elsewhere = JSON.stringify([desk, changes, police.logLines]);
    expect(elsewhere).not.toContain(CLOTHING);
  });

  it('is a case of its own: found by name, with a timeline, and read whole in JSON and on paper', async () => {
    expect(item.caseId).not.toBeNull();
    const { body: hits } = await officer.get('/v1/search').query({ q: 'osas' }).expect(200);
    expect((hits.items as Item[]).map(({ caseId }) => caseId)).toEqual([item.caseId]);
    const { body: timeline } = await officer.get(`/v1/cases/${item.caseId}/timeline`).expect(200);
    expect(timeline.items).toEqual([
      expect.objectContaining({
        kind: 'flight-received',
        from: 'asso-refuge',
        knows: expect.arrayContaining(['clothing', 'civilStatus.declared.familyName']),
      }),
    ]);
    const { body: whole } = await officer.get(`/v1/cases/${item.caseId}/export`).expect(200);
    expect(whole.versions).toMatchObject([{ state: 'gone', content: { clothing: CLOTHING } }]);
    expect(whole.records).toMatchObject({
      receivedFlights: [{ id: item.id, state: 'gone', sender: 'asso-refuge' }],
    });
    const stranger = await police.as({ unit: 'brp', roles: ['supervisor'] });
    await stranger.get(`/v1/cases/${item.caseId}/timeline`).expect(404);
    const { body: none } = await stranger.get('/v1/search').query({ q: 'osas' }).expect(200);
    expect(none.items).toEqual([]);
  });

  it('waits for somebody to take note of it: told once that nobody has, then whoever reported it learns who did', async () => {
    const { body: due } = await officer.get(`/v1/received-flights/${item.id}`).expect(200);
    expect(Date.parse(due.acknowledgeBy as string) - Date.parse(due.receivedAt as string)).toBe(30 * 60_000);
    await police.database.owner.query(
      `UPDATE flight.received SET acknowledge_by = now() - interval '1 minute' WHERE id = $1`,
      [item.id],
    );
    for (let look = 0; look < 2; look += 1) await police.app.get(OverdueChanges).look();
    const { body: late } = await officer.get('/v1/desk?section=overdue&kind=received-flight').expect(200);
    expect((late.items as Item[]).map(({ id }) => id)).toEqual([item.id]);

    const acknowledge = (version: number, key: string = randomUUID()) =>
      officer
        .post(`/v1/received-flights/${item.id}/acknowledge`)
        .set('Idempotency-Key', key)
        .set('If-Match', `"${version}"`);
    await acknowledge(9).expect(412);
    const key = randomUUID();
    const { body } = await acknowledge(item.version, key).expect(202);
    expect(body).toMatchObject({ state: 'gone', version: item.version + 1, allowed: true });
    expect((await acknowledge(item.version, key).expect(202)).body).toEqual(body);
    expect((await acknowledge(body.version as number).expect(409)).body.code).toBe('flight-acknowledged');
    item = { ...item, version: body.version as number };
    await eventually(() => {
      const said = shelter.received.filter(({ envelope }) => envelope.type === FLIGHT_ACKNOWLEDGED);
      expect(said.map(({ data }) => data)).toEqual([
        { flight, acknowledgedAt: body.acknowledgedAt, role: 'officer', unit: 'bpm' },
      ]);
    });
    await feedCaughtUp(police.database);
    const { body: changes } = await officer.get('/v1/changes').expect(200);
    const kinds = (changes.items as { id: string; kind: string }[]).filter(({ id }) => id === item.id);
    expect(kinds.map(({ kind }) => kind)).toEqual(['reported', 'unacknowledged', 'acknowledged']);
    // The child is still gone: it stays on the desk, and nobody is late any more.
    const { body: desk } = await officer.get('/v1/desk?kind=received-flight').expect(200);
    expect(desk.items).toMatchObject([{ id: item.id, overdue: false, isNew: false }]);
    const { body: timeline } = await officer.get(`/v1/cases/${item.caseId}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toContain('flight-acknowledged');
  });

  it.each([
    [{ at: '2026-11-18T02:40:00' }, 400, 'invalid-request'],
    [{ at: '2126-11-18T02:40:00Z' }, 422, 'time-in-the-future'],
    [{ departement: '96' }, 400, 'invalid-request'],
  ])('is not found with %j', async (body, status, code) => {
    const answer = await found(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is found: whoever reported it is told once, and its end takes the child off the desk', async () => {
    const at = new Date().toISOString();
    await found({ at }, 9).expect(412);
    const key = randomUUID();
    const { body } = await found({ at, departement: '93' }, item.version, key).expect(202);
    expect(body).toMatchObject({ state: 'gone', version: item.version + 1, allowed: true });
    expect((await found({ at, departement: '93' }, item.version, key).expect(202)).body).toEqual(body);
    expect((await found({ at }, body.version).expect(409)).body.code).toBe('found-said-already');
    await eventually(() => {
      const said = shelter.received.filter(({ envelope }) => envelope.type === FLIGHT_FOUND);
      expect(said.map(({ data }) => data)).toEqual([{ flight, foundAt: at, departement: '93' }]);
    });
    await shelter.sayMore('police-75', reference, {
      type: FLIGHT_ENDED,
      document: { flight, outcome: 'found', endedAt: at },
      purpose: PURPOSE,
    });
    await eventually(async () => {
      const { body: seen } = await officer.get(`/v1/received-flights/${item.id}`).expect(200);
      expect(seen).toMatchObject({ state: 'found', endedAt: at });
    });
    const { body: desk } = await officer.get('/v1/desk?kind=received-flight').expect(200);
    expect(desk.items).toEqual([]);
    expect((await found({}, body.version + 1).expect(409)).body.code).toBe('flight-over');
    const printed = await officer.get(`/v1/cases/${item.caseId}/export?format=pdf`).expect(200);
    expect(printed.headers['content-type']).toContain('application/pdf');
  });
});
