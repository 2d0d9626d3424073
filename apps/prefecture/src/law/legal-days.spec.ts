import { CLOCK } from '@liaison/casework';
import { NOTICE_ISSUED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import {
  aNotice,
  type AgencyWorld,
  eventually,
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
import { PREFECTURE } from '../service';

const DEMO = join(__dirname, '../../../../config/directory.demo.yaml');
const overseas = (departement: string) => `
  - id: prefecture-${departement}
    kind: prefecture
    name: Préfecture ${departement}
    departement: '${departement}'
    competentFor: ['${departement}']
    units:
      - { id: desk, name: Guichet }
    contactPoints: []
    inboxPartitions: 1
`;

describe('legal days, over HTTP', () => {
  let folder: string;
  let world: AgencyWorld;
  let police: TestPeer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-directory-'));
    const directoryFile = join(folder, 'directory.yaml');
    const demo = readFileSync(DEMO, 'utf8');
    const added = ['973', '988'].filter((code) => !demo.includes(`prefecture-${code}`)).map(overseas);
    writeFileSync(directoryFile, demo.replace(/^agencies:$/m, `agencies:${added.join('')}`));
    world = await startAgencyWorld({ directoryFile });
    police = await startPeer(world, 'police-75');
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => jest.restoreAllMocks());

  const received = (desk: Agent) =>
    eventually(async () => {
      const { body } = await desk.get('/v1/notices').expect(200);
      if (body.items.length === 0) throw new Error('it has not arrived');
      return String(body.items[0].id);
    });

  it.each([
    ['Paris', '75', '2026-12-01T22:59:59.999Z', '2026-12-31T22:59:59.999Z'],
    ['Cayenne', '973', '2026-12-02T02:59:59.999Z', '2027-01-01T02:59:59.999Z'],
    ['Nouméa', '988', '2026-12-01T12:59:59.999Z', '2026-12-31T12:59:59.999Z'],
  ])(
    'begin and end at midnight in %s: receipts, applications, renewals and what is over',
    async (_, departement, first, last) => {
      const agencyId = `prefecture-${departement}`;
      const prefecture: TestService = await world.start({ agencyId, ...PREFECTURE });
      const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] }, { expiresInSeconds: 315_360_000 });
      const content = aNotice();
      await police.send(agencyId, {
        type: NOTICE_ISSUED,
        document: { ...content, procedure: { ...content.procedure, departement } },
        facts: { departement, protectedIdentity: false, protectedAddress: false },
      });
      const noticeId = await received(desk);
      const clock = prefecture.app.get<Clock>(CLOCK);
      const at = (instant: string, laterMs = 0) =>
        jest.spyOn(clock, 'now').mockReturnValue(new Date(Date.parse(instant) + laterMs));
      const post = (path: string, body: object) =>
        desk.post(path).set('Idempotency-Key', randomUUID()).send(body);
      const lodgedOn = async () => {
        const { body } = await post('/v1/permits', {
          ground: 'cooperation',
          holder: { familyName: 'Osagie' },
        });
        return (await desk.get(`/v1/permits/${body.id}`).expect(200)).body.lodgedOn as string;
      };

      at(first);
      expect(await lodgedOn()).toBe('2026-12-01');
      const tomorrow = { noticeId, language: 'fr', handedOverOn: '2026-12-02' };
      expect((await post('/v1/reflection-periods', tomorrow).expect(422)).body.code).toBe(
        'day-in-the-future',
      );
      const { body: period } = await post('/v1/reflection-periods', { noticeId, language: 'fr' }).expect(201);
      expect(period).toMatchObject({ from: '2026-12-01', lastDay: '2026-12-31' });
      at(first, 1);
      expect(await lodgedOn()).toBe('2026-12-02');

      const now = async () => (await desk.get(`/v1/reflection-periods/${period.id}`).expect(200)).body;
      at(last);
      expect(await now()).toMatchObject({ status: 'running', daysLeft: 1 });
      at(last, 1);
      expect(await now()).toMatchObject({ status: 'elapsed', daysLeft: null });
      await prefecture.stop();
    },
  );
});
