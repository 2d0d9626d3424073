import { NOTICE_ISSUED, REFLECTION_PERIOD_BREACHED, URGENT_REQUEST_ASKED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  describeOnBothBrokers,
  eventually,
  opensEverything,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { PREFECTURE } from './service';

const CONFIG = join(__dirname, '..', '..', '..', 'config', 'directory.demo.yaml');
const AGAINST_THEM = ['removal', 'prosecution-of-the-person'];
const BY_STATUTE = 'forbidden-by-statute';

/** Rules of the statutes (docs/rules-and-tests.md) that bind a préfecture, from a request over HTTP to what arrives. */
describeOnBothBrokers('what a préfecture is told and tells, whatever a convention opens', rulesOver);

function rulesOver(broker: 'embedded' | 'kafka'): void {
  let folders: readonly string[];
  let world: AgencyWorld;
  let police: TestPeer;
  let association: TestPeer;
  let prefecture: TestService;
  let desk: Agent;

  beforeAll(async () => {
    const conventionsDir = opensEverything(
      'opens-everything',
      [...AGAINST_THEM, 'assistance', 'vital-interests'],
      [
        { from: 'police', to: 'prefecture', events: [NOTICE_ISSUED] },
        { from: 'prefecture', to: 'association', events: [URGENT_REQUEST_ASKED] },
      ],
    );
    const folder = mkdtempSync(join(tmpdir(), 'directory-'));
    folders = [conventionsDir, folder];
    const directoryFile = join(folder, 'directory.yaml');
    writeFileSync(directoryFile, withUrgentRequests(readFileSync(CONFIG, 'utf8')));
    world = await startAgencyWorld({ conventionsDir, directoryFile, broker });
    police = await startPeer(world, 'police-75');
    association = await startPeer(world, 'asso-refuge');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
  });
  afterAll(async () => {
    await world?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const post = (path: string, body: object) =>
    desk.post(path).set('Idempotency-Key', randomUUID()).send(body);
  const listed = async () =>
    (await desk.get('/v1/notices?limit=200').expect(200)).body.items as { id: string; reference: string }[];

  it('R14: what was said to protect somebody is not taken to remove or prosecute them: it is parked, for the operator to see', async () => {
    const notice = (purpose: string, familyName: string) =>
      anEnvelope('police-75', {
        type: NOTICE_ISSUED,
        recipient: 'prefecture-75',
        recipientversion: 1,
        purpose,
        convention: 'opens-everything@1',
        decision: '3'.repeat(64),
        audit: 'a'.repeat(64),
        data: { procedure: { departement: '75' }, civilStatus: { declared: { familyName } } },
      });
    const recipient = world.directory.findAgency('prefecture-75') as Agency;
    const [helping, ...against] = [
      notice('assistance', 'Aidee'),
      ...AGAINST_THEM.map((purpose) => notice(purpose, 'Poursuivie')),
    ];
    await publishUnchecked(police, recipient, [...against, helping]);
    const operator = await prefecture.as({ unit: 'desk', roles: ['operator'] });
    await eventually(async () => {
      const { body } = await operator.get('/v1/dead-letters').query({ reason: BY_STATUTE }).expect(200);
      const parked = (body.items as { id: string }[]).map(({ id }) => id);
      expect(parked.sort()).toEqual(against.map(({ id }) => id).sort());
    });
    const item = await eventually(async () => {
      const found = (await listed()).find(({ reference }) => reference === helping.subject);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    const { body } = await desk.get(`/v1/notices/${item.id}`).expect(200);
    expect(body).toMatchObject({ purpose: 'assistance', content: { civilStatus: {} } });
    // Of the others there is nothing to be read, found or followed.
    const refused = against.map(({ subject }) => subject);
    expect((await listed()).filter(({ reference }) => refused.includes(reference))).toEqual([]);
    const { body: found } = await desk.get('/v1/search').query({ q: 'Poursuivie' }).expect(200);
    expect(found.items).toEqual([]);
  });

  it('R33: an association learns nothing of a préfecture without the consent of the person, be it asked in an emergency', async () => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    const notice = await eventually(async () => {
      const found = (await listed()).find((each) => each.reference === reference);
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    const urgent = (agency: string, unit: string) =>
      post('/v1/urgent-requests', {
        agency,
        unit,
        ground: 'danger-to-life',
        needs: ['whereabouts'],
        reason: 'She called from a car and the line broke.',
        hours: 2,
        person: { familyName: 'Osagie' },
      });
    expect((await urgent('asso-refuge', 'maraude').expect(409)).body.code).toBe('urgent-not-allowed');
    await urgent('police-75', 'brp').expect(202);

    // Nobody asks an association for its opinion on an application, and a breach is told to who signalled the person.
    const about = { subject: 'notice', subjectId: notice.id, question: 'What do you know of her?' };
    const dueOn = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
    const opinion = { ...about, dueOn, agency: 'asso-refuge', unit: 'maraude' };
    expect((await post('/v1/opinion-requests', opinion).expect(422)).body.code).toBe('unit-unknown');
    const { body: period } = await post('/v1/reflection-periods', {
      noticeId: notice.id,
      language: 'en',
    }).expect(201);
    await post(`/v1/reflection-periods/${period.id}/breaches`, {
      measure: 'removal-ordered',
      takenOn: period.from,
    }).expect(202);
    await eventually(() =>
      expect(police.received.map(({ envelope }) => envelope.type)).toEqual(
        expect.arrayContaining([REFLECTION_PERIOD_BREACHED, URGENT_REQUEST_ASKED]),
      ),
    );
    const sent = await prefecture.database.owner.query<object[]>(
      `SELECT FROM messaging.delivery_status WHERE recipient = 'asso-refuge'`,
    );
    expect([sent, association.received]).toEqual([[], []]);
  });
}

/** The association would understand being asked in an emergency: it is not for that that it is not. */
const withUrgentRequests = (directory: string): string =>
  directory.replace(/(\n {2}- id: asso-refuge\n[^]*?understands:\n)/, '$1      urgent-request.asked: [1]\n');
