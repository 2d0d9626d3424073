import { AfterSharingSweep, AgencyPolicy, CLOCK } from '@liaison/casework';
import { SHARE_REVOKED, type ShareRevokedV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { POLICE } from '../service';
import { Notices, receivedAbout } from './notices.test';

const UNPROTECTED = { identity: false, address: false };

/** What the convention between investigating services and préfectures states for each ground, as it is in force. */
describe('the end of a ground, between police and préfecture', () => {
  let world: AgencyWorld;
  let police: TestService;
  let paris: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    world = await startAgencyWorld();
    paris = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
  });
  afterAll(() => world.stop());

  const named = (familyName: string, birthDate = '1999-04-02') =>
    aNotice({
      address: { departement: '75' },
      civilStatus: {
        declared: { familyName, birthDate },
        real: { familyName, birthDate, verifiedBy: 'Consulate', verifiedOn: '2026-03-01' },
      },
      vulnerability: { isolation: true },
    });
  const shared = async (familyName: string, birthDate?: string) => {
    const content = named(familyName, birthDate);
    const { body } = await notices.issueNow({ content, protection: UNPROTECTED });
    const { envelope } = await receivedAbout(familyName, paris);
    return { id: String(body.id), content, event: envelope.id };
  };
  const act = (id: string, verb: string, body: object) =>
    notices.officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send(body)
      .expect(202);
  const told = (event: string) =>
    (
      paris.received.filter(
        ({ envelope }) => envelope.type === SHARE_REVOKED,
      ) as ReceivedEvent<ShareRevokedV1>[]
    )
      .map(({ data }) => data)
      .filter(({ events }) => events.includes(event));
  /** Whatever follows is in the queue once the sweep has looked; then something later has arrived behind it. */
  const nothingFollows = async (id: string, event: string) => {
    await act(id, 'move', { departement: '13' });
    await eventually(() => expect(told(event)).toHaveLength(1));
    expect(told(event)).toMatchObject([{ effect: 'purge' }]);
  };
  /** Looks at everything as of then. */
  const sweptAt = async (instant: string) => {
    const now = jest.spyOn(police.app.get<Clock>(CLOCK), 'now').mockReturnValue(new Date(instant));
    await police.app.get(AfterSharingSweep).sweep();
    now.mockRestore();
  };

  it('is not looked for in what has just been dispatched: it was decided with the same conventions, facts and directory', async () => {
    const { event } = await shared('Nouvelle');
    const changes = () =>
      police.database.owner.query<{ looked: boolean; written: boolean }[]>(
        `SELECT g.xmin <> d.xmin AS looked, g.looked_policy = $2 AS written
           FROM messaging.share_ground g JOIN messaging.delivery d USING (event_id, lane_id) WHERE event_id = $1`,
        [event, police.app.get(AgencyPolicy).lookedWith],
      );
    await police.app.get(AfterSharingSweep).sweep();
    expect(await changes()).toEqual([{ looked: false, written: true }]);
    await police.database.owner.query(
      `UPDATE messaging.share_ground SET looked_policy = 'another' WHERE event_id = $1`,
      [event],
    );
    await police.app.get(AfterSharingSweep).sweep();
    expect(await changes()).toEqual([{ looked: true, written: true }]);
  });

  it('is looked for wherever a fact has changed, whoever changed it', async () => {
    const { event } = await shared('Changeante');
    await police.database.owner.query(
      `UPDATE messaging.cases SET facts = facts || '{"protectedAddress": true}', facts_version = facts_version + 1
        WHERE id = (SELECT case_id FROM messaging.share_ground WHERE event_id = $1)`,
      [event],
    );
    expect(told(event)).toEqual([]);
    await police.app.get(AfterSharingSweep).sweep();
    await eventually(() =>
      expect(told(event)).toMatchObject([{ effect: 'purge', fields: ['address.departement'] }]),
    );
  });

  it('protection: the real identity is restricted, the département of the address purged, and nothing else', async () => {
    const { id, content, event } = await shared('Protegee');
    await act(id, 'amend', {
      content,
      reason: 'correction',
      protection: { identity: true, address: true },
    });
    await eventually(() => expect(told(event)).toHaveLength(2));
    const fieldsOf = (effect: string) => told(event).find((each) => each.effect === effect)?.fields;
    expect(fieldsOf('restrict')).toEqual(
      expect.arrayContaining(['civilStatus.real.familyName', 'civilStatus.real.birthDate']),
    );
    expect(fieldsOf('restrict')?.filter((path) => !/^civilStatus\.(real|documents)\./.test(path))).toEqual(
      [],
    );
    expect(fieldsOf('purge')).toEqual(['address.departement']);
  });

  it('relation: a préfecture that is not competent any more purges the notice', async () => {
    const { id, event } = await shared('Partie');
    await act(id, 'move', { departement: '13' });
    await eventually(() => expect(told(event)).toHaveLength(1));
    expect(told(event)).toMatchObject([{ effect: 'purge' }]);
    expect(told(event)[0]).not.toHaveProperty('fields');
  });

  it('consent: what the préfet was told rests on the law; a refusal touches nothing, nor what comes', async () => {
    const { id, content, event } = await shared('Refus');
    await act(id, 'consent', { to: 'prefecture', value: 'refused' });
    await act(id, 'amend', { content, reason: 'completion' });
    await eventually(async () =>
      expect((await notices.deliveries(id)).map(({ state }) => state)).toEqual(['delivered', 'delivered']),
    );
    await nothingFollows(id, event);
  });

  it('age: whoever turns eighteen keeps the right that the notice opens', async () => {
    const { id, event } = await shared('Majeure', '2010-05-06');
    await sweptAt('2028-05-07T12:00:00Z');
    await nothingFollows(id, event);
  });

  it('convention: a file is not erased because a convention has ended', async () => {
    const { id, event } = await shared('Terme');
    await sweptAt('2030-01-02T12:00:00Z');
    await nothingFollows(id, event);
  });
});
