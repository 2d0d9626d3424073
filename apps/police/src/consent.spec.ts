import { BROKER } from '@liaison/casework';
import { ATTACHMENT_ADDED, inboxTopic, SHARE_REVOKED, type ShareRevokedV1 } from '@liaison/contracts';
import type { Broker, ReceivedEvent } from '@liaison/messaging';
import {
  type AgencyWorld,
  aNotice,
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
import { asksForConsent, Notices, receivedAbout } from './notice/notices.test';
import { POLICE } from './service';

const UNPROTECTED = { identity: false, address: false };

/** The convention of documents, where those that bear a name rest on consent too. */
const documentsAskForConsent = (text: string): string =>
  text
    .replace(
      'when: { protectedIdentity: [false], protectedAddress: [false] }',
      'when: { protectedIdentity: [false], protectedAddress: [false], consent: [given] }',
    )
    .replace('whenItEnds: { protection: restrict,', 'whenItEnds: { consent: purge, protection: restrict,');

describe('a consent of the case', () => {
  let folders: readonly string[];
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    const ofNotices = changedConvention('police-prefecture', asksForConsent);
    const conventionsDir = changedConvention('attachments', documentsAskForConsent, ofNotices);
    folders = [ofNotices, conventionsDir];
    world = await startAgencyWorld({ conventionsDir });
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
  });
  afterAll(async () => {
    await world.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const named = (familyName: string) =>
    aNotice({
      civilStatus: {
        declared: { familyName },
        real: { familyName, verifiedBy: 'Consulate', verifiedOn: '2026-03-01' },
      },
    });
  const revocations = (reference: string) =>
    prefecture.received.filter(
      ({ envelope }) => envelope.type === SHARE_REVOKED && envelope.subject === reference,
    ) as ReceivedEvent<ShareRevokedV1>[];
  const revoked = (reference: string) =>
    eventually(() => {
      const [found] = revocations(reference);
      if (!found) throw new Error('nothing was revoked yet');
      return found;
    });
  const happened = async (id: string) => {
    const { body } = await notices.officer.get(`/v1/cases/${id}/timeline`).query({ limit: 200 }).expect(200);
    return (body as { items: { kind: string; detail: object }[] }).items;
  };
  const settled = (reference: string) =>
    eventually(async () => {
      const rows = await police.database.owner.query<object[]>(
        `SELECT FROM messaging.delivery_status
          WHERE reference = $1 AND state IN ('pending', 'frozen', 'sent')`,
        [reference],
      );
      expect(rows).toEqual([]);
    });

  const AGREED = {
    to: 'prefecture',
    purpose: 'residence-of-victims',
    value: 'given',
    form: 'oral-witnessed',
    language: 'yo',
    explainedAs: 'interpreter',
  };
  const say = (id: string, body: object, as = notices.officer) =>
    as.post(`/v1/cases/${id}/consents`).set('Idempotency-Key', randomUUID()).send(body);
  const WITHDRAWN = { to: 'prefecture', purpose: 'residence-of-victims', value: 'withdrawn' };

  it('is asked before there is a notice, counts when one is issued, and ends what rests on it', async () => {
    const { id, etag } = await notices.draft(named('Avant'), { protection: UNPROTECTED });
    expect((await say(id, AGREED)).body).toMatchObject({ caseId: id, value: 'given' });
    expect((await notices.issue(id, etag)).status).toBe(202);
    const received = await receivedAbout('Avant', prefecture);

    expect((await say(id, WITHDRAWN)).status).toBe(201);
    const { data } = await revoked(received.envelope.subject);
    expect(data).toMatchObject({ effect: 'purge', events: [received.envelope.id] });

    const { body } = await notices.officer.get(`/v1/cases/${id}/consents`).expect(200);
    expect(body.items).toMatchObject([
      { value: 'withdrawn', current: true, form: null },
      {
        value: 'given',
        current: false,
        form: 'oral-witnessed',
        language: 'yo',
        explainedAs: 'interpreter',
      },
    ]);
    expect((await happened(id)).filter(({ kind }) => kind === 'consent-recorded')).toHaveLength(2);
  });

  it('is withdrawn while the notice waits: it does not leave', async () => {
    const { id, etag } = await notices.draft(named('Attente'), { protection: UNPROTECTED });
    await say(id, AGREED).expect(201);
    await whileNothingLeaves(police, ['prefecture-75'], async () => {
      expect((await notices.issue(id, etag)).status).toBe(202);
      await say(id, WITHDRAWN).expect(201);
    });
    expect(await notices.whenDelivered(id, 'refused')).toMatchObject({ reason: 'condition-not-met' });
  });

  it('is withdrawn between freeze and send: what was sealed is taken back, and never read', async () => {
    const { id, etag } = await notices.draft(named('Scellé'), { protection: UNPROTECTED });
    await say(id, AGREED).expect(201);
    const broker = police.app.get<Broker>(BROKER);
    const publish = broker.publish.bind(broker);
    let held: string[] = [];
    const away = jest.spyOn(broker, 'publish').mockImplementation((topic, partition, messages) => {
      if (topic !== inboxTopic('prefecture-75')) return publish(topic, partition, messages);
      return Promise.reject(new Error('the broker is away'));
    });
    expect((await notices.issue(id, etag)).status).toBe(202);
    await eventually(async () => {
      const rows = await police.database.owner.query<{ event_id: string }[]>(
        `SELECT d.event_id FROM messaging.delivery d JOIN police.notice n ON n.case_id = d.case_id
          WHERE n.id = $1 AND d.state = 'frozen'`,
        [id],
      );
      expect(rows).toHaveLength(1);
      held = rows.map(({ event_id }) => event_id);
    });
    await say(id, WITHDRAWN).expect(201);
    away.mockRestore();
    await eventually(async () => {
      const rows = await police.database.owner.query<{ state: string; reason: string }[]>(
        `SELECT d.state, d.reason, v.state AS there FROM messaging.delivery d JOIN messaging.voiding v USING (event_id)
          WHERE d.event_id = ANY ($1)`,
        [held],
      );
      expect(rows).toEqual([{ state: 'revoked', reason: 'consent', there: 'never-seen' }]);
    });
    expect(JSON.stringify(prefecture.received)).not.toContain('Scellé');
    // What never arrived is not to be purged there.
    expect((await happened(id)).filter(({ kind }) => kind === 'share-revoked')).toEqual([]);
  });

  it('holds for the documents of the notice: with it they go, and with it they are to be purged', async () => {
    const { id, etag } = await notices.draft(named('Pièce'), { protection: UNPROTECTED });
    const add = (name: string) =>
      notices.officer
        .post(`/v1/notices/${id}/attachments`)
        .query({ kind: 'complaintReceipt', name })
        .set('Idempotency-Key', randomUUID())
        .set('Content-Type', 'application/pdf')
        .send(Buffer.from('%PDF-1.7\nMARKED-CONSENT'));
    await add('before.pdf').expect(202);
    await say(id, AGREED).expect(201);
    expect((await notices.issue(id, etag)).status).toBe(202);
    const notice = await receivedAbout('Pièce', prefecture);
    const documents = (name: string) =>
      prefecture.received.filter(
        ({ envelope, data }) =>
          envelope.subject === notice.envelope.subject &&
          envelope.type === ATTACHMENT_ADDED &&
          JSON.stringify(data).includes(name),
      );
    const [document] = await eventually(() => {
      const found = documents('before.pdf');
      expect(found).toHaveLength(1);
      return found;
    });
    await say(id, WITHDRAWN).expect(201);
    const told = await eventually(() => {
      const found = revocations(notice.envelope.subject).flatMap(({ data }) => data);
      expect(found.flatMap(({ events }) => events)).toContain(document?.envelope.id);
      return found.filter(({ events }) => events.includes(document?.envelope.id ?? ''));
    });
    expect(told).toMatchObject([{ effect: 'purge' }]);
    await settled(notice.envelope.subject);
    const response = await add('after.pdf');
    expect([response.status, documents('after.pdf')]).toEqual([202, []]);
    await settled(notice.envelope.subject);
    // That there is one may be known (the rule on its kind), and neither its name nor what is in it.
    expect(JSON.stringify(documents('after.pdf'))).toBe('[]');
  });

  it('is for one kind of recipient and one purpose, and says how it was given', async () => {
    const { id, etag } = await notices.draft(named('Autre'), { protection: UNPROTECTED });
    await say(id, { ...AGREED, to: 'association' }).expect(201);
    await say(id, { ...AGREED, purpose: 'orientation-of-adults' }).expect(201);
    expect((await say(id, { ...AGREED, form: undefined })).body).toMatchObject({ code: 'invalid-request' });
    expect((await say(id, { ...AGREED, purpose: 'curiosity' })).body).toMatchObject({
      code: 'purpose-unknown',
    });
    expect((await say(id, { ...AGREED, on: '2999-01-01' })).body).toMatchObject({
      code: 'day-in-the-future',
    });
    const elsewhere = await police.as({ unit: 'bpm', roles: ['officer'] });
    expect((await say(id, AGREED, elsewhere)).body).toMatchObject({ code: 'case-not-found' });
    expect((await notices.issue(id, etag)).status).toBe(202);
    await notices.whenDelivered(id, 'refused');
  });
});
