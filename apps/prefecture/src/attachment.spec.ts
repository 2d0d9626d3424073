import { ATTACHMENT_ADDED, type AttachedFile, NOTICE_ISSUED } from '@liaison/contracts';
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

  it('are parked where they are not what their digest says', async () => {
    const document = part(randomUUID(), 1, { sha256: 'ab'.repeat(32) });
    const reference = await police.send('prefecture-75', { type: ATTACHMENT_ADDED, document, facts: ADULT });
    await eventually(async () => {
      const [parked] = await prefecture.database.owner.query<{ state: string; reason: string }[]>(
        'SELECT state, reason FROM messaging.inbox WHERE reference = $1',
        [reference],
      );
      expect(parked).toMatchObject({ state: 'parked', reason: 'attachment-damaged' });
    });
  });
});
