import { AfterSharingSweep, type NoticeItem, type NoticeView } from '@liaison/casework';
import {
  ATTACHMENT_ADDED,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  OPINION_ANSWERED,
  SHARE_PURGED,
  SHARE_REVOKED,
  type SharePurgedV1,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import { Dispatcher, Outbox } from '@liaison/messaging';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  currentConvention,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  describeOnBothBrokers,
} from '@liaison/testing';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import type { OpinionView } from './opinion-request/opinion-request.dto';
import { PREFECTURE } from './service';

const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };
const FILE = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(500)]);

describeOnBothBrokers('what follows after sharing, at who received', (broker) => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let desk: Agent;
  let supervisor: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld({ broker });
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    supervisor = await prefecture.as({ unit: 'desk', roles: ['supervisor'] });
  });
  afterAll(() => world.stop());

  const query = <Row extends object>(sql: string, ...parameters: unknown[]) =>
    prefecture.database.owner.query<Row[]>(sql, parameters);
  const versions = (reference: string, count = 1) =>
    eventually(async () => {
      const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
      const items = (body as { items: NoticeItem[] }).items
        .filter((item) => item.reference === reference)
        .sort((a, b) => a.recipientVersion - b.recipientVersion);
      expect(items).toHaveLength(count);
      return items;
    });
  /** A notice that has arrived, with the id of its event. */
  const received = async (familyName: string) => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice({ civilStatus: { declared: { familyName } } }),
      facts: ADULT,
    });
    const [item] = await versions(reference);
    const [row] = await query<{ event_id: string }>(
      'SELECT event_id FROM notice.received_notice WHERE reference = $1',
      reference,
    );
    return { reference, event: row?.event_id ?? '', id: item?.id ?? '', caseId: item?.caseId ?? '' };
  };
  const withDocument = async (reference: string) => {
    await police.sayMore('prefecture-75', reference, {
      type: ATTACHMENT_ADDED,
      document: {
        attachment: randomUUID(),
        part: 1,
        parts: 1,
        addedAt: new Date().toISOString(),
        departement: '75',
        identityDocument: {
          name: 'carte.pdf',
          mediaType: 'application/pdf',
          size: FILE.length,
          sha256: createHash('sha256').update(FILE).digest('hex'),
          data: FILE.toString('base64'),
        },
      },
    });
    return eventually(async () => {
      const [row] = await query<{ id: string; event_id: string }>(
        `SELECT a.id, p.event_id FROM casework.attachment a JOIN casework.attachment_part p ON p.attachment_id = a.id
          WHERE a.reference = $1 AND a.state = 'complete'`,
        reference,
      );
      if (!row) throw new Error('no document yet');
      return { id: row.id, event: row.event_id };
    });
  };
  const revoke = (reference: string, effect: string, events: readonly string[]) =>
    police.sayMore('prefecture-75', reference, {
      type: SHARE_REVOKED,
      document: { revokedAt: new Date().toISOString(), effect, events },
      purpose: 'after-sharing',
    });
  const answers = (reference: string, count: number) =>
    eventually(() => {
      const found = police.received.filter(
        ({ envelope }) => envelope.type === SHARE_PURGED && envelope.subject === reference,
      );
      expect(found).toHaveLength(count);
      return found.map(({ data }) => data as SharePurgedV1);
    });
  const found = async (agent: Agent, q: string) =>
    ((await agent.get('/v1/search').query({ q }).expect(200)).body as { items: object[] }).items.length;
  const post = (agent: Agent, path: string, body: object, etag = '*') =>
    agent.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', etag).send(body);
  const happened = async (caseId: string) =>
    (
      (await supervisor.get(`/v1/cases/${caseId}/timeline`).query({ limit: 200 }).expect(200)).body as {
        items: { kind: string }[];
      }
    ).items.map(({ kind }) => kind);
  const recorded = async (reference: string) =>
    (
      await query<{ kind: string; reason: string | null }>(
        `SELECT kind, record ->> 'reason' AS reason FROM messaging.audit_record
          WHERE reference = $1 AND kind IN ('purge', 'restriction') ORDER BY at`,
        reference,
      )
    ).map(({ kind, reason }) => [kind, reason]);

  it('restrict: kept, read and found by supervisors only', async () => {
    const { reference, event, id, caseId } = await received('Ndiaye-Restreint');
    const document = await withDocument(reference);
    const content = `/v1/cases/${caseId}/attachments/${document.id}/content`;
    await desk.get(content).expect(200);
    expect(await found(desk, 'Restreint')).toBe(1);

    await revoke(reference, 'restrict', [event, document.event]);
    await eventually(async () => expect((await desk.get(`/v1/notices/${id}`)).status).toBe(404));
    const view = (await supervisor.get(`/v1/notices/${id}`).expect(200)).body as NoticeView;
    expect(view.content).toMatchObject({ civilStatus: { declared: { familyName: 'Ndiaye-Restreint' } } });
    expect(view.restrictedSince).not.toBeNull();
    expect(await found(desk, 'Restreint')).toBe(0);
    expect(await found(supervisor, 'Restreint')).toBe(1);
    expect([(await desk.get(content)).status, (await supervisor.get(content)).status]).toEqual([404, 200]);
    expect(await happened(caseId)).toContain('notice-restricted');
    expect(await recorded(reference)).toEqual([['restriction', 'revoked']]);
    expect(police.received.filter(({ envelope }) => envelope.type === SHARE_PURGED)).toEqual([]);
  });

  it('purge: content, document, words and extract are gone, what the desk wrote stays, and its sender is told', async () => {
    const { reference, event, id, caseId } = await received('Traore-Efface');
    const document = await withDocument(reference);
    await post(desk, `/v1/cases/${caseId}/notes`, { text: 'Called the counsel.' });
    const extract = await post(desk, '/v1/agdref-extracts', { subject: 'notice', id });
    await revoke(reference, 'purge', [event, document.event]);
    const [told] = await answers(reference, 1);
    expect(told).toMatchObject({ reason: 'revoked', kept: [] });
    expect([...(told?.purged ?? [])].sort()).toEqual([event, document.event].sort());

    expect((await supervisor.get(`/v1/notices/${id}`)).body).toMatchObject({
      status: 410,
      code: 'notice-voided',
    });
    expect(await versions(reference)).toMatchObject([{ state: 'voided', purgeReason: 'revoked' }]);
    expect(
      await query('SELECT content, withheld, provenance FROM notice.received_notice WHERE id = $1', id),
    ).toEqual([{ content: {}, withheld: [], provenance: {} }]);
    expect(await query('SELECT FROM desk.search_term WHERE case_id = $1', caseId)).toEqual([]);
    expect(await query('SELECT FROM casework.attachment_part WHERE attachment_id = $1', document.id)).toEqual(
      [],
    );
    expect(
      await query('SELECT state, name, sha256 FROM casework.attachment WHERE id = $1', document.id),
    ).toEqual([{ state: 'voided', name: null, sha256: null }]);
    if (extract.status < 300) {
      expect(
        await query('SELECT json, csv FROM prefecture.agdref_extract WHERE subject_id = $1', id),
      ).toEqual([{ json: '', csv: '' }]);
    }
    const { body } = await desk.get(`/v1/cases/${caseId}/notes`).expect(200);
    expect(JSON.stringify(body)).toContain('Called the counsel.');
    expect(await happened(caseId)).toContain('notice-purged');
    expect(await recorded(reference)).toEqual([['purge', 'revoked']]);
  });

  it('a legal duty keeps it, restricted; it is purged once the duty has ended, and both are told', async () => {
    const { reference, event, id } = await received('Kone-Dossier');
    const lodged = await post(desk, '/v1/permits', {
      noticeId: id,
      ground: 'cooperation',
      situation: { complaintOn: new Date().toISOString().slice(0, 10), linksBroken: true },
      lodgedOn: new Date().toISOString().slice(0, 10),
    });
    expect([lodged.status, lodged.body.code]).toEqual([201, undefined]);
    await revoke(reference, 'purge', [event]);
    expect(await answers(reference, 1)).toMatchObject([{ purged: [], kept: [event] }]);
    expect((await desk.get(`/v1/notices/${id}`)).status).toBe(404);
    await supervisor.get(`/v1/notices/${id}`).expect(200);
    expect(await recorded(reference)).toEqual([['restriction', 'legal-duty']]);

    await query("UPDATE casework.share_order SET at = at - interval '2 days' WHERE event_id = $1", event);
    await prefecture.app.get(AfterSharingSweep).sweep();
    await supervisor.get(`/v1/notices/${id}`).expect(200);

    const abandoned = await post(desk, `/v1/permits/${lodged.body.id}/abandon`, {});
    expect([abandoned.status, abandoned.body.code]).toEqual([200, undefined]);
    await query("UPDATE casework.share_order SET at = at - interval '2 days' WHERE event_id = $1", event);
    await prefecture.app.get(AfterSharingSweep).sweep();
    expect((await answers(reference, 2))[1]).toMatchObject({ reason: 'revoked', purged: [event], kept: [] });
    expect((await supervisor.get(`/v1/notices/${id}`)).status).toBe(410);
    const [permit] = await query<{ state: string; holder: object }>(
      'SELECT state, holder FROM prefecture.residence_permit WHERE id = $1',
      lodged.body.id,
    );
    expect(permit).toMatchObject({ state: 'abandoned', holder: { familyName: 'Kone-Dossier' } });
  });

  it('an answer to a request for an opinion: its words go where no duty rests on the application', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const permit = await post(desk, '/v1/permits', {
      ground: 'cooperation',
      holder: { familyName: 'Keita-Avis' },
      situation: { complaintOn: today, linksBroken: true },
      lodgedOn: today,
    });
    const asked = await post(desk, '/v1/opinion-requests', {
      subject: 'permit-application',
      subjectId: permit.body.id,
      agency: 'police-75',
      unit: 'brp',
      question: 'Do you know of the facts?',
      dueOn: new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10),
    });
    expect([asked.status, asked.body.code]).toEqual([202, undefined]);
    const { id } = asked.body as { id: string };
    const question = await eventually(() => {
      const request = police.received.find(({ data }) => (data as { request?: string }).request === id);
      if (!request) throw new Error('not asked yet');
      return request;
    });
    await police.answer(question, {
      type: OPINION_ANSWERED,
      document: {
        request: id,
        outcome: 'refused',
        reason: 'no-elements',
        explanation: 'Nothing is known of her at that address.',
        answeredAt: new Date().toISOString(),
      },
    });
    const view = async (agent: Agent) =>
      (await agent.get(`/v1/opinion-requests/${id}`).expect(200)).body as OpinionView;
    await eventually(async () => expect((await view(desk)).explanation).toContain('Nothing is known'));
    const [row] = await query<{ answer_event: string }>(
      'SELECT answer_event FROM prefecture.opinion_request WHERE id = $1',
      id,
    );
    const event = row?.answer_event ?? '';

    await police.answer(question, {
      type: SHARE_REVOKED,
      document: { revokedAt: new Date().toISOString(), effect: 'purge', events: [event] },
      purpose: 'after-sharing',
    });
    expect(await answers(question.envelope.subject, 1)).toMatchObject([{ purged: [], kept: [event] }]);
    expect(await view(desk)).toMatchObject({ explanation: null, reason: null, state: 'refused' });
    expect(await view(supervisor)).toMatchObject({
      explanation: expect.stringContaining('Nothing is known'),
    });

    expect((await post(desk, `/v1/permits/${permit.body.id}/abandon`, {})).status).toBe(200);
    await query("UPDATE casework.share_order SET at = at - interval '2 days' WHERE event_id = $1", event);
    await prefecture.app.get(AfterSharingSweep).sweep();
    expect((await answers(question.envelope.subject, 2))[1]).toMatchObject({ purged: [event], kept: [] });
    expect(await view(supervisor)).toMatchObject({
      explanation: null,
      reason: null,
      state: 'refused',
      purgeReason: 'revoked',
    });
  });

  it('a purge that comes before what it speaks of: nothing of it is ever shown', async () => {
    const recipient = world.directory.findAgency('prefecture-75') as Agency;
    const common = {
      recipient: 'prefecture-75',
      subject: randomUUID(),
      decision: '3'.repeat(64),
      audit: 'a'.repeat(64),
    };
    const notice = anEnvelope('police-75', {
      ...common,
      type: NOTICE_ISSUED,
      sequence: 1,
      recipientversion: 1,
      purpose: 'residence-of-victims',
      convention: currentConvention('police-prefecture'),
      data: { procedure: { departement: '75' }, civilStatus: { declared: { familyName: 'Sow-Avant' } } },
    });
    const revoked = anEnvelope('police-75', {
      ...common,
      type: SHARE_REVOKED,
      sequence: 2,
      recipientversion: 2,
      purpose: 'after-sharing',
      data: { revokedAt: new Date().toISOString(), effect: 'purge', events: [notice.id] },
    });
    await publishUnchecked(police, recipient, [revoked]);
    expect(await answers(common.subject, 1)).toMatchObject([{ revocation: revoked.id, purged: [notice.id] }]);
    await publishUnchecked(police, recipient, [notice, revoked]);
    expect(await versions(common.subject)).toMatchObject([{ state: 'voided', purgeReason: 'revoked' }]);
    expect(await found(supervisor, 'Sow-Avant')).toBe(0);
    await answers(common.subject, 1);
  });

  it('what was kept as long as its convention allows is purged by itself, and its sender is told', async () => {
    const { reference, event, id } = await received('Cisse-Terme');
    const document = await withDocument(reference);
    const view = (await desk.get(`/v1/notices/${id}`).expect(200)).body as NoticeView;
    const years = new Date(view.keepUntil ?? 0).getUTCFullYear() - new Date(view.receivedAt).getUTCFullYear();
    expect(years).toBe(5);
    const sweep = () => prefecture.app.get(AfterSharingSweep).sweep();
    await sweep();
    await desk.get(`/v1/notices/${id}`).expect(200);

    await query('UPDATE notice.received_notice SET keep_until = now() WHERE id = $1', id);
    await query('UPDATE casework.attachment SET keep_until = now() WHERE id = $1', document.id);
    await Promise.all([sweep(), sweep()]);
    await sweep();
    const [told] = await answers(reference, 1);
    expect(told).toMatchObject({ reason: 'term-ended', kept: [] });
    expect(told?.revocation).toBeUndefined();
    expect([...(told?.purged ?? [])].sort()).toEqual([event, document.event].sort());
    expect(await versions(reference)).toMatchObject([{ state: 'voided', purgeReason: 'term-ended' }]);
    expect(await recorded(reference)).toEqual([
      ['purge', 'term-ended'],
      ['purge', 'term-ended'],
    ]);
  });

  it('shared again: what is new is there, and what the desk wrote itself is as it was', async () => {
    const { reference, event, id, caseId } = await received('Bah-Encore');
    await post(desk, `/v1/cases/${caseId}/notes`, { text: 'Own words.' });
    const opened = await post(desk, '/v1/reflection-periods', { noticeId: id, language: 'fr' });
    expect([opened.status, opened.body.code]).toEqual([201, undefined]);
    const own = () =>
      query(
        'SELECT p.*, n.text FROM prefecture.reflection_period p JOIN desk.note n USING (case_id) WHERE p.case_id = $1',
        caseId,
      );
    const before = await own();
    await revoke(reference, 'restrict', [event]);
    await eventually(async () => expect((await desk.get(`/v1/notices/${id}`)).status).toBe(404));
    await police.sayMore('prefecture-75', reference, {
      type: NOTICE_AMENDED,
      document: {
        amendment: { reason: 'correction' },
        ...aNotice({ civilStatus: { declared: { familyName: 'Bah-Encore', givenNames: ['Awa'] } } }),
      },
    });
    const [, next] = await versions(reference, 2);
    const view = (await desk.get(`/v1/notices/${next?.id}`).expect(200)).body as NoticeView;
    expect(view.content).toMatchObject({ civilStatus: { declared: { givenNames: ['Awa'] } } });
    expect(view.restrictedSince).toBeNull();
    // What the reader may not read is not compared with either.
    expect(view.changed).toBeNull();
    expect(before).toHaveLength(1);
    expect(await own()).toEqual(before);
  });

  it('where something came from is shown with it, and it goes no further where its convention says so', async () => {
    const { event, id, caseId } = await received('Sarr-Origine');
    const view = (await desk.get(`/v1/notices/${id}`).expect(200)).body as NoticeView;
    const provenance = { agency: 'police-75', event, convention: currentConvention('police-prefecture') };
    expect(view.provenance).toMatchObject({ civilStatus: provenance });

    const ase = world.directory.findAgency('ase-75') as Agency;
    const recorded = await prefecture.database.ingest.transaction((manager) =>
      prefecture.app.get(Outbox).append(manager, caseId, {
        type: NOTICE_ISSUED,
        document: view.content,
        purpose: 'protection-of-minors',
        unit: 'desk',
        correlationId: randomUUID(),
        decidedAt: new Date(),
        origins: [provenance],
        recipients: [{ agency: ase }],
      }),
    );
    prefecture.app.get(Dispatcher).wake(recorded.lanes);
    await eventually(async () => {
      const rows = await query<{ state: string; reason: string }>(
        'SELECT state, reason FROM messaging.delivery WHERE event_id = $1',
        recorded.intents[0]?.eventId,
      );
      expect(rows).toEqual([{ state: 'refused', reason: 'no-onward-sharing' }]);
    });
  });
});
