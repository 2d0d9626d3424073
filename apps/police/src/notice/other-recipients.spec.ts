import {
  NOTICE_ACKNOWLEDGED,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
  type NoticeIssuedV2,
  PARTNER_ANSWERED,
  SHARE_REVOKED,
  type ShareRevokedV1,
} from '@liaison/contracts';
import {
  type AgencyWorld,
  currentConvention,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { POLICE } from '../service';
import { Notices } from './notices.test';

const PEERS = ['prefecture-75', 'ase-75', 'asso-refuge', 'parquet-75'] as const;

describe('a notice that goes to others than préfectures', () => {
  let world: AgencyWorld;
  let police: TestService;
  let notices: Notices;
  const peers = {} as Record<(typeof PEERS)[number], TestPeer>;

  beforeAll(async () => {
    world = await startAgencyWorld();
    for (const id of PEERS) peers[id] = await startPeer(world, id);
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
  });
  afterAll(() => world.stop());

  const person = (familyName: string, birthDate: string, more: Partial<NoticeIssuedV2> = {}) =>
    aNotice({ civilStatus: { declared: { familyName, birthDate }, languages: ['en'] }, ...more });
  /** The newest of that type that a peer has got. */
  const arrived = (at: (typeof PEERS)[number], type: string, before = 0) =>
    eventually(() => {
      const found = peers[at].received.slice(before).find(({ envelope }) => envelope.type === type);
      if (!found) throw new Error(`no ${type} at ${at}`);
      return found as typeof found & { readonly data: Partial<NoticeIssuedV2> };
    });
  const post = (id: string, verb: string, body: object) =>
    notices.officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send(body);
  const counts = () => PEERS.map((id) => peers[id].received.length);

  it('tells each for its own purpose what its own convention lets it know, amended and withdrawn too', async () => {
    const content = person('Enfant', '2015-06-14');
    const recipients = ['prefecture-75', 'ase-75', 'parquet-75'].map((agency) => ({ agency }));
    const issued = await notices.issueNow({ content, recipients });
    expect(issued.body.recipients).toMatchObject([
      { recipient: 'prefecture-75', allowed: true, convention: currentConvention('police-prefecture') },
      { recipient: 'ase-75', allowed: true, convention: 'police-ase@1' },
      { recipient: 'parquet-75', allowed: true, convention: 'police-justice@1' },
    ]);
    const id = String(issued.body.id);
    const ase = await arrived('ase-75', NOTICE_ISSUED);
    expect(ase.envelope).toMatchObject({ purpose: 'protection-of-minors', recipientversion: 1 });
    expect(ase.data.civilStatus).toMatchObject({ declared: { familyName: 'Enfant' } });
    expect(ase.withheld).toEqual(expect.arrayContaining(['exploitation.account', 'contact.phone']));
    const parquet = await arrived('parquet-75', NOTICE_ISSUED);
    expect(parquet.envelope.purpose).toBe('prosecution-of-traffickers');
    expect(parquet.data.exploitation).toHaveProperty('account');
    expect((await arrived('prefecture-75', NOTICE_ISSUED)).envelope.purpose).toBe('residence-of-victims');
    // Three purposes, one notice: its author sees one version.
    const { body: versions } = await notices.officer.get(`/v1/cases/${id}/export`).expect(200);
    expect(versions.versions ?? versions.documents).toHaveLength(1);

    await peers['ase-75'].answer(ase, {
      type: NOTICE_ACKNOWLEDGED,
      document: {
        acknowledgedAt: new Date().toISOString(),
        role: 'caseworker',
        unit: 'mna',
        recipientVersion: 1,
      },
      purpose: 'protection-of-minors',
    });
    await eventually(async () => {
      const noted = (await notices.deliveries(id)).find(({ recipient }) => recipient === 'ase-75');
      expect(noted).toMatchObject({
        state: 'acknowledged',
        acknowledgements: [{ role: 'caseworker', unit: 'mna', recipientVersion: 1 }],
      });
    });

    const amended = await post(id, 'amend', {
      content: { ...content, vulnerability: { minor: true } },
      reason: 'correction',
    });
    expect(amended.status).toBe(202);
    for (const at of ['ase-75', 'parquet-75', 'prefecture-75'] as const) {
      expect((await arrived(at, NOTICE_AMENDED)).envelope.recipientversion).toBe(2);
    }
    expect((await post(id, 'withdraw', { reason: 'not-a-victim' })).status).toBe(202);
    for (const at of ['ase-75', 'parquet-75', 'prefecture-75'] as const) await arrived(at, NOTICE_WITHDRAWN);
  });

  it('moves: whoever stays and may not have it any more learns that what it holds no longer stands (R08)', async () => {
    const content = person('Partante', '2015-06-14');
    const recipients = ['prefecture-75', 'ase-75'].map((agency) => ({ agency }));
    const before = counts();
    const { body: issued } = await notices.issueNow({ content, recipients });
    await arrived('ase-75', NOTICE_ISSUED, before[1]);
    const away = ['prefecture-13', 'ase-75'].map((agency) => ({ agency }));
    const { body: moved } = await post(String(issued.id), 'move', { departement: '13', recipients: away });
    expect(moved).toMatchObject({
      recipients: [
        { recipient: 'prefecture-13', allowed: true },
        { recipient: 'ase-75', allowed: false, denial: { code: 'relation-missing' } },
      ],
      superseded: ['prefecture-75', 'ase-75'],
    });
    const { data } = await arrived('ase-75', NOTICE_SUPERSEDED, before[1]);
    expect(data).toEqual({ supersededAt: expect.any(String), reason: 'moved' });
    const got = peers['ase-75'].received.slice(before[1]).map(({ envelope }) => envelope.type);
    expect(got).not.toContain(NOTICE_AMENDED);
    expect((await post(String(issued.id), 'withdraw', { reason: 'other' })).status).toBe(202);
    await arrived('ase-75', NOTICE_WITHDRAWN, before[1]);
  });

  it('shows what the parquet told since beside the steps that its author wrote, which stay as they are', async () => {
    const written = { kind: 'complaint', status: 'considered' } as const;
    const content = person('Plaignante', '1999-06-14', { steps: [written] });
    const before = peers['parquet-75'].received.length;
    const { body } = await notices.issueNow({ content, recipients: [{ agency: 'parquet-75' }] });
    const stepsOf = async () => {
      const answer = await notices.officer.get(`/v1/cases/${String(body.id)}/steps`).expect(200);
      const { items } = answer.body as {
        items: { kind: string; origin: { from: string; agency: string } }[];
      };
      return items.map(({ kind, origin: { from, agency } }) => [kind, from, agency]);
    };
    expect(await stepsOf()).toEqual([['complaint', 'notice', 'police-75']]);
    const told = await arrived('parquet-75', NOTICE_ISSUED, before);
    for (const choice of ['taken-up', 'enquiry-opened']) {
      await peers['parquet-75'].answer(told, {
        type: PARTNER_ANSWERED,
        document: { choice, answeredAt: new Date().toISOString(), role: 'caseworker', unit: 'mineurs' },
        purpose: 'prosecution-of-traffickers',
      });
    }
    await eventually(async () => {
      expect(await stepsOf()).toEqual([
        ['criminal-procedure', 'partner-answer', 'parquet-75'],
        ['complaint', 'notice', 'police-75'],
      ]);
    });
  });

  it('an adult reaches an association with their consent, at a contact who is named, and without a name', async () => {
    const content = person('Majeure', '2001-06-14');
    const contact = [{ agency: 'asso-refuge', unit: 'maraude' }];
    const preview = async (id: string, body: object) => {
      const { body: answer } = await notices.officer.post(`/v1/notices/${id}/preview`).send(body).expect(200);
      const [item] = (answer as { items: { allowed: boolean; denial: { code: string } | null }[] }).items;
      return item?.denial?.code ?? item?.allowed;
    };
    const { id } = await notices.draft(content);
    expect(await preview(id, { recipients: contact })).toBe('condition-not-met');
    expect(await preview(id, { recipients: [{ agency: 'asso-refuge' }] })).toBe('relation-missing');
    expect(await preview(id, { recipients: [{ agency: 'asso-refuge', unit: 'foyer' }] })).toBe(
      'relation-missing',
    );
    const said = await notices.officer
      .post(`/v1/cases/${id}/consents`)
      .set('Idempotency-Key', randomUUID())
      .send({
        to: 'association',
        purpose: 'orientation-of-adults',
        value: 'given',
        form: 'written',
        language: 'en',
        explainedAs: 'caseworker',
      });
    expect([said.status < 300, said.body]).toEqual([true, expect.anything()]);

    const before = counts();
    const issued = await notices.issue(id, '*', { recipients: contact });
    expect(issued.body.recipients).toMatchObject([{ recipient: 'asso-refuge', allowed: true }]);
    const notice = await arrived('asso-refuge', NOTICE_ISSUED, before[2]);
    expect(notice.envelope).toMatchObject({ purpose: 'orientation-of-adults', recipientunit: 'maraude' });
    expect(JSON.stringify(notice.data)).not.toContain('Majeure');
    expect(notice.data.civilStatus).toMatchObject({ languages: ['en'] });
    expect(counts().filter((count, index) => count > (before[index] ?? 0))).toHaveLength(1);

    expect(
      (await post(String(issued.body.id), 'consent', { to: 'association', value: 'withdrawn' })).status,
    ).toBe(202);
    const { data } = await arrived('asso-refuge', SHARE_REVOKED, before[2]);
    expect(data as ShareRevokedV1).toMatchObject({
      effect: 'purge',
      events: [notice.envelope.id],
    });
  });
});
