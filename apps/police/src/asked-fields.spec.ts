import { OPINION_REQUESTED, REFLECTION_PERIOD_BREACHED, URGENT_REQUEST_ASKED } from '@liaison/contracts';
import {
  type AgencyWorld,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { about, Notices, receivedAbout } from './notice/notices.test';
import { POLICE } from './service';

/** What préfectures ask and report has no day in it for an officer; a supervisor reads all. */
const CHANGED = ['reflection-period', 'opinion', 'urgent-request'];
const forSupervisors = (text: string): string =>
  text.replaceAll('        dates: release', '        dates: { treatment: release, readers: [supervisor] }');

describe('questions over what préfectures shared with an investigating service', () => {
  let folders: readonly string[];
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let officer: Agent;
  let supervisor: Agent;

  beforeAll(async () => {
    const made: string[] = [];
    for (const name of CHANGED) made.push(changedConvention(name, forSupervisors, made.at(-1)));
    folders = made;
    world = await startAgencyWorld({ conventionsDir: made.at(-1) ?? '' });
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    officer = await police.as({ unit: 'brp', roles: ['officer'] });
    supervisor = await police.as({ unit: 'brp', roles: ['supervisor'] });
  });
  afterAll(async () => {
    await world.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const kindsOf = async (as: Agent, path: string) => {
    const { body } = await as.get(path).query({ limit: 200 }).expect(200);
    return (body.items as { kind: string }[]).map(({ kind }) => kind);
  };

  it('neither list, desk nor timeline tells by its lines what the reader may not read', async () => {
    const { body: notice } = await (
      await Notices.of(police)
    )
      .issueNow({ content: about('Sansdate') })
      .expect(202);
    const received = await receivedAbout('Sansdate', prefecture);
    const at = new Date().toISOString();
    await prefecture.answer(received, {
      type: REFLECTION_PERIOD_BREACHED,
      document: {
        breach: randomUUID(),
        revision: 1,
        measure: 'removal-ordered',
        takenOn: '2026-11-16',
        periodFrom: '2026-11-10',
        periodUntil: '2026-12-10',
        article: 'CESEDA R425-2',
        departement: '75',
        reportedAt: at,
      },
    });
    await prefecture.send('police-75', {
      type: OPINION_REQUESTED,
      facts: { departement: '75', askedForOpinion: ['police-75'] },
      unit: 'brp',
      document: {
        request: randomUUID(),
        subject: 'permit-application',
        ground: 'exceptional',
        question: 'Do you know of it?',
        dueOn: '2090-12-04',
        departement: '75',
        requestedAt: at,
        applicant: { familyName: 'Sansdate' },
      },
    });
    await prefecture.send('police-75', {
      type: URGENT_REQUEST_ASKED,
      purpose: 'vital-interests',
      unit: 'brp',
      document: {
        request: randomUUID(),
        ground: 'danger-to-life',
        needs: ['contact'],
        reason: 'She called from an unknown place.',
        case: received.envelope.subject,
        askedAt: at,
        dueAt: new Date(Date.now() + 7_200_000).toISOString(),
      },
    });
    const waiting = ['breach', 'opinion-request', 'urgent-received'];
    await eventually(async () =>
      expect(await kindsOf(supervisor, '/v1/desk')).toEqual(expect.arrayContaining(waiting)),
    );
    const desk = await kindsOf(officer, '/v1/desk');
    expect(waiting.filter((kind) => desk.includes(kind))).toEqual([]);

    const told = ['breach-reported', 'urgent-request-received'];
    const timeline = `/v1/cases/${notice.id}/timeline`;
    expect(await kindsOf(supervisor, timeline)).toEqual(expect.arrayContaining(told));
    const own = await kindsOf(officer, timeline);
    expect(own).toContain('notice-issued');
    expect(told.filter((kind) => own.includes(kind))).toEqual([]);

    for (const [path, query] of [
      ['/v1/breaches', { remedied: false }],
      ['/v1/breaches', { escalated: false }],
      ['/v1/opinion-requests', { overdue: false }],
    ] as const) {
      const listed = async (as: Agent) =>
        (await as.get(path).query(query).expect(200)).body.items as object[];
      expect([path, (await listed(officer)).length]).toEqual([path, 0]);
      expect([path, (await listed(supervisor)).length]).toEqual([path, 1]);
    }
  });
});
