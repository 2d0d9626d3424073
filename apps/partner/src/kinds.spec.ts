import { NOTICE_ACKNOWLEDGED, NOTICE_ISSUED, PARTNER_ANSWERED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTNER } from './service';

/** Partners whom no convention of the repository names, and what only their kind may answer. */
const PARTNERS = [
  { id: 'juge-75', kind: 'justice', choice: 'judge-seised' },
  { id: 'pjj-75', kind: 'justice', choice: 'educational-measure' },
  { id: 'ofpra', kind: 'ofpra', choice: 'claim-lodged' },
  { id: 'ofii', kind: 'ofii', choice: 'return-possible' },
  { id: 'siao-75', kind: 'siao', choice: 'place-found' },
] as const;

const directoryWithPartners = (demonstration: string): string =>
  PARTNERS.reduce(
    (text, { id, kind }) =>
      text.replace(
        /^ {2}- id: miprof$/m,
        `  - id: ${id}
    kind: ${kind}
    name: Of the tests, ${id}
    departement: '75'
    competentFor: ['75']
    units:
      - { id: desk, name: Desk }
    inboxPartitions: 1
    understands:
      notice.issued: [2]

$&`,
      ),
    demonstration,
  );

/** What stands for the judicial authority in these two, for another kind: signed by it in its place. */
function conventionsWithPartners(): readonly string[] {
  const folders: string[] = [];
  for (const kind of new Set(PARTNERS.map((partner) => partner.kind)))
    for (const model of kind === 'justice' ? [] : ['police-justice', 'partner-answers'])
      folders.push(
        changedConvention(
          model,
          (text) =>
            text.replaceAll('kind: justice', `kind: ${kind}`).replace(/^id: (.+)$/m, `id: $1-${kind}`),
          folders.at(-1),
        ),
      );
  return folders;
}

describe('a partner of another kind joins by its row in the directory and by conventions', () => {
  let folders: readonly string[];
  let world: AgencyWorld;
  let police: TestPeer;

  beforeAll(async () => {
    const conventions = conventionsWithPartners();
    const folder = mkdtempSync(join(tmpdir(), 'partners-'));
    folders = [...conventions, folder];
    const directoryFile = join(folder, 'directory.yaml');
    const demonstration = join(__dirname, '../../../config/directory.demo.yaml');
    writeFileSync(directoryFile, directoryWithPartners(readFileSync(demonstration, 'utf8')));
    world = await startAgencyWorld({ directoryFile, conventionsDir: conventions.at(-1) ?? '' });
    police = await startPeer(world, 'police-75');
  });
  afterAll(async () => {
    await world.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it.each(PARTNERS)('$id receives, acknowledges and answers in its own words', async ({ id, choice }) => {
    const partner = await world.start({ agencyId: id, ...PARTNER, env: { DEFAULT_UNIT: 'desk' } });
    const caseworker = await partner.as({ unit: 'desk', roles: ['caseworker'] });
    const reference = await police.send(id, {
      type: NOTICE_ISSUED,
      document: aNotice(),
      purpose: 'prosecution-of-traffickers',
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    const notice = await eventually(async () => {
      const { body } = await caseworker.get('/v1/notices').expect(200);
      const [item] = body.items as { id: string; caseId: string; reference: string; version: number }[];
      if (!item) throw new Error('it has not arrived');
      return item;
    });
    expect(notice.reference).toBe(reference);
    const act = (path: string, body: object = {}) =>
      caseworker.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', '*').send(body);
    await act(`/v1/notices/${notice.id}/acknowledge`).expect(202);
    const { body: refused } = await act(`/v1/cases/${notice.caseId}/answers`, {
      choice: choice === 'place-found' ? 'claim-lodged' : 'place-found',
    }).expect(422);
    expect(refused).toMatchObject({ code: 'choice-not-offered' });
    await act(`/v1/cases/${notice.caseId}/answers`, { choice }).expect(202);
    await eventually(() => {
      const came = police.received.filter(({ envelope }) => envelope.subject === reference);
      expect(came).toMatchObject([
        { envelope: { type: NOTICE_ACKNOWLEDGED, source: expect.stringContaining(id) } },
        { envelope: { type: PARTNER_ANSWERED }, data: { choice } },
      ]);
    });
    await partner.stop();
  });
});
