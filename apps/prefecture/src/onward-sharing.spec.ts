import { OnwardShares } from '@liaison/casework';
import {
  NOTICE_AMENDED,
  type NoticeAmendedV1,
  ONWARD_SHARE_MADE,
  OPINION_REQUESTED,
  type OnwardShareMadeV1,
  type OpinionRequestedV1,
} from '@liaison/contracts';
import { changedConvention, currentConvention, eventually, startPeer, type TestPeer } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays } from './law/days';
import { type DeskWorld, noticeAbout, startDeskWorld, withMarseille } from './desk-world.test';

/** Notices may go further here; everything else stands as it is. */
const conventions = (): string =>
  changedConvention('police-prefecture', (text) => text.replaceAll('      no-onward-sharing: true\n', ''));

describe('what is passed on of what another agency shared', () => {
  let conventionsDir: string;
  let folder: string;
  let desk: DeskWorld;
  let marseille: TestPeer;

  beforeAll(async () => {
    conventionsDir = conventions();
    folder = mkdtempSync(join(tmpdir(), 'directory-'));
    desk = await startDeskWorld({ conventionsDir, directoryFile: withMarseille(folder) });
    marseille = await startPeer(desk.world, 'police-13');
  });
  afterAll(async () => {
    await desk.world.stop();
    rmSync(conventionsDir, { recursive: true });
    rmSync(folder, { recursive: true });
  });

  const onward = () => desk.prefecture.app.get(OnwardShares);
  const ask = (subjectId: string, agency = 'police-13') =>
    desk.desk
      .post('/v1/opinion-requests')
      .set('Idempotency-Key', randomUUID())
      .send({
        subject: 'notice',
        subjectId,
        agency,
        unit: 'brp',
        question: 'Known?',
        dueOn: addDays(desk.today, 9),
      });
  const askedOf = (peer: TestPeer, familyName: string | undefined, count = 1) =>
    eventually(() => {
      const found = peer.received.filter(({ envelope, data }) => {
        const { applicant } = data as Partial<OpinionRequestedV1>;
        return envelope.type === OPINION_REQUESTED && applicant?.familyName === familyName;
      });
      expect(found).toHaveLength(count);
      return found[0]!;
    });
  const toldOf = (share: string) =>
    desk.police.received.filter(
      ({ envelope, data }) =>
        envelope.type === ONWARD_SHARE_MADE && (data as OnwardShareMadeV1).share === share,
    );
  const noticeOf = async (caseId: string) => {
    const [row] = await desk.prefecture.database.owner.query<{ event_id: string }[]>(
      'SELECT event_id FROM notice.received_notice WHERE case_id = $1',
      [caseId],
    );
    return row?.event_id ?? '';
  };

  it('the originator is told what kinds of fields of which event went to whom, when and under which convention', async () => {
    const { id, caseId, reference } = await desk.receive(
      noticeAbout({ familyName: 'Passemard', givenNames: ['Odile'], birthDate: '1990-04-04' }),
    );
    const { body } = await ask(id).expect(202);
    expect(body).toMatchObject({ allowed: true, convention: currentConvention('opinion') });
    const { envelope } = await askedOf(marseille, 'Passemard');
    const [told] = await eventually(async () => {
      await onward().tellOrigins();
      const found = toldOf(envelope.id);
      expect(found).toHaveLength(1);
      return found;
    });
    expect(told?.envelope).toMatchObject({ subject: reference, convention: 'onward-sharing@1' });
    expect(told?.data).toEqual({
      share: envelope.id,
      event: await noticeOf(caseId),
      recipient: 'police-13',
      type: OPINION_REQUESTED,
      convention: currentConvention('opinion'),
      categories: ['declared-identity'],
      sharedAt: expect.any(String),
    });
    expect(JSON.stringify(told)).not.toMatch(/Passemard|Odile|1990-04-04/);
    const { body: timeline } = await desk.desk.get(`/v1/cases/${caseId}/timeline`).expect(200);
    expect(timeline.items).toContainEqual(
      expect.objectContaining({
        kind: 'onward-share-made',
        detail: expect.objectContaining({ origin: 'police-75', recipient: 'police-13' }),
      }),
    );
    // Both disclosures are in the audit trail: the one to the recipient, and that to the originator.
    const records = await desk.prefecture.database.owner.query<{ event: string }[]>(
      `SELECT record ->> 'event' AS event FROM messaging.audit_record
        WHERE kind = 'disclosure' AND record ->> 'eventId' = ANY ($1)`,
      [[envelope.id, told?.envelope.id]],
    );
    expect(records.map(({ event }) => event).sort()).toEqual([ONWARD_SHARE_MADE, OPINION_REQUESTED]);
  });

  it('it is told once, whoever looks and however often, and whole or not at all', async () => {
    const { id } = await desk.receive(noticeAbout({ familyName: 'Relayeur' }));
    const { owner, roles } = desk.prefecture.database;
    await owner.query(`REVOKE INSERT ON messaging.event_document FROM ${roles.ingest}`);
    let share: string;
    try {
      await ask(id).expect(202);
      share = (await askedOf(marseille, 'Relayeur')).envelope.id;
      // As a process that dies between the two: neither the note nor the event is there.
      expect(await onward().tellOrigins()).toEqual([]);
      expect(await owner.query('SELECT FROM casework.onward_share WHERE share = $1', [share])).toHaveLength(
        0,
      );
    } finally {
      await owner.query(`GRANT INSERT ON messaging.event_document TO ${roles.ingest}`);
    }
    await Promise.all([1, 2, 3].map(() => onward().tellOrigins()));
    await onward().tellOrigins();
    const [rows] = await owner.query<{ n: number }[]>(
      `SELECT count(*)::int AS n FROM messaging.event_document
        WHERE type = $1 AND document ->> 'share' = $2`,
      [ONWARD_SHARE_MADE, share],
    );
    expect(rows?.n).toBe(1);
    await eventually(() => expect(toldOf(share)).toHaveLength(1));
  });

  it('what cannot be told, be it a hundred shares, keeps no other from being told, and is told once it can', async () => {
    const { owner } = desk.prefecture.database;
    const stuck = await desk.receive(noticeAbout({ familyName: 'Bloquante' }));
    await owner.query(
      `ALTER TABLE casework.onward_share ADD CONSTRAINT not_now CHECK (case_id <> '${stuck.caseId}') NOT VALID`,
    );
    const GONE = 9_000;
    let first = '';
    try {
      await ask(stuck.id).expect(202);
      first = (await askedOf(marseille, 'Bloquante')).envelope.id;
      // Of an agency that has left the directory since, before everything else.
      await owner.query(
        `INSERT INTO messaging.event_document
         SELECT (jsonb_populate_record(e, jsonb_build_object('version', $2::int, 'origins',
                   jsonb_build_array(e.origins -> 0 || '{"agency":"police-gone"}')))).*
           FROM messaging.event_document e JOIN messaging.delivery d ON d.case_id = e.case_id AND d.case_version = e.version
          WHERE d.event_id = $1`,
        [first, GONE],
      );
      await owner.query(
        `INSERT INTO messaging.delivery
         SELECT (jsonb_populate_record(d, jsonb_build_object('event_id', gen_random_uuid(), 'case_version', $2::int,
                   'position', NULL, 'sequence', NULL, 'decided_at', now() - interval '1 day'))).*
           FROM messaging.delivery d, generate_series(1, 100) WHERE d.event_id = $1`,
        [first, GONE],
      );
      const { id } = await desk.receive(noticeAbout({ familyName: 'Suivante' }));
      await ask(id).expect(202);
      const next = (await askedOf(marseille, 'Suivante')).envelope.id;
      await eventually(async () => {
        await onward().tellOrigins();
        expect(toldOf(next)).toHaveLength(1);
      });
      expect(toldOf(first)).toEqual([]);
    } finally {
      await owner.query('ALTER TABLE casework.onward_share DROP CONSTRAINT not_now');
      await owner.query('DELETE FROM messaging.delivery WHERE case_version = $1', [GONE]);
      await owner.query('DELETE FROM messaging.event_document WHERE version = $1', [GONE]);
    }
    await eventually(async () => {
      await onward().tellOrigins();
      expect(toldOf(first)).toHaveLength(1);
    });
  });

  it('nobody is told of what goes back to where it came from, nor of what is the agency’s own', async () => {
    const { id } = await desk.receive(noticeAbout({ familyName: 'Retourny' }));
    await ask(id, 'police-75').expect(202);
    const { envelope } = await askedOf(desk.police, undefined);
    await desk.desk
      .post('/v1/opinion-requests')
      .set('Idempotency-Key', randomUUID())
      .send({
        subject: 'notice',
        subjectId: id,
        agency: 'police-13',
        unit: 'brp',
        question: 'Known?',
        dueOn: addDays(desk.today, 9),
        applicant: { familyName: 'Ownsaying' },
      })
      .expect(202);
    const own = await askedOf(marseille, 'Ownsaying');
    await onward().tellOrigins();
    expect([...toldOf(envelope.id), ...toldOf(own.envelope.id)]).toEqual([]);
  });

  it('each field says by which event, under which convention and since when it came as it is, in a reading and in an export', async () => {
    const first = noticeAbout({ familyName: 'Provenzal', givenNames: ['Ida'] });
    const { id, caseId, reference } = await desk.receive(first);
    const amended: NoticeAmendedV1 = {
      ...first,
      civilStatus: { declared: { familyName: 'Provenzal', givenNames: ['Ida', 'Maria'] } },
      amendment: { reason: 'completion' },
    };
    await desk.police.sayMore('prefecture-75', reference, { type: NOTICE_AMENDED, document: amended });
    const second = await eventually(async () => {
      const { body } = await desk.desk.get('/v1/notices').query({ limit: 200 }).expect(200);
      const found = (body.items as { id: string; caseId: string }[]).find(
        (each) => each.caseId === caseId && each.id !== id,
      );
      if (!found) throw new Error('the amendment has not arrived');
      return found.id;
    });
    const [{ body: before }, { body: now }, { body: less }] = await Promise.all([
      desk.desk.get(`/v1/notices/${id}`).expect(200),
      desk.desk.get(`/v1/notices/${second}`).expect(200),
      desk.caseworker.get(`/v1/notices/${second}`).expect(200),
    ]);
    const whole = leavesOf(before.content);
    expect(before.sources).toEqual([
      {
        agency: 'police-75',
        event: before.provenance.civilStatus.event,
        convention: currentConvention('police-prefecture'),
        receivedAt: before.receivedAt,
        fields: whole,
      },
    ]);
    expect(now.sources).toEqual([
      expect.objectContaining({
        event: now.provenance.civilStatus.event,
        receivedAt: now.receivedAt,
        fields: ['amendment.reason', 'civilStatus.declared.givenNames'],
      }),
      expect.objectContaining({
        event: before.provenance.civilStatus.event,
        receivedAt: before.receivedAt,
        fields: whole.filter((path) => path !== 'civilStatus.declared.givenNames'),
      }),
    ]);
    // Of what somebody does not see, nothing says where it came from.
    const told = (less.sources as { fields: string[] }[]).flatMap(({ fields }) => fields);
    expect(told.sort()).toEqual(leavesOf(less.content));
    expect(told.filter((path) => path.startsWith('assessment.'))).toEqual([]);

    const { body: file } = await desk.desk.get(`/v1/cases/${caseId}/export`).query({ format: 'json' });
    const versions = file.versions as { version: number; sources: object[] }[];
    expect(versions.map(({ version, sources }) => [version, sources])).toEqual([
      [2, now.sources],
      [1, before.sources],
    ]);
    await desk.desk.get(`/v1/cases/${caseId}/export`).query({ format: 'pdf' }).expect(200);
  });
});

/** Paths of everything that has a value, sorted. */
function leavesOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => leavesOf(item, path)))].sort();
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value)
    .flatMap(([name, member]) => leavesOf(member, path === '' ? name : `${path}.${name}`))
    .sort();
}
