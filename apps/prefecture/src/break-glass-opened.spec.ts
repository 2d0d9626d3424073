import { ATTACHMENT_ADDED } from '@liaison/contracts';
import { changedConvention, eventually } from '@liaison/testing';
import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import {
  ADULT,
  type ArrivedNotice,
  type DeskWorld,
  hidingBirthDates,
  noticeAbout,
  startDeskWorld,
} from './desk-world.test';

const REASON = 'She called from an unknown place and says that they are at the door.';
const BORN = '1997-03-08';
const FILE = Buffer.from('%PDF-1.7\nan invented card');

/** Birth dates and identity documents are for `desk` and `supervisor` here; a caseworker opens them. */
describe('what an emergency opens beside the notice', () => {
  let folders: readonly string[];
  let desk: DeskWorld;
  let caseworker: Agent;
  let colleague: Agent;

  beforeAll(async () => {
    const hidden = hidingBirthDates();
    const conventionsDir = changedConvention(
      'attachments',
      (text) =>
        text.replace(
          'identityDocument.data: release',
          'identityDocument.data: { treatment: release, readers: [desk, supervisor] }',
        ),
      hidden,
    );
    folders = [hidden, conventionsDir];
    desk = await startDeskWorld({ conventionsDir });
    caseworker = await desk.prefecture.as({ unit: 'desk', roles: ['caseworker'], subject: 'cecile' });
    colleague = desk.caseworker;
  });
  afterAll(async () => {
    await desk.world.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const open = async ({ caseId }: ArrivedNotice): Promise<string> => {
    const { body } = await caseworker
      .post(`/v1/cases/${caseId}/break-glass`)
      .set('Idempotency-Key', randomUUID())
      .send({ ground: 'danger-to-life', reason: REASON, hours: 2 })
      .expect(201);
    return body.id as string;
  };
  const end = (id: string) =>
    caseworker
      .post(`/v1/break-glass/${id}/end`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '"1"')
      .expect(200);
  const found = async (as: Agent) => {
    const { body } = await as.get('/v1/search').query({ q: BORN }).expect(200);
    return (body.items as { caseId: string }[]).map(({ caseId }) => caseId);
  };
  const knows = async (as: Agent, { id, caseId }: ArrivedNotice) => {
    const { body } = await as.get(`/v1/cases/${caseId}/timeline`).expect(200);
    const entries = body.items as { id: string; kind: string; knows: string[] }[];
    return entries.find((each) => each.kind === 'notice-received' && each.id === id)?.knows;
  };
  const exported = async (as: Agent, { caseId }: ArrivedNotice) => {
    const { body } = await as.get(`/v1/cases/${caseId}/export`).query({ format: 'json' }).expect(200);
    return JSON.stringify(body.versions);
  };
  /** Readings of the case, by whether their record names the emergency. */
  const readings = async ({ reference }: ArrivedNotice) => {
    const rows = await desk.prefecture.database.owner.query<{ reason: string | null }[]>(
      `SELECT record ->> 'reason' AS reason FROM messaging.audit_record WHERE kind = 'read' AND reference = $1 ORDER BY at`,
      [reference],
    );
    return rows.map(({ reason }) => reason);
  };

  it('is found by a search, told by the timeline and in an export, to whoever opened it and for that long; each reading is recorded as one', async () => {
    const notice = await desk.receive(noticeAbout({ familyName: 'Adeyemi', birthDate: BORN }));
    const another = await desk.receive(noticeAbout({ familyName: 'Bello', birthDate: BORN }));
    const hidden = 'civilStatus.declared.birthDate';
    const closed = async () => {
      expect(await found(caseworker)).toEqual([]);
      expect(await knows(caseworker, notice)).not.toContain(hidden);
      expect(await exported(caseworker, notice)).not.toContain(BORN);
    };
    await closed();
    expect(await readings(notice)).toEqual([null, null]);

    const opening = await open(notice);
    expect(await found(caseworker)).toEqual([notice.caseId]);
    expect(await knows(caseworker, notice)).toContain(hidden);
    expect(await exported(caseworker, notice)).toContain(BORN);
    expect(await readings(notice)).toEqual([null, null, 'break-glass', 'break-glass', 'break-glass']);
    // Nobody else, and no other case.
    expect(await found(colleague)).toEqual([]);
    expect(await exported(colleague, notice)).not.toContain(BORN);
    expect(await knows(caseworker, another)).not.toContain(hidden);

    await end(opening);
    await closed();
  });

  it('opens documents that are for others of the agency, never those that are for nobody', async () => {
    const notice = await desk.receive();
    for (const kind of ['identityDocument', 'statement']) {
      const file = {
        name: `${kind}.pdf`,
        mediaType: 'application/pdf',
        size: FILE.length,
        sha256: createHash('sha256').update(FILE).digest('hex'),
        data: FILE.toString('base64'),
      };
      const document = {
        attachment: randomUUID(),
        part: 1,
        parts: 1,
        addedAt: new Date().toISOString(),
        departement: '75',
        [kind]: file,
      };
      await desk.police.sayMore('prefecture-75', notice.reference, {
        type: ATTACHMENT_ADDED,
        document,
        facts: ADULT,
      });
    }
    const list = async () => {
      const { body } = await caseworker.get(`/v1/cases/${notice.caseId}/attachments`).expect(200);
      return body.items as { id: string; name: string | null; state: string }[];
    };
    const [card] = await eventually(async () => {
      const items = await list();
      expect(items).toHaveLength(2);
      return items;
    });
    const content = () => caseworker.get(`/v1/cases/${notice.caseId}/attachments/${card?.id}/content`);
    expect((await list()).map(({ state }) => state)).toEqual(['withheld', 'withheld']);
    await content().expect(403);

    const opening = await open(notice);
    expect((await list()).map(({ state }) => state)).toEqual(['complete', 'withheld']);
    const { body } = await content().expect(200);
    expect(Buffer.compare(body as Buffer, FILE)).toBe(0);
    expect((await readings(notice)).slice(-2)).toEqual(['break-glass', 'break-glass']);
    await end(opening);
    await content().expect(403);
  });
});
