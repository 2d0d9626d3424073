import {
  COMPETENCE_DECIDED,
  COMPETENCE_ESCALATED,
  type CompetenceEscalatedV1,
  type CompetenceOutcome,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  feedCaughtUp,
} from '@liaison/testing';
import { OverdueChanges } from '@liaison/casework';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { PARTNER } from '../service';

const PATH = '/v1/competence-arbitrations';
const PURPOSE = 'competence-of-departement';

interface Asked {
  readonly id: string;
  readonly version: number;
  readonly conflict: string;
}

describe('deciding between two départements', () => {
  let world: AgencyWorld;
  let paris: TestPeer;
  let parquet: TestService;
  let national: TestService;
  let magistrate: Agent;
  let coordinator: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    paris = await startPeer(world, 'ase-75');
    parquet = await world.start({ agencyId: 'parquet-75', env: { DEFAULT_UNIT: 'mineurs' }, ...PARTNER });
    national = await world.start({ agencyId: 'miprof', env: { DEFAULT_UNIT: 'coordination' }, ...PARTNER });
    magistrate = await parquet.as({ unit: 'mineurs', roles: ['caseworker'] });
    coordinator = await national.as({ unit: 'coordination', roles: ['supervisor'] });
  });
  afterAll(() => world.stop());

  const escalation = (conflict: string, more: Partial<CompetenceEscalatedV1> = {}) => ({
    type: COMPETENCE_ESCALATED,
    document: {
      conflict,
      level: 'departmental',
      sheltering: '75',
      claimed: '13',
      ground: 'residence',
      refusal: 'offence',
      openedAt: '2026-11-16T09:00:00.000Z',
      decideBy: new Date(Date.now() + 72 * 3_600_000).toISOString(),
      ...more,
    },
    purpose: PURPOSE,
  });
  const asked = (agent: Agent, conflict: string, state = 'open'): Promise<Asked> =>
    eventually(async () => {
      const { body } = await agent.get(`${PATH}?state=${state}&limit=200`).expect(200);
      const found = (body.items as Asked[]).find((each) => each.conflict === conflict);
      if (!found) throw new Error(`it is not ${state}`);
      return found;
    });
  const answer = (agent: Agent, { id, version }: Asked, verb: string, body: object = {}) =>
    agent
      .post(`${PATH}/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', `"${version}"`)
      .send(body);
  const told = (conflict: string) =>
    eventually(() => {
      const found = paris.received.filter(
        ({ envelope, data }) =>
          envelope.type === COMPETENCE_DECIDED && (data as { conflict: string }).conflict === conflict,
      );
      if (found.length === 0) throw new Error('nobody has decided');
      return found.map(({ data }) => data);
    });
  const ends = (conflict: string, outcome: CompetenceOutcome, departement?: string) => ({
    type: COMPETENCE_DECIDED,
    document: {
      conflict,
      outcome,
      ...(departement !== undefined && { departement, by: 'agreement' }),
      decidedAt: new Date().toISOString(),
    },
    purpose: PURPOSE,
  });

  it('is asked with départements, grounds and days, and nothing else; the decision goes back to whoever asked', async () => {
    const conflict = randomUUID();
    await paris.send('parquet-75', escalation(conflict));
    const open = await asked(magistrate, conflict);
    const { body: read, headers } = await magistrate.get(`${PATH}/${open.id}`).expect(200);
    expect(headers['etag']).toBe('"1"');
    expect(read).toMatchObject({
      sender: 'ase-75',
      level: 'departmental',
      sheltering: '75',
      claimed: '13',
      ground: 'residence',
      refusal: 'offence',
      overdue: false,
    });
    const { body: desk } = await magistrate.get('/v1/desk?kind=competence-arbitration').expect(200);
    expect(desk.items).toEqual(expect.arrayContaining([expect.objectContaining({ caseId: null })]));

    const third = await answer(magistrate, open, 'decide', { departement: '93' }).expect(422);
    expect(third.body.code).toBe('competence-third');
    await answer(magistrate, open, 'decide', { departement: 'Paris' }).expect(400);
    const { body } = await answer(magistrate, open, 'decide', { departement: '13' }).expect(202);
    expect(body).toEqual({ id: open.id, state: 'decided', version: 2, departement: '13' });
    expect(await told(conflict)).toEqual([
      {
        conflict,
        outcome: 'competent',
        departement: '13',
        by: 'departmental',
        decidedAt: expect.any(String),
      },
    ]);
    const again = await answer(magistrate, { ...open, version: 2 }, 'decide', { departement: '75' });
    expect(again.body).toMatchObject({ status: 409, code: 'arbitration-over' });
  });

  it('left undecided may be asked again by the level above, and is open anew', async () => {
    const conflict = randomUUID();
    const reference = await paris.send('parquet-75', escalation(conflict));
    const open = await asked(magistrate, conflict);
    await answer(magistrate, open, 'leave-undecided').expect(202);
    expect(await told(conflict)).toMatchObject([{ outcome: 'undecided' }]);
    await paris.sayMore('parquet-75', reference, escalation(conflict, { level: 'interdepartmental' }));
    const anew = await asked(magistrate, conflict);
    expect(anew).toMatchObject({ id: open.id, level: 'interdepartmental', answeredAt: null });
    await answer(magistrate, anew, 'decide', { departement: '75' }).expect(202);
    await eventually(async () =>
      expect((await told(conflict))[1]).toMatchObject({ departement: '75', by: 'interdepartmental' }),
    );
  });

  it('the national coordination decides too: it learns of no child at all (R34)', async () => {
    const conflict = randomUUID();
    await paris.send('miprof', escalation(conflict, { level: 'national' }));
    const open = await asked(coordinator, conflict);
    await answer(coordinator, open, 'decide', { departement: '13' }).expect(202);
    expect(await told(conflict)).toMatchObject([{ departement: '13', by: 'national' }]);
    const { rows } = await national.database.owner
      .query<{ facts: object | null }[]>('SELECT facts FROM messaging.cases')
      .then((found) => ({ rows: found }));
    expect(rows.map(({ facts }) => facts ?? {})).toEqual(rows.map(() => ({})));
  });

  it('is closed where it ended without whoever was asked', async () => {
    const conflict = randomUUID();
    const reference = await paris.send('parquet-75', escalation(conflict));
    await asked(magistrate, conflict);
    await paris.sayMore('parquet-75', reference, ends(conflict, 'competent', '13'));
    const closed = await asked(magistrate, conflict, 'closed');
    expect(closed).toMatchObject({ outcome: 'competent', competent: '13' });
    const late = await answer(magistrate, closed, 'decide', { departement: '75' }).expect(409);
    expect(late.body.code).toBe('arbitration-over');
    // What nobody here was asked about has an end all the same, and parks nothing.
    await paris.send('parquet-75', ends(randomUUID(), 'of-age'));
    await paris.send('parquet-75', escalation(conflict, { conflict: randomUUID() }));
  });

  it('that takes too long is overdue: in the list, on the desk, in the change feed, in the metrics', async () => {
    const conflict = randomUUID();
    await paris.send('parquet-75', escalation(conflict, { decideBy: '2026-01-05T09:00:00.000Z' }));
    const { id } = await asked(magistrate, conflict);
    const { body: late } = await magistrate.get(`${PATH}?overdue=true`).expect(200);
    expect((late.items as Asked[]).map((each) => each.id)).toContain(id);
    const { body: desk } = await magistrate.get('/v1/desk?section=overdue').expect(200);
    expect((desk.items as Asked[]).map((each) => each.id)).toContain(id);
    await parquet.app.get(OverdueChanges).look();
    await feedCaughtUp(parquet.database);
    const { body: feed } = await magistrate.get('/v1/changes?limit=200').expect(200);
    expect(feed.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ resource: 'competence-arbitration', id, kind: 'overdue' }),
      ]),
    );
    const page = (await parquet.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_competence_arbitration_overdue\{.*peer="ase-75".*\} 1$/m);
  });

  it('is nobody else’s: another unit finds nothing, an operator reads nothing', async () => {
    const conflict = randomUUID();
    await paris.send('parquet-75', escalation(conflict));
    const open = await asked(magistrate, conflict);
    const stranger = await parquet.as({ unit: 'other', roles: ['supervisor'] });
    await stranger.get(`${PATH}/${open.id}`).expect(404);
    await answer(stranger, open, 'decide', { departement: '13' }).expect(404);
    const operator = await parquet.as({ unit: 'mineurs', roles: ['operator'] });
    await operator.get(PATH).expect(403);
  });
});
