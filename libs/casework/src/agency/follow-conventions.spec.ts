import { CONVENTIONS_TOPIC, NOTICE_ISSUED } from '@liaison/contracts';
import { EmbeddedBroker, keyOfConvention, signStatement } from '@liaison/messaging';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  currentConvention,
  currentConventionFile,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, cpSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');
const CURRENT = currentConventionFile('police-prefecture');
const NEXT_VERSION = Number(currentConvention('police-prefecture').split('@')[1]) + 1;
const NEXT = `police-prefecture.v${NEXT_VERSION}.yaml`;

describe('a convention that is published', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  let folder: string;
  let ahead: string;
  let text: string;
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestPeer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-published-'));
    const keys = join(folder, 'keys.pem');
    writeFileSync(keys, publicKey.export({ type: 'spki', format: 'pem' }));
    const directoryFile = join(folder, 'directory.yaml');
    writeFileSync(
      directoryFile,
      `${readFileSync(join(ROOT, 'config/directory.demo.yaml'), 'utf8').trimEnd()}
  - { id: coordination, kind: coordination, name: National coordination, inboxPartitions: 1 }
`,
    );
    // The next version, beside the one that is in force: it gives no month of the exploitation.
    ahead = changedConvention('police-prefecture', (current) =>
      current
        .replace(/^version: \d+$/m, `version: ${NEXT_VERSION}`)
        .replace('exploitation.from: { generalise: month', 'exploitation.from: { treatment: withhold'),
    );
    renameSync(join(ahead, CURRENT), join(ahead, NEXT));
    cpSync(join(ROOT, 'conventions', CURRENT), join(ahead, CURRENT));
    text = readFileSync(join(ahead, NEXT), 'utf8');
    world = await startAgencyWorld({ directoryFile });
    police = await startPeer(world, 'police-75', { CONVENTIONS_DIR: ahead });
    prefecture = await startPeer(world, 'prefecture-75', { CONVENTION_KEYS_FILE: keys });
  });
  afterAll(async () => {
    await world?.stop();
    for (const each of [folder, ahead]) rmSync(each, { recursive: true, force: true });
  });

  async function publishAs(agency: string): Promise<void> {
    const { EMBEDDED_BROKER_URL: url = '' } = world.brokerSettingsOf(agency);
    const broker = new EmbeddedBroker({ url, clientId: agency });
    const version = { id: 'police-prefecture', version: NEXT_VERSION };
    const value = await signStatement({ ...version, text }, privateKey);
    await broker.connect();
    await broker
      .publish(CONVENTIONS_TOPIC, 0, [{ key: keyOfConvention(version), value, headers: {} }])
      .finally(() => broker.disconnect());
  }
  const conventions = async () => {
    const { body } = await prefecture.anonymous().get('/health/ready');
    return (body as { details: { conventions: { digest: string; versions: number } } }).details.conventions;
  };

  it('is in use without a restart: what waited for it is applied, and health and metrics tell of the new set', async () => {
    const before = await conventions();
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
    });
    const stateOf = () =>
      prefecture.database.owner.query<{ state: string; reason: string | null }[]>(
        'SELECT state, reason FROM messaging.inbox WHERE reference = $1',
        [reference],
      );
    await eventually(async () =>
      expect(await stateOf()).toEqual([{ state: 'parked', reason: 'convention-unknown' }]),
    );

    await expect(publishAs('police-75')).rejects.toMatchObject({ code: 'topic-forbidden' });
    await publishAs('coordination');
    await eventually(async () => expect(await stateOf()).toMatchObject([{ state: 'applied' }]), {
      timeoutMs: 20_000,
    });
    const [notice] = prefecture.received.filter(({ envelope }) => envelope.subject === reference);
    expect(notice?.provenance).toMatchObject({ convention: `police-prefecture@${NEXT_VERSION}` });

    const after = await conventions();
    expect(after.versions).toBe(before.versions + 1);
    expect(after.digest).not.toBe(before.digest);
    const { text: metrics } = await prefecture.anonymous().get('/metrics');
    const series = metrics.split('\n').filter((line) => line.startsWith('liaison_convention_versions{'));
    expect(series).toEqual([`liaison_convention_versions{digest="${after.digest}"} ${after.versions}`]);
  });
});
