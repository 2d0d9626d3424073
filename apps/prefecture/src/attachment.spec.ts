import { BROKER } from '@liaison/casework';
import {
  ATTACHMENT_ADDED,
  type AttachedFile,
  DELIVERY_GAP_REQUESTED,
  inboxTopic,
  NOTICE_ISSUED,
  NOTICE_RECALLED,
  NOTICE_WITHDRAWN,
} from '@liaison/contracts';
import type { Broker } from '@liaison/messaging';
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
import { PREFECTURE } from './service';

const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

describe('documents that a préfecture receives', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let desk: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
  });
  afterAll(() => world.stop());
  afterEach(() => jest.restoreAllMocks());

  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(3_000)]);
  const sha256 = (of: Buffer) => createHash('sha256').update(of).digest('hex');
  const part = (attachment: string, at: number, file: Partial<AttachedFile> = {}) => ({
    attachment,
    part: at,
    parts: 1,
    addedAt: new Date().toISOString(),
    departement: '75',
    identityDocument: {
      name: 'carte.pdf',
      mediaType: 'application/pdf',
      size: bytes.length,
      sha256: sha256(bytes),
      data: bytes.toString('base64'),
      ...file,
    },
  });
  const caseOf = (reference: string) =>
    eventually(async () => {
      const [row] = await prefecture.database.owner.query<{ case_id: string }[]>(
        'SELECT case_id FROM messaging.case_reference WHERE reference = $1',
        [reference],
      );
      if (!row) throw new Error('nothing yet');
      return row.case_id;
    });

  it('are whole when they are shown, saved and recorded', async () => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: ADULT,
    });
    const notice = await caseOf(reference);
    await desk.get(`/v1/cases/${notice}/attachments`).expect(200);
    const sent = await police.send('prefecture-75', {
      type: ATTACHMENT_ADDED,
      document: part(randomUUID(), 1),
      facts: ADULT,
    });
    await caseOf(sent);
    const [row] = await eventually(async () => {
      const rows = await prefecture.database.owner.query<{ state: string; sha256: string; bytes: Buffer }[]>(
        `SELECT a.state, a.sha256, p.bytes FROM casework.attachment a JOIN casework.attachment_part p ON p.attachment_id = a.id`,
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(row).toMatchObject({ state: 'complete', sha256: sha256(bytes) });
    expect(row?.bytes.equals(bytes)).toBe(true);
  });

  interface Listed {
    readonly id: string;
    readonly state: string;
    readonly name: string | null;
    readonly standing: string;
    readonly standingReason: string | null;
  }
  /** A case of which a notice has arrived. */
  async function aCase(): Promise<{ readonly reference: string; readonly caseId: string }> {
    const event = { type: NOTICE_ISSUED, document: aNotice(), facts: ADULT };
    const reference = await police.send('prefecture-75', event);
    const caseId = await caseOf(reference);
    await eventually(async () => void (await desk.get(`/v1/cases/${caseId}/attachments`).expect(200)));
    return { reference, caseId };
  }
  const documentsOf = async (caseId: string) =>
    (await desk.get(`/v1/cases/${caseId}/attachments`).expect(200)).body.items as Listed[];
  const becomes = (caseId: string, state: object) =>
    eventually(async () => {
      const found = await documentsOf(caseId);
      expect(found).toMatchObject([state]);
      return found[0] as Listed;
    });
  const contentOf = (caseId: string, id: string) => desk.get(`/v1/cases/${caseId}/attachments/${id}/content`);
  const addPart = (reference: string, document: object) =>
    police.sayMore('prefecture-75', reference, { type: ATTACHMENT_ADDED, document, facts: ADULT });
  /** Three parts of one document. */
  const THREE = [bytes.subarray(0, 1_000), bytes.subarray(1_000, 2_000), bytes.subarray(2_000)];
  const partOf = (attachment: string, at: number, data = THREE[at - 1]) => ({
    ...part(attachment, at, { data: data?.toString('base64') ?? '' }),
    parts: 3,
  });

  it('are put together from their parts, and not shown before the last', async () => {
    const { reference, caseId } = await aCase();
    const id = randomUUID();
    await addPart(reference, partOf(id, 1));
    await addPart(reference, partOf(id, 2));
    const waiting = await becomes(caseId, { state: 'receiving', name: 'carte.pdf' });
    expect((await contentOf(caseId, waiting.id).expect(409)).body.code).toBe('attachment-incomplete');
    await addPart(reference, partOf(id, 3));
    const whole = await becomes(caseId, { state: 'complete', standing: 'current', standingReason: null });
    const { body } = await contentOf(caseId, whole.id).buffer(true).expect(200);
    expect((body as Buffer).equals(bytes)).toBe(true);
  });

  it('of which the broker lost a part are asked for again, and whole in the end', async () => {
    const { reference, caseId } = await aCase();
    const id = randomUUID();
    await addPart(reference, partOf(id, 1));
    await becomes(caseId, { state: 'receiving' });
    // Acknowledged and lost, as by a broker that dies.
    const broker = police.app.get<Broker>(BROKER);
    const publish = broker.publish.bind(broker);
    const lost: unknown[] = [];
    jest.spyOn(broker, 'publish').mockImplementation((topic, partition, messages) => {
      if (topic !== inboxTopic('prefecture-75') || lost.length > 0)
        return publish(topic, partition, messages);
      lost.push(...messages);
      return Promise.resolve();
    });
    await addPart(reference, partOf(id, 2));
    await eventually(() => expect(lost).toHaveLength(1));
    await addPart(reference, partOf(id, 3));
    const whole = await becomes(caseId, { state: 'complete' });
    const { body } = await contentOf(caseId, whole.id).buffer(true).expect(200);
    expect((body as Buffer).equals(bytes)).toBe(true);
    const asked = await police.database.owner.query<unknown[]>(
      'SELECT FROM messaging.inbox WHERE type = $1',
      [DELIVERY_GAP_REQUESTED],
    );
    expect(asked.length).toBeGreaterThan(0);
  });

  it('that arrive damaged are neither shown nor kept, stop nothing, and wait on the desk until their sender sends them again', async () => {
    const { reference, caseId } = await aCase();
    const id = randomUUID();
    await addPart(reference, partOf(id, 1));
    await addPart(reference, partOf(id, 2, randomBytes(1_000)));
    await addPart(reference, partOf(id, 3));
    const { id: kept } = await becomes(caseId, {
      state: 'damaged',
      name: 'carte.pdf',
      action: 'ask-sender-to-send-again',
    });
    expect((await contentOf(caseId, kept).expect(409)).body.code).toBe('attachment-damaged');
    const parts = `SELECT FROM casework.attachment_part WHERE attachment_id = $1`;
    expect(await prefecture.database.owner.query(parts, [kept])).toEqual([]);

    const waiting = async () =>
      (await desk.get('/v1/desk').query({ kind: 'attachment-damaged' }).expect(200)).body.items as object[];
    expect(await waiting()).toMatchObject([{ id: kept, caseId, sender: 'police-75' }]);
    const { body } = await desk.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect(body.items).toContainEqual(
      expect.objectContaining({
        kind: 'attachment-damaged',
        id: kept,
        from: 'police-75',
        detail: { action: 'ask-sender-to-send-again' },
      }),
    );

    // Their sender learns it with the acknowledgement, of each part, and of nothing else.
    await eventually(async () => {
      const states = await police.database.owner.query<{ document: string | null; state: string }[]>(
        `SELECT e.document ->> 'attachment' AS document, s.state FROM messaging.delivery_status s
           JOIN messaging.event_document e ON e.case_id = s.case_id AND e.version = s.case_version
          WHERE s.reference = $1 ORDER BY s.sequence`,
        [reference],
      );
      const parts = Array.from({ length: 3 }, () => ({ document: id, state: 'damaged' }));
      expect(states).toEqual([{ document: null, state: 'delivered' }, ...parts]);
    });
    const measured = async () =>
      (await prefecture.anonymous().get('/metrics').expect(200)).text.includes(
        'liaison_attachments_damaged{side="received",peer="police-75"} 1',
      );
    expect(await measured()).toBe(true);

    await addPart(reference, part(randomUUID(), 1));
    await eventually(async () => {
      expect((await documentsOf(caseId)).map(({ state }) => state)).toEqual(['damaged', 'complete']);
    });
    expect(await waiting()).toEqual([]);
    expect(await measured()).toBe(false);
  });

  it('of one part that is not what its digest says are damaged too, and go when their notice is taken back', async () => {
    const { reference, caseId } = await aCase();
    await addPart(reference, part(randomUUID(), 1, { sha256: 'ab'.repeat(32) }));
    const { id } = await becomes(caseId, { state: 'damaged' });
    await police.sayMore('prefecture-75', reference, {
      type: NOTICE_RECALLED,
      document: { recalledAt: new Date().toISOString(), reason: 'wrong-person' },
    });
    await becomes(caseId, { id, state: 'voided', name: null, action: null });
  });

  it('bear the mark of the notice that carried them: withdrawn they stay, recalled they are closed at once', async () => {
    const { reference, caseId } = await aCase();
    await addPart(reference, part(randomUUID(), 1));
    const { id } = await becomes(caseId, { state: 'complete', standing: 'current' });
    const at = new Date().toISOString();
    await police.sayMore('prefecture-75', reference, {
      type: NOTICE_WITHDRAWN,
      document: { withdrawnAt: at, reason: 'duplicate' },
    });
    await becomes(caseId, { state: 'complete', standing: 'withdrawn', standingReason: 'duplicate' });
    await contentOf(caseId, id).expect(200);
    // The void of the document has not come, and may come later.
    await police.sayMore('prefecture-75', reference, {
      type: NOTICE_RECALLED,
      document: { recalledAt: at, reason: 'wrong-recipient' },
    });
    await becomes(caseId, {
      state: 'voided',
      standing: 'recalled',
      standingReason: 'wrong-recipient',
      name: null,
    });
    expect((await contentOf(caseId, id).expect(410)).body.code).toBe('attachment-voided');
  });
});
