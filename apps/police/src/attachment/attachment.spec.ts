import { ATTACHMENT_ADDED, type AttachmentAddedV1 } from '@liaison/contracts';
import { ForgetAnswersSweep } from '@liaison/casework';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { POLICE } from '../service';

const MARK = 'MARKED-7f3a';
const pdf = (size = 1_000, mark = '') => Buffer.concat([Buffer.from(`%PDF-1.7\n${mark}`), randomBytes(size)]);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const UNPROTECTED = { identity: false, address: false };

describe('documents of notices', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
  });
  afterAll(() => world.stop());

  const write = async (body: object = {}) =>
    String(
      (
        await officer
          .post('/v1/notices')
          .send({ content: aNotice(), protection: UNPROTECTED, ...body })
          .expect(201)
      ).body.id,
    );
  const act = (id: string, verb: string, body: object) =>
    officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send(body);
  const add = (id: string, file: Buffer, query: object = {}, key: string = randomUUID()) =>
    officer
      .post(`/v1/notices/${id}/attachments`)
      .query({ kind: 'complaintReceipt', name: 'récépissé.pdf', ...query })
      .set('Idempotency-Key', key)
      .set('Content-Type', 'application/pdf')
      .send(file);
  const partsOf = (attachment: string) =>
    prefecture.received
      .filter(({ envelope }) => envelope.type === ATTACHMENT_ADDED)
      .map(({ data }) => data as AttachmentAddedV1)
      .filter((data) => data.attachment === attachment);
  const referenceOf = (attachment: string) =>
    prefecture.received.find(({ data }) => (data as Partial<AttachmentAddedV1>).attachment === attachment)
      ?.envelope.subject;
  const arrived = (attachment: string, parts: number) =>
    eventually(() => {
      const found = partsOf(attachment);
      expect(found).toHaveLength(parts);
      return found;
    });

  it('wait with a draft, and go with it in parts, in the order of the case', async () => {
    const id = await write();
    const file = pdf(600_000);
    const key = randomUUID();
    const { body } = await add(id, file, {}, key).expect(202);
    expect(body).toMatchObject({
      name: 'récépissé.pdf',
      mediaType: 'application/pdf',
      size: file.length,
      sha256: sha256(file),
    });
    expect((await add(id, file, {}, key).expect(202)).body).toEqual(body);
    expect(partsOf(body.id)).toEqual([]);
    await act(id, 'issue', {}).expect(202);
    const parts = await arrived(body.id, 5);
    expect(parts.map(({ part, parts: of }) => [part, of])).toEqual([1, 2, 3, 4, 5].map((part) => [part, 5]));
    const whole = Buffer.concat(
      parts.map(({ complaintReceipt }) => Buffer.from(complaintReceipt?.data ?? '', 'base64')),
    );
    expect(sha256(whole)).toBe(sha256(file));
  });

  it('have names that no answer keeps, and answers that are forgotten after a day: the same key adds another then', async () => {
    const id = await write();
    const [file, key] = [pdf(), randomUUID()];
    const name = `${MARK} Adaeze.pdf`;
    const { body: first } = await add(id, file, { name }, key).expect(202);
    expect(first.name).toBe(name);
    expect((await add(id, file, { name }, key).expect(202)).body).toEqual(first);
    const answers = await police.database.owner.query('SELECT k::text FROM idempotency_key k');
    expect(JSON.stringify(answers)).toContain(first.id);
    expect(JSON.stringify(answers)).not.toContain(MARK);

    await police.app.get(ForgetAnswersSweep).sweep();
    expect((await add(id, file, { name }, key).expect(202)).body).toEqual(first);
    await police.database.owner.query(`UPDATE idempotency_key SET created_at = now() - interval '25 hours'`);
    await police.app.get(ForgetAnswersSweep).sweep();
    expect(await police.database.owner.query('SELECT FROM idempotency_key')).toEqual([]);
    expect((await add(id, file, { name }, key).expect(202)).body.id).not.toBe(first.id);
  });

  it('go with a draft that is given up: neither bytes nor names of them stay, and those of other drafts do', async () => {
    const [id, other] = [await write(), await write()];
    await add(id, pdf(300_000), { name: `${MARK}.pdf` }).expect(202);
    const kept = (await add(other, pdf()).expect(202)).body.id as string;
    const held = (notice: string) =>
      police.database.owner.query<{ id: string; parts: number }[]>(
        `SELECT a.id, count(p)::int AS parts FROM casework.attachment a
           LEFT JOIN casework.attachment_part p ON p.attachment_id = a.id WHERE a.case_id = $1 GROUP BY a.id`,
        [notice],
      );
    expect(await held(id)).toMatchObject([{ parts: 3 }]);
    // Not by the act of anybody who only asks for it.
    await police.database.serve.query('SELECT police.forget_discarded_attachments($1)', [[id, other]]);
    expect(await held(id)).toMatchObject([{ parts: 3 }]);
    await officer.delete(`/v1/notices/${id}`).set('If-Match', '*').expect(204);
    expect(await held(id)).toEqual([]);
    expect(
      await police.database.owner.query(
        'SELECT FROM casework.attachment_part p WHERE NOT EXISTS (SELECT FROM casework.attachment a WHERE a.id = p.attachment_id)',
      ),
    ).toEqual([]);
    expect(await held(other)).toEqual([{ id: kept, parts: 1 }]);
  });

  it('that are evidence or of a doctor leave in no form: neither bytes nor name', async () => {
    const id = await write();
    await act(id, 'issue', {}).expect(202);
    const { body } = await add(id, pdf(50_000, MARK), { kind: 'statement', name: `${MARK}.pdf` }).expect(202);
    const [part] = await arrived(body.id, 1);
    expect(Object.keys(part ?? {}).sort()).toEqual(['addedAt', 'attachment', 'departement', 'part', 'parts']);
    const bytes = await police.database.owner.query<{ body: Buffer }[]>(
      'SELECT body FROM messaging.sealed_body',
    );
    const sent = Buffer.concat(bytes.map((row) => row.body)).toString('latin1');
    expect(sent).toContain('liaison.attachment.added.v1');
    for (const form of [MARK, Buffer.from(MARK).toString('base64').slice(0, 12)])
      expect(sent).not.toContain(form);
    expect(police.logLines.join('')).not.toContain(MARK);
  });

  it('of somebody who is protected, or may be, do not leave either', async () => {
    const id = await write({ protection: { identity: true, address: false } });
    await act(id, 'issue', {}).expect(202);
    const { body } = await add(id, pdf(), { kind: 'identityDocument' }).expect(202);
    const [part] = await arrived(body.id, 1);
    expect(part?.identityDocument).toBeUndefined();
  });

  it('are listed and opened as far as a role may, are saved and not shown, and each reading is recorded', async () => {
    const id = await write();
    const [receipt, statement] = [pdf(), pdf()];
    const first = (await add(id, receipt, { name: '../../etc/pass"wd\u0001 é.pdf' }).expect(202)).body
      .id as string;
    const second = (await add(id, statement, { kind: 'statement' }).expect(202)).body.id as string;
    const content = (as: Agent, attachment: string) =>
      as.get(`/v1/cases/${id}/attachments/${attachment}/content`);
    const { body, headers } = await content(officer, first).buffer(true).expect(200);
    expect(sha256(body as Buffer)).toBe(sha256(receipt));
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="pass_wd_ e.pdf"; filename*=UTF-8''pass_wd_%20%C3%A9.pdf`,
    });
    const caseworker = await police.as({ unit: 'brp', roles: ['caseworker'] });
    await content(caseworker, first).expect(200);
    expect((await content(caseworker, second).expect(403)).body.code).toBe('attachment-withheld');
    const list = await caseworker.get(`/v1/cases/${id}/attachments`).expect(200);
    const { items } = list.body as { items: { state: string }[] };
    expect(items.map(({ state }) => state)).toEqual(['complete', 'withheld']);
    await content(await police.as({ unit: 'bpm', roles: ['officer'] }), first).expect(404);
    const [reads] = await police.database.owner.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM messaging.audit_record
        WHERE kind = 'read' AND record::jsonb ->> 'event' = $1`,
      [ATTACHMENT_ADDED],
    );
    expect(reads?.count).toBe(2);
  });

  it('that arrived damaged are told to their unit, until it adds them again', async () => {
    const id = await write();
    await act(id, 'issue', {}).expect(202);
    const file = pdf(200_000);
    const { body } = await add(id, file).expect(202);
    await arrived(body.id, 2);
    const states = async () => {
      const { body: deliveries } = await officer.get(`/v1/notices/${id}/deliveries`).expect(200);
      return (deliveries.items as { state: string }[]).map(({ state }) => state);
    };
    const waiting = async () =>
      (await officer.get('/v1/desk').query({ kind: 'attachment-damaged-at-recipient' }).expect(200)).body
        .items as object[];
    await eventually(async () => expect(await states()).toEqual(['delivered', 'delivered', 'delivered']));
    expect(await waiting()).toEqual([]);

    // As a recipient notes it that could not put the parts together; the next acknowledgement says it.
    await prefecture.database.owner.query(
      `INSERT INTO messaging.damaged_event (peer, reference, event_id)
       SELECT source, reference, id FROM messaging.inbox
        WHERE source = 'police-75' AND reference = $1 AND type = $2`,
      [referenceOf(body.id), ATTACHMENT_ADDED],
    );
    await add(id, pdf(), { name: 'autre.pdf' }).expect(202);
    await eventually(async () =>
      expect(await states()).toEqual(['delivered', 'damaged', 'damaged', 'delivered']),
    );
    expect(await waiting()).toMatchObject([{ id: body.id, caseId: id, isNew: true }]);
    const page = async () => (await police.anonymous().get('/metrics').expect(200)).text;
    const gauge = 'liaison_attachments_damaged{side="sent",peer="prefecture-75"} 1';
    expect(await page()).toContain(gauge);

    await add(id, file).expect(202);
    expect(await waiting()).toEqual([]);
    expect(await page()).not.toContain(gauge);
  });

  it('bear the mark of a notice that was withdrawn, and are there still', async () => {
    const id = await write();
    await act(id, 'issue', {}).expect(202);
    const { body } = await add(id, pdf()).expect(202);
    const listed = async () => (await officer.get(`/v1/cases/${id}/attachments`).expect(200)).body.items;
    expect(await listed()).toMatchObject([
      { standing: 'current', standingReason: null, standingSince: null },
    ]);
    await act(id, 'withdraw', { reason: 'duplicate' }).expect(202);
    expect(await listed()).toMatchObject([
      {
        state: 'complete',
        standing: 'withdrawn',
        standingReason: 'duplicate',
        standingSince: expect.any(String),
      },
    ]);
    await officer.get(`/v1/cases/${id}/attachments/${body.id}/content`).expect(200);
  });

  it('are taken back with the notice', async () => {
    const id = await write();
    await act(id, 'issue', {}).expect(202);
    const { body } = await add(id, pdf()).expect(202);
    await arrived(body.id, 1);
    await act(id, 'recall', { reason: 'wrong-recipient' }).expect(202);
    await eventually(async () => {
      const voids = await prefecture.database.owner.query<unknown[]>(
        `SELECT FROM messaging.inbox WHERE type = $1 AND state = 'revoked'`,
        [ATTACHMENT_ADDED],
      );
      expect(voids.length).toBeGreaterThan(0);
    });
    expect((await add(id, pdf()).expect(409)).body.code).toBe('notice-ended');
  });

  it.each([
    ['nothing', Buffer.alloc(0), {}, 415, 'attachment-type-refused'],
    ['a program', Buffer.from('#!/bin/sh\n'), {}, 415, 'attachment-type-refused'],
    ['a page', Buffer.from('<html>%PDF-1.7</html>'), {}, 415, 'attachment-type-refused'],
    ['half an image', Buffer.from('89504e470d0a1a0a0000', 'hex'), {}, 422, 'attachment-damaged'],
    ['too much', pdf(5_242_880), {}, 413, 'attachment-too-large'],
    ['no kind', pdf(), { kind: 'passport' }, 400, 'invalid-request'],
    ['no name', pdf(), { name: '' }, 400, 'invalid-request'],
  ])('are refused: %s', async (_, file, query, status, code) => {
    const id = await write();
    const { body } = await add(id, file, query).expect(status);
    expect(body.code).toBe(code);
    expect((await officer.get(`/v1/cases/${id}/attachments`).expect(200)).body.items).toEqual([]);
  });
});
