import { NOTICE_ISSUED, REFERRAL_MADE, REFLECTION_PERIOD_BREACHED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  aReferral,
  eventually,
  opensEverything,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIG = join(__dirname, '..', '..', '..', '..', 'config', 'directory.demo.yaml');
const SENDERS = ['association', 'prefecture', 'police'];
const RECIPIENTS = ['police', 'prefecture', 'association', 'ase'];
const PURPOSES = ['assistance', 'child-protection', 'protection-of-minors', 'removal'];
const EVENTS = [NOTICE_ISSUED, REFERRAL_MADE, REFLECTION_PERIOD_BREACHED];
const OPENED = SENDERS.flatMap((from) => RECIPIENTS.map((to) => ({ from, to, events: EVENTS })));
const ANOTHER_ASSOCIATION = `
  - id: asso-halte
    kind: association
    name: Une autre association
    units: [{ id: accueil, name: Accueil }]
    inboxPartitions: 1
`;

const FREE = { departement: '75', protectedIdentity: false, protectedAddress: false };
const ADULT = { ...FREE, birthDate: '1990-06-14' };
const MINOR = { ...FREE, birthDate: '2015-06-14' };
const consentTo = (to: string, purpose: string, value = 'given') => ({ consents: [{ to, purpose, value }] });

/**
 * Rules of the statutes between more kinds of agency than services have routes for: from dispatch to what arrives. What people can
 * ask for over HTTP stands beside the services (docs/rules-and-tests.md).
 */
describe('between agencies, whatever a convention opens', () => {
  let folders: readonly string[];
  let world: AgencyWorld;
  const peers: Record<string, TestPeer> = {};

  beforeAll(async () => {
    const conventionsDir = opensEverything('opens-everything', PURPOSES, OPENED);
    const directory = mkdtempSync(join(tmpdir(), 'directory-'));
    folders = [conventionsDir, directory];
    const directoryFile = join(directory, 'directory.yaml');
    writeFileSync(directoryFile, readFileSync(CONFIG, 'utf8') + ANOTHER_ASSOCIATION);
    world = await startAgencyWorld({ conventionsDir, directoryFile });
    for (const id of ['asso-refuge', 'asso-halte', 'police-75', 'prefecture-75', 'ase-75']) {
      peers[id] = await startPeer(world, id);
    }
  });
  afterAll(async () => {
    await world?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const peer = (id: string): TestPeer => {
    const found = peers[id];
    if (!found) throw new Error(`${id} was not started`);
    return found;
  };
  /** What becomes of it: `arrived`, or why it did not leave. */
  const told = async (
    from: string,
    to: string,
    event: { type?: string; document?: unknown; facts: object; purpose?: string },
  ): Promise<string> => {
    const { type = REFERRAL_MADE, document = aReferral(), purpose = 'assistance', facts } = event;
    const reference = await peer(from).send(to, { type, document, purpose, facts: { ...facts } });
    return eventually(async () => {
      if (peer(to).received.some(({ envelope }) => envelope.subject === reference)) return 'arrived';
      const [row] = await peer(from).database.owner.query<{ reason: string }[]>(
        `SELECT reason FROM messaging.delivery_status WHERE reference = $1 AND state = 'refused'`,
        [reference],
      );
      if (!row) throw new Error('nothing became of it yet');
      return row.reason;
    });
  };
  const BY_STATUTE = 'forbidden-by-statute';

  it('R06: a notice leaves no association, and one that came from it is refused', async () => {
    const notice = { type: NOTICE_ISSUED, document: aNotice(), purpose: 'protection-of-minors', facts: FREE };
    expect(await told('police-75', 'prefecture-75', notice)).toBe('arrived');
    expect(await told('asso-refuge', 'prefecture-75', notice)).toBe(BY_STATUTE);

    const recipient = world.directory.findAgency('prefecture-75') as Agency;
    const forged = anEnvelope('asso-refuge', {
      type: NOTICE_ISSUED,
      recipient: 'prefecture-75',
      subject: randomUUID(),
      sequence: 1,
      recipientversion: 1,
      purpose: 'protection-of-minors',
      convention: 'opens-everything@1',
      decision: '3'.repeat(64),
      audit: 'a'.repeat(64),
      data: { procedure: { departement: '75' }, civilStatus: { declared: { familyName: 'Forge' } } },
    });
    await publishUnchecked(peer('asso-refuge'), recipient, [forged]);
    await eventually(async () => {
      const rows = await peer('prefecture-75').database.owner.query<{ state: string; reason: string }[]>(
        'SELECT state, reason FROM messaging.inbox WHERE reference = $1',
        [forged.subject],
      );
      expect(rows).toEqual([{ state: 'parked', reason: BY_STATUTE }]);
    });
  });

  it('R10: of an adult an association tells nothing without consent', async () => {
    for (const to of ['police-75', 'prefecture-75', 'asso-halte']) {
      const kind = world.directory.findAgency(to)?.kind ?? '';
      expect([to, await told('asso-refuge', to, { facts: ADULT })]).toEqual([to, BY_STATUTE]);
      const refused = { ...ADULT, ...consentTo(kind, 'assistance', 'refused') };
      expect([to, await told('asso-refuge', to, { facts: refused })]).toEqual([to, BY_STATUTE]);
    }
    const agreed = { ...ADULT, ...consentTo('association', 'assistance') };
    expect(await told('asso-refuge', 'asso-halte', { facts: agreed })).toBe('arrived');
    // For one purpose and one kind of recipient.
    const otherwise = { ...ADULT, ...consentTo('association', 'removal') };
    expect(await told('asso-refuge', 'asso-halte', { facts: otherwise })).toBe(BY_STATUTE);
  });

  it('R13: what child protection shares among itself reaches neither police nor préfecture', async () => {
    const shared = { facts: MINOR, purpose: 'child-protection' };
    expect(await told('asso-refuge', 'police-75', shared)).toBe(BY_STATUTE);
    expect(await told('asso-refuge', 'prefecture-75', shared)).toBe(BY_STATUTE);
    expect(await told('asso-refuge', 'ase-75', shared)).toBe('arrived');
    // To protect the minor the police are told (CP 226-14).
    expect(await told('asso-refuge', 'police-75', { ...shared, purpose: 'protection-of-minors' })).toBe(
      'arrived',
    );
  });

  it('R14: nothing that was said to protect somebody serves to remove them', async () => {
    const agreed = { ...ADULT, ...consentTo('prefecture', 'removal') };
    expect(await told('asso-refuge', 'prefecture-75', { facts: agreed, purpose: 'removal' })).toBe(
      BY_STATUTE,
    );
    const notice = { type: NOTICE_ISSUED, document: aNotice(), facts: ADULT };
    expect(await told('police-75', 'prefecture-75', { ...notice, purpose: 'removal' })).toBe(BY_STATUTE);
    expect(await told('police-75', 'prefecture-75', { ...notice, purpose: 'assistance' })).toBe('arrived');
  });

  it('R16: of somebody of unknown age a consent opens nothing but to child protection', async () => {
    for (const to of ['police-75', 'prefecture-75', 'asso-halte']) {
      const kind = world.directory.findAgency(to)?.kind ?? '';
      const agreed = { ...FREE, ...consentTo(kind, 'assistance') };
      expect([to, await told('asso-refuge', to, { facts: agreed })]).toEqual([to, BY_STATUTE]);
    }
    expect(await told('asso-refuge', 'ase-75', { facts: FREE })).toBe('arrived');
  });

  it('R33: an association learns nothing of a préfecture without the consent of the person', async () => {
    const document = {
      breach: randomUUID(),
      revision: 1,
      measure: 'removal-ordered',
      takenOn: '2026-11-16',
      periodFrom: '2026-11-10',
      periodUntil: '2026-12-10',
      article: 'CESEDA R425-2',
      departement: '75',
      reportedAt: '2026-11-18T10:15:01.998Z',
    };
    const decided = (facts: object) =>
      told('prefecture-75', 'asso-refuge', { type: REFLECTION_PERIOD_BREACHED, document, facts });
    expect(await decided(ADULT)).toBe(BY_STATUTE);
    expect(await decided({ ...ADULT, ...consentTo('association', 'assistance', 'withdrawn') })).toBe(
      BY_STATUTE,
    );
    expect(await decided({ ...ADULT, ...consentTo('association', 'assistance') })).toBe('arrived');
  });
});
