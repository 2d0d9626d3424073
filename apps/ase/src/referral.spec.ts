import {
  REFERRAL_ACKNOWLEDGED,
  REFERRAL_MADE,
  type ReferralMadeV1,
  SHARE_PURGED,
  SHARE_REVOKED,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  feedCaughtUp,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { ASE } from './service';

const UNIT = 'mna';
const PURPOSE = 'protection-of-minors';
const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };

interface Item {
  readonly id: string;
  readonly caseId: string;
  readonly reference: string;
  readonly version: number;
  readonly state: string;
}

describe('a referral that comes to child protection', () => {
  let world: AgencyWorld;
  let association: TestPeer;
  let police: TestPeer;
  let ase: TestService;
  let caseworker: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    association = await startPeer(world, 'asso-refuge');
    police = await startPeer(world, 'police-75');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: UNIT }, ...ASE });
    caseworker = await ase.as({ unit: UNIT, roles: ['caseworker'] });
  });
  afterAll(() => world.stop());

  async function receive(peer = association, more: Partial<ReferralMadeV1> = {}): Promise<Item> {
    const reference = await peer.send('ase-75', {
      type: REFERRAL_MADE,
      document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false, ...more }),
      purpose: PURPOSE,
      facts: FACTS,
    });
    return eventually(async () => {
      const { body } = await caseworker.get('/v1/received-referrals?limit=200').expect(200);
      const item = (body.items as Item[]).find((each) => each.reference === reference);
      if (!item) throw new Error('it has not arrived');
      return item;
    });
  }
  const acknowledge = (
    as: Agent,
    { id, version }: Pick<Item, 'id' | 'version'>,
    key: string = randomUUID(),
  ) =>
    as
      .post(`/v1/received-referrals/${id}/acknowledge`)
      .set('Idempotency-Key', key)
      .set('If-Match', `"${version}"`);

  it('is read by those who may, with its origin, and the reading is recorded', async () => {
    const item = await receive();
    const { body } = await caseworker.get(`/v1/received-referrals/${item.id}`).expect(200);
    expect(body).toMatchObject({
      state: 'new',
      sender: 'asso-refuge',
      danger: 'serious',
      acknowledgeBy: expect.any(String),
      keepUntil: expect.any(String),
      content: { civilStatus: { declared: { familyName: 'Okafor' } }, observation: { by: 'own-team' } },
      provenance: { agency: 'asso-refuge', convention: 'referral@1' },
    });
    const rows = await ase.database.owner.query<unknown[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'read' AND record ->> 'reference' = $1`,
      [item.reference],
    );
    expect(rows).toHaveLength(1);
    const stranger = await ase.as({ unit: 'other', roles: ['supervisor'] });
    await stranger.get(`/v1/received-referrals/${item.id}`).expect(404);
    await acknowledge(stranger, item).expect(404);
    expect(ase.logLines.join('\n')).not.toContain('Okafor');
  });

  it('of the police comes without their account', async () => {
    const { id } = await receive(police);
    const { body } = await caseworker.get(`/v1/received-referrals/${id}`).expect(200);
    expect(body.content.observation).toEqual({
      signs: ['controlled-by-others', 'debt'],
      by: 'own-team',
      on: '2026-01-18',
    });
    expect(body.withheld).toEqual(['observation.account']);
  });

  it('is acknowledged once, and its sender learns of it', async () => {
    const item = await receive();
    await acknowledge(caseworker, { ...item, version: 9 }).expect(412);
    const key = randomUUID();
    const { body } = await acknowledge(caseworker, item, key).expect(202);
    expect(body).toMatchObject({ state: 'acknowledged', version: 2, allowed: true });
    expect((await acknowledge(caseworker, item, key).expect(202)).body).toEqual(body);
    expect((await acknowledge(caseworker, { ...item, version: 2 }).expect(409)).body.code).toBe(
      'referral-acknowledged',
    );
    await eventually(() => {
      const told = association.received.filter(
        ({ envelope: { type, subject } }) => type === REFERRAL_ACKNOWLEDGED && subject === item.reference,
      );
      expect(told.map(({ data }) => data)).toEqual([
        { acknowledgedAt: body.acknowledgedAt, role: 'caseworker', unit: UNIT },
      ]);
    });
  });

  it('waits on the desk until somebody takes note, and is overdue after the delay', async () => {
    const item = await receive();
    const onDesk = async (section: string) => {
      const { body } = await caseworker.get(`/v1/desk?kind=received-referral&section=${section}`).expect(200);
      return (body.items as Item[]).map(({ caseId }) => caseId);
    };
    expect(await onDesk('new')).toContain(item.caseId);
    await ase.database.owner.query(
      `UPDATE referral.received SET acknowledge_by = now() - interval '1 minute' WHERE id = $1`,
      [item.id],
    );
    expect(await onDesk('overdue')).toContain(item.caseId);
    const { body: list } = await caseworker.get('/v1/received-referrals?overdue=true').expect(200);
    expect((list.items as Item[]).map(({ id }) => id)).toEqual([item.id]);
    const page = (await ase.anonymous().get('/metrics').expect(200)).text;
    expect(page).toMatch(/^liaison_referrals_owed_overdue\{.*peer="asso-refuge".*\} 1$/m);
    await acknowledge(caseworker, item).expect(202);
    expect(await onDesk('overdue')).not.toContain(item.caseId);
  });

  it('is a case as any other: found by name, in the timeline, in the change feed, for somebody to take', async () => {
    const { body: before } = await caseworker.get('/v1/changes?after=now').expect(200);
    const item = await receive(association, {
      civilStatus: { declared: { familyName: 'Ogunbanjo' } },
      age: { ground: 'unknown' },
    });
    const { body: found } = await caseworker.get('/v1/search?q=ogunbanjo').expect(200);
    expect(found.items).toEqual([expect.objectContaining({ caseId: item.caseId })]);
    const { body: timeline } = await caseworker.get(`/v1/cases/${item.caseId}/timeline`).expect(200);
    expect(timeline.items[0]).toMatchObject({ kind: 'referral-received' });
    await feedCaughtUp(ase.database);
    const { body: changes } = await caseworker.get(`/v1/changes?after=${before.next}`).expect(200);
    expect(changes.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ resource: 'received-referral', kind: 'received' })]),
    );
    await caseworker
      .post(`/v1/cases/${item.caseId}/assignment/take`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '"0"')
      .send({})
      .expect(200);
  });

  it('a revocation of some fields: restricted, only a supervisor reads them; purged, nobody, and its sender learns which', async () => {
    const item = await receive(association, {
      civilStatus: { declared: { familyName: 'Retenue' } },
      age: { ground: 'unknown' },
    });
    await acknowledge(caseworker, item).expect(202);
    const supervisor = await ase.as({ unit: UNIT, roles: ['supervisor'] });
    const [row] = await ase.database.owner.query<{ event_id: string }[]>(
      'SELECT event_id FROM referral.received WHERE id = $1',
      [item.id],
    );
    const revoke = (effect: string, fields: readonly string[]) =>
      association.sayMore('ase-75', item.reference, {
        type: SHARE_REVOKED,
        document: {
          revokedAt: new Date().toISOString(),
          effect,
          events: [row?.event_id],
          fields,
        },
        purpose: 'after-sharing',
      });
    const read = async (as: Agent) =>
      (await as.get(`/v1/received-referrals/${item.id}`).expect(200)).body as {
        content: { observation: object; civilStatus?: object };
        withheld: string[];
      };

    await revoke('restrict', ['observation.account']);
    await eventually(async () => expect((await read(caseworker)).withheld).toContain('observation.account'));
    expect((await read(caseworker)).content.observation).not.toHaveProperty('account');
    expect((await read(supervisor)).content.observation).toHaveProperty('account');

    await revoke('purge', ['civilStatus.declared.familyName']);
    const purged = await eventually(() => {
      const found = association.received.find(
        ({ envelope }) => envelope.type === SHARE_PURGED && envelope.subject === item.reference,
      );
      if (!found) throw new Error('nothing was confirmed yet');
      return found;
    });
    expect(purged.data).toMatchObject({
      purged: [row?.event_id],
      fields: ['civilStatus.declared.familyName'],
    });
    expect(JSON.stringify(await read(supervisor))).not.toContain('Retenue');
    expect((await read(supervisor)).content.observation).toHaveProperty('account');
    const { body: found } = await supervisor.get('/v1/search?q=retenue').expect(200);
    expect(found.items).toEqual([]);
  });
});
