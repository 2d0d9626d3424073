import { AfterSharingSweep, CLOCK, legalDay, OverdueChanges } from '@liaison/casework';
import {
  PARTNER_ANSWERED,
  REFERRAL_ACKNOWLEDGED,
  REFERRAL_MADE,
  type ReferralMadeV1,
  SHARE_REVOKED,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import {
  type AgencyWorld,
  aReferral,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { ASSOCIATION } from './service';

const UNIT = 'maraude';
const PURPOSE = 'protection-of-minors';

interface Told {
  readonly agency: string;
  readonly delivery: string;
  readonly overdue: boolean;
}

/** Year, month and day in Paris. */
const legalToday = (): number[] => legalDay(new Date(), '75').split('-').map(Number);

const make = (as: Agent, content: object = aReferral(), key: string = randomUUID()) =>
  as.post('/v1/referrals').set('Idempotency-Key', key).send({ content });

async function start(world: AgencyWorld) {
  const association = await world.start({
    agencyId: 'asso-refuge',
    env: { DEFAULT_UNIT: UNIT },
    ...ASSOCIATION,
  });
  return { association, caseworker: await association.as({ unit: UNIT, roles: ['caseworker'] }) };
}

describe('a referral', () => {
  let world: AgencyWorld;
  let ase: TestPeer;
  let parquet: TestPeer;
  let association: TestService;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    ase = await startPeer(world, 'ase-75');
    parquet = await startPeer(world, 'parquet-75');
    ({ association, caseworker } = await start(world));
  });
  afterAll(() => world.stop());

  const arrived = (peer: TestPeer, familyName: string) =>
    eventually(() => {
      const found = peer.received.find(
        ({ envelope, data }) =>
          envelope.type === REFERRAL_MADE &&
          (data as ReferralMadeV1).civilStatus?.declared?.familyName === familyName,
      );
      if (!found) throw new Error('it has not arrived');
      return found;
    });
  const named = (familyName: string, more: Partial<ReferralMadeV1> = {}) =>
    aReferral({
      civilStatus: { declared: { familyName, estimatedAge: 15, estimatedAgeBasis: ['appearance'] } },
      ...more,
    });
  const read = async (id: string) => (await caseworker.get(`/v1/referrals/${id}`).expect(200)).body;

  it('reaches child protection where the child was found, whole; who has taken note is seen', async () => {
    const { body: made } = await make(caseworker, named('Adewale')).expect(202);
    expect(made).toMatchObject({
      state: 'sent',
      prosecutorMissing: false,
      told: [{ agency: 'ase-75', duty: 'child-protection', allowed: true, convention: 'referral@1' }],
    });
    const event = await arrived(ase, 'Adewale');
    expect(event.data).toMatchObject({
      observation: { account: 'Two women answer for her.' },
      found: { place: 'Porte de la Chapelle' },
      siblings: [{ givenNames: ['Joy'] }],
      prosecutor: false,
      madeAt: expect.any(String),
    });
    // The mark is there whether or not there is something: only investigators establish an identity.
    expect(event.withheld.every((path) => path.startsWith('civilStatus.real.'))).toBe(true);

    const acknowledgedAt = new Date().toISOString();
    await ase.answer(event, {
      type: REFERRAL_ACKNOWLEDGED,
      purpose: PURPOSE,
      document: { acknowledgedAt, role: 'caseworker', unit: 'mna' },
    });
    await eventually(async () =>
      expect(await read(made.id)).toMatchObject({
        state: 'acknowledged',
        version: 2,
        waitingFor: [],
        told: [{ agency: 'ase-75', acknowledgedAt, overdue: false, delivery: 'delivered' }],
      }),
    );
  });

  it('goes to the procureur too where the danger is immediate, and is open until both have taken note', async () => {
    const { body: made } = await make(
      caseworker,
      named('Balogun', { danger: { level: 'immediate' } }),
    ).expect(202);
    expect((made.told as Told[]).map(({ agency }) => agency)).toEqual(['ase-75', 'parquet-75']);
    const [first, second] = [await arrived(ase, 'Balogun'), await arrived(parquet, 'Balogun')];
    expect(first.data).toMatchObject({ prosecutor: true });
    const acknowledgement = {
      type: REFERRAL_ACKNOWLEDGED,
      purpose: PURPOSE,
      document: { acknowledgedAt: new Date().toISOString(), role: 'caseworker' },
    };
    await ase.answer(first, acknowledgement);
    await eventually(async () =>
      expect(await read(made.id)).toMatchObject({ state: 'sent', waitingFor: ['parquet-75'] }),
    );
    await parquet.answer(second, acknowledgement);
    await eventually(async () => expect(await read(made.id)).toMatchObject({ state: 'acknowledged' }));
  });

  it('is answered by the procureur: on the desk until somebody takes note, read with its origin, purged at its term', async () => {
    const { body: made } = await make(caseworker, named('Ekwueme', { prosecutor: true })).expect(202);
    const brought = await arrived(parquet, 'Ekwueme');
    const answered = { choice: 'judge-seised', answeredAt: new Date().toISOString(), role: 'caseworker' };
    await parquet.answer(brought, {
      type: PARTNER_ANSWERED,
      purpose: PURPOSE,
      document: { ...answered, text: 'A hearing on Thursday.' },
    });
    const item = await eventually(async () => {
      const { body } = await caseworker.get('/v1/partner-answers?state=new').expect(200);
      const [found] = body.items as { id: string; caseId: string; version: number }[];
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    expect(item).toMatchObject({ caseId: made.id, sender: 'parquet-75', state: 'new', version: 1 });
    const { body: desk } = await caseworker.get('/v1/desk?kind=partner-answer').expect(200);
    expect(desk.items).toEqual([expect.objectContaining({ caseId: made.id })]);
    const { body: view } = await caseworker.get(`/v1/partner-answers/${item.id}`).expect(200);
    expect(view).toMatchObject({
      content: answered,
      withheld: ['text'],
      provenance: { agency: 'parquet-75', convention: 'partner-answers@1' },
    });
    const records = await association.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'event' = $1`,
      [PARTNER_ANSWERED],
    );
    expect(records).toHaveLength(1);

    const stranger = await association.as({ unit: 'foyer', roles: ['supervisor'] });
    await stranger.get(`/v1/partner-answers/${item.id}`).expect(404);
    const note = (version: number) =>
      caseworker
        .post(`/v1/partner-answers/${item.id}/note`)
        .set('Idempotency-Key', randomUUID())
        .set('If-Match', `"${version}"`);
    await note(7).expect(412);
    expect((await note(1).expect(200)).body).toMatchObject({ state: 'noted', version: 2 });
    expect((await note(2).expect(409)).body).toMatchObject({ code: 'answer-noted' });
    const { body: timeline } = await caseworker.get(`/v1/cases/${made.id}/timeline`).expect(200);
    expect((timeline.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['partner-answer-received', 'partner-answer-noted']),
    );

    const [row] = await association.database.owner.query<{ event_id: string }[]>(
      'SELECT event_id FROM partner.answer_received WHERE id = $1',
      [item.id],
    );
    const supervisor = await association.as({ unit: UNIT, roles: ['supervisor'] });
    const choice = async (as: Agent) =>
      (await as.get(`/v1/partner-answers/${item.id}`).expect(200)).body.content.choice as string | undefined;
    const revoke = (effect: string) =>
      parquet.answer(brought, {
        type: SHARE_REVOKED,
        document: {
          revokedAt: new Date().toISOString(),
          effect,
          events: [row?.event_id],
          fields: ['choice'],
        },
        purpose: 'after-sharing',
      });
    await revoke('restrict');
    await eventually(async () => expect(await choice(caseworker)).toBeUndefined());
    expect(await choice(supervisor)).toBe('judge-seised');
    await revoke('purge');
    await eventually(async () => expect(await choice(supervisor)).toBeUndefined());

    await association.database.owner.query(
      `UPDATE partner.answer_received SET keep_until = now() - interval '1 minute' WHERE id = $1`,
      [item.id],
    );
    await association.app.get(AfterSharingSweep).sweep();
    await caseworker.get(`/v1/partner-answers/${item.id}`).expect(410);
  });

  it('says who has not taken note in time: in the list, on the desk, in the metrics and in the change feed', async () => {
    const { body: made } = await make(caseworker, named('Chukwu')).expect(202);
    await arrived(ase, 'Chukwu');
    await association.database.owner.query(
      `UPDATE referral.told SET acknowledge_by = now() - interval '1 minute' WHERE referral_id = $1`,
      [made.id],
    );
    const { body: list } = await caseworker.get('/v1/referrals?overdue=true').expect(200);
    expect(list.items).toEqual([expect.objectContaining({ id: made.id, waitingFor: ['ase-75'] })]);
    const { body: desk } = await caseworker.get('/v1/desk?kind=referral-awaited&section=overdue').expect(200);
    expect(desk.items).toEqual([expect.objectContaining({ caseId: made.id })]);
    const page = (await association.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_referrals_awaited_overdue\{.*peer="ase-75".*\} 1$/m);
  });

  it('R17: whoever turns eighteen while it waits is no minor any more: nothing leaves, and its author is told', async () => {
    const [year = 0, month = 0, day = 0] = legalToday();
    const tomorrow = new Date(Date.UTC(year - 18, month - 1, day + 1)).toISOString().slice(0, 10);
    const child = aReferral({
      civilStatus: { declared: { familyName: 'Dix-huit', birthDate: tomorrow } },
      age: { ground: 'documented' },
    });
    const id = await whileNothingLeaves(association, ['ase-75'], async () => {
      const { body: made } = await make(caseworker, child).expect(202);
      expect(made.told).toMatchObject([{ agency: 'ase-75', allowed: true }]);
      const later = new Date(Date.now() + 2 * 86_400_000);
      jest.spyOn(association.app.get<Clock>(CLOCK), 'now').mockReturnValue(later);
      return String(made.id);
    });
    try {
      await eventually(async () => {
        const rows = await association.database.owner.query<{ state: string; reason: string }[]>(
          'SELECT state, reason FROM messaging.delivery_status WHERE case_id = $1',
          [id],
        );
        expect(rows).toEqual([{ state: 'refused', reason: 'condition-not-met' }]);
      });
    } finally {
      jest.restoreAllMocks();
    }
    expect(ase.received.map(({ data }) => JSON.stringify(data)).join()).not.toContain('Dix-huit');
    const { body: desk } = await caseworker.get('/v1/desk?kind=referral-stopped').expect(200);
    expect(desk.items).toContainEqual(expect.objectContaining({ caseId: id }));
  });

  it('is a case as any other: found by name, with its timeline, its export and its reading recorded', async () => {
    const { body: made } = await make(caseworker, named('Danjuma')).expect(202);
    await arrived(ase, 'Danjuma');
    const { body: found } = await caseworker.get('/v1/search?q=danjuma').expect(200);
    expect(found.items).toEqual([expect.objectContaining({ caseId: made.id })]);
    await eventually(async () => {
      const { body } = await caseworker.get(`/v1/cases/${made.id}/timeline`).expect(200);
      expect((body.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['referral-made', 'delivery-delivered']),
      );
    });
    const { body: exported } = await caseworker.get(`/v1/cases/${made.id}/export`).expect(200);
    expect(exported).toMatchObject({
      versions: [{ type: REFERRAL_MADE, content: { civilStatus: { declared: { familyName: 'Danjuma' } } } }],
      records: { told: [{ agency: 'ase-75' }] },
    });
    const before = await readings(made.id);
    await read(made.id);
    expect(await readings(made.id)).toBe(before + 1);
    const stranger = await association.as({ unit: 'foyer', roles: ['caseworker'] });
    await stranger.get(`/v1/referrals/${made.id}`).expect(404);
    await stranger.get(`/v1/cases/${made.id}/timeline`).expect(404);
  });

  const readings = async (id: string) => {
    const rows = await association.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [id],
    );
    return rows.length;
  };

  it('is made once, however often it is asked for', async () => {
    const key = randomUUID();
    const content = named('Eze');
    const [one, other] = [await make(caseworker, content, key), await make(caseworker, content, key)];
    expect([one.status, other.status, other.body]).toEqual([202, 202, one.body]);
    await arrived(ase, 'Eze');
    const { body } = await make(caseworker, named('Another'), key).expect(422);
    expect(body.code).toBe('idempotency-key-reused');
  });

  it.each([
    [
      'referral-of-adult',
      { age: { ground: 'declared' }, civilStatus: { declared: { birthDate: '1990-01-01' } } },
    ],
    ['age-unfounded', { age: { ground: 'declared' } }],
    ['not-an-identifier', { civilStatus: { real: { familyName: 'X' } }, age: { ground: 'unknown' } }],
    ['child-protection-missing', { found: { departement: '29', stillThere: true } }],
    ['observed-in-the-future', { observation: { signs: [], by: 'own-team', on: '2099-01-01' } }],
  ] as const)('is refused with %s, and says what to do', async (code, more) => {
    const { body } = await make(caseworker, aReferral(more as Partial<ReferralMadeV1>)).expect(422);
    expect(body).toMatchObject({ code, detail: expect.stringMatching(/.{30,}/) });
  });

  it('names the part of the form that is wrong', async () => {
    const { body } = await make(caseworker, { ...aReferral(), danger: { level: 'high' } }).expect(400);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/content/danger/level' })]);
    const elsewhere = { departement: '75', communeCode: '13055', stillThere: true };
    await make(caseworker, aReferral({ found: elsewhere })).expect(400);
  });

  it('takes no acknowledgement in another’s place', async () => {
    const { body: made } = await make(caseworker, named('Femi')).expect(202);
    await arrived(ase, 'Femi');
    await parquet.send('asso-refuge', {
      type: REFERRAL_ACKNOWLEDGED,
      purpose: PURPOSE,
      document: { acknowledgedAt: new Date().toISOString(), role: 'caseworker' },
    });
    await eventually(async () => {
      const parked = await association.database.owner.query<{ reason: string }[]>(
        `SELECT reason FROM messaging.inbox WHERE state = 'parked' AND source = 'parquet-75'`,
      );
      expect(parked).toEqual([{ reason: 'referral-unknown' }]);
    });
    expect(await read(made.id)).toMatchObject({ state: 'sent' });
  });

  it('that has arrived is not sent again', async () => {
    const { body: made } = await make(caseworker, named('Gbenga')).expect(202);
    await eventually(async () => expect((await read(made.id)).told[0].delivery).toBe('delivered'));
    const { body } = await sendAgain(caseworker, made.id, made.version).expect(409);
    expect(body.code).toBe('referral-not-stopped');
  });
});

const sendAgain = (as: Agent, id: string, version: number) =>
  as
    .post(`/v1/referrals/${id}/send-again`)
    .set('Idempotency-Key', randomUUID())
    .set('If-Match', `"${version}"`);

describe('a referral that does not leave, because its convention is not what it should be', () => {
  let folder: string;
  let world: AgencyWorld;
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is loud: the answer, the desk, the feed, the metrics; and says so again when it is sent again', async () => {
    folder = changedConvention('referral', (text) =>
      text.replace('inForce: { from: 2025-01-01 }', 'inForce: { from: 2025-01-01, until: 2025-12-31 }'),
    );
    world = await startAgencyWorld({ conventionsDir: folder });
    const { association, caseworker } = await start(world);
    const { body: made } = await make(caseworker).expect(202);
    expect(made.told).toEqual([
      expect.objectContaining({ agency: 'ase-75', allowed: false, denial: 'convention-ended' }),
    ]);
    await eventually(async () => {
      const { body: desk } = await caseworker.get('/v1/desk?kind=referral-stopped').expect(200);
      expect(desk.items).toEqual([expect.objectContaining({ caseId: made.id })]);
    });
    const page = (await association.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_referrals_stopped\{.*peer="ase-75".*\} 1$/m);
    const told = async () => {
      await association.app.get(OverdueChanges).look();
      const { body: feed } = await caseworker.get('/v1/changes').query({ limit: 1000 }).expect(200);
      return (feed.items as { kind: string }[]).filter(({ kind }) => kind === 'stopped').length;
    };
    await eventually(async () => expect(await told()).toBe(1));
    const { body: again } = await sendAgain(caseworker, made.id, made.version).expect(202);
    expect(again).toMatchObject({ version: 2, told: [{ agency: 'ase-75', allowed: false }] });
    await eventually(async () => {
      const { body } = await caseworker.get(`/v1/referrals/${made.id}`).expect(200);
      expect(body.told).toEqual([
        expect.objectContaining({ delivery: 'refused', reason: 'convention-ended', acknowledgeBy: null }),
      ]);
    });
    await eventually(async () => expect(await told()).toBe(2));
  });
});
