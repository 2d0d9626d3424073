import { NOTICE_AMENDED, NOTICE_ISSUED, NOTICE_ISSUED_V1, NOTICE_SUPERSEDED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POLICE } from '../service';
import { Notices, receivedAbout } from './notices.test';

const DEMO = join(__dirname, '../../../../config/directory.demo.yaml');
const NOT_UNDERSTOOD = 'event-version-not-understood';

/** Paris reads notices in their first version only, and no amendments; Marseille reads none; the police says too much. */
function directoryOfTheSlow(folder: string): string {
  const file = join(folder, 'directory.yaml');
  const text = readFileSync(DEMO, 'utf8')
    .replace(
      'notice.issued: [1, 2]\n      notice.amended: [1]',
      'notice.issued: [1]\n      notice.amended: []',
    )
    .replace('notice.issued: [1, 2]', 'notice.issued: [3]')
    .replace('notice.acknowledged: [1]', 'notice.acknowledged: [1, 2]');
  writeFileSync(file, text);
  return file;
}

describe('recipients that are behind', () => {
  let folder: string;
  let world: AgencyWorld;
  let police: TestService;
  let paris: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'directory-'));
    world = await startAgencyWorld({ directoryFile: directoryOfTheSlow(folder) });
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    paris = await startPeer(world, 'prefecture-75');
    notices = await Notices.of(police);
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  const NEWER = aNotice({
    civilStatus: {
      declared: { familyName: 'Adebayo', nativeName: 'Adébáyọ̀', birthCountry: 'NG' },
      documents: [
        { kind: 'passport', state: 'lost' },
        { kind: 'passport', state: 'genuine', number: 'A00000017' },
      ],
    },
    assessment: { realityOfFacts: 'Precise.', linksBroken: true },
  });

  it('are sent an older version, which its author sees before and after', async () => {
    const { id, etag } = await notices.draft(NEWER);
    const preview = await notices.officer.post(`/v1/notices/${id}/preview`).send({}).expect(200);
    const [item] = preview.body.items as [{ sees: typeof NEWER }];
    expect(item).toMatchObject({ recipient: 'prefecture-75', allowed: true, event: NOTICE_ISSUED_V1 });
    expect(item.sees.civilStatus.declared).toEqual({ familyName: 'Adebayo' });

    await notices.issue(id, etag).expect(202);
    const { envelope, data } = await receivedAbout('Adebayo', paris);
    expect(envelope).toMatchObject({
      type: NOTICE_ISSUED_V1,
      dataschema: 'urn:liaison:schema:notice.issued:v1',
    });
    expect(data).toEqual(item.sees);
    expect(data).toMatchObject({
      civilStatus: { documents: [{ kind: 'passport', state: 'genuine' }] },
      assessment: { realityOfFacts: 'Precise.' },
    });
    expect(await notices.whenDelivered(id, 'delivered')).toMatchObject({ event: NOTICE_ISSUED_V1 });
    const records = await police.database.owner.query<{ event: string }[]>(
      `SELECT record ->> 'event' AS event FROM messaging.audit_record WHERE kind = 'disclosure' AND record ->> 'eventId' = $1`,
      [envelope.id],
    );
    expect(records).toEqual([{ event: NOTICE_ISSUED_V1 }]);
    // What stays here is what was written.
    const { body } = await notices.officer.get(`/v1/notices/${id}`).expect(200);
    expect(body.content).toEqual(NEWER);
  });

  it('are not sent what they understand in no version, and its author is told', async () => {
    const moved = aNotice({ procedure: { departement: '13' } });
    const { body } = await notices.issueNow({ content: moved }).expect(202);
    expect(body.recipients).toMatchObject([
      { recipient: 'prefecture-13', allowed: false, denial: { code: NOT_UNDERSTOOD } },
    ]);
    const refused = await notices.whenDelivered(String(body.id), 'refused');
    expect(refused).toMatchObject({ event: NOTICE_ISSUED, reason: NOT_UNDERSTOOD });
  });

  it('learn that what they have no longer stands, where they cannot read what replaces it', async () => {
    const { body } = await notices.issueNow({
      content: aNotice({ civilStatus: { declared: { familyName: 'Abiodun' } } }),
    });
    await receivedAbout('Abiodun', paris);
    await notices.whenDelivered(String(body.id), 'delivered');
    const amended = await notices.officer
      .post(`/v1/notices/${body.id}/amend`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send({ reason: 'completion', content: NEWER })
      .expect(202);
    expect(amended.body).toMatchObject({
      recipients: [{ allowed: false, denial: { code: NOT_UNDERSTOOD } }],
      superseded: ['prefecture-75'],
    });
    expect(paris.received.map(({ envelope }) => envelope.type)).not.toContain(NOTICE_AMENDED);
    expect((await notices.deliveries(String(body.id))).map(({ event }) => event)).toContain(
      NOTICE_SUPERSEDED,
    );
  });

  it('a service says at its start what others are told that it understands and it does not', () => {
    const warnings = police.logLines.filter((line) => line.includes('understands more than it does'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('["liaison.notice.acknowledged.v2"]');
  });
});
