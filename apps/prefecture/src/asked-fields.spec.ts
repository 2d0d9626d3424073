import { changedConvention } from '@liaison/testing';
import { type AskedFields, ASKS_BY_EXTENSION, operationsOf } from '@liaison/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { type DeskWorld, noticeAbout, startDeskWorld } from './desk-world.test';

const DOCUMENT = JSON.parse(
  readFileSync(join(__dirname, '../../../docs/openapi/prefecture.json'), 'utf8'),
) as OpenAPIObject;

/** Questions over the préfecture's own records, as the document names them. */
const QUESTIONS = operationsOf<{ readonly [ASKS_BY_EXTENSION]?: AskedFields }>(DOCUMENT).flatMap(
  ([route, { [ASKS_BY_EXTENSION]: asked }]) =>
    asked && !asked.eachDecides ? [{ path: route.replace('GET ', ''), asked }] : [],
);
/** What each question needs, and a value for each of its parameters. */
const VALUES: Readonly<Record<string, string>> = {
  status: 'running',
  endingSoon: 'true',
  breached: 'true',
  year: '2026',
  state: 'granted',
  warning: 'expired',
  overdue: 'true',
  subjectId: randomUUID(),
};
const valueOf = (path: string, parameter: string): string =>
  path.startsWith('/v1/statistics') ? '2020' : (VALUES[parameter] ?? '');
const needed = (path: string): Record<string, string> => ({
  ...(path.endsWith('/reflection-periods/counts') && { year: '2026' }),
  ...(path.startsWith('/v1/statistics') && { from: '2020', to: '2020' }),
});

/** The desk reads of its own records that they are there, and no day, state or kind of them; a supervisor reads all. */
const conventions = (): string =>
  changedConvention('prefecture-records', (text) =>
    text
      .replaceAll(
        '        procedure: release',
        '        procedure: { treatment: release, readers: [supervisor] }',
      )
      .replaceAll('        dates: release', '        dates: { treatment: release, readers: [supervisor] }'),
  );

describe('questions over the own records of a préfecture', () => {
  let conventionsDir: string;
  let world: DeskWorld;
  let supervisor: Agent;

  beforeAll(async () => {
    conventionsDir = conventions();
    world = await startDeskWorld({ conventionsDir });
    supervisor = await world.prefecture.as({ unit: 'desk', roles: ['supervisor'] });
  });
  afterAll(async () => {
    await world.world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  it('are those over the register, applications, statistics and opinions', () => {
    expect(QUESTIONS.map(({ path }) => path).sort()).toEqual([
      '/v1/opinion-requests',
      '/v1/permits',
      '/v1/reflection-periods',
      '/v1/reflection-periods/counts',
      '/v1/statistics/permits',
      '/v1/statistics/permits/released',
    ]);
  });

  // The desk may not call for the released statistics at all.
  const forDesk = QUESTIONS.filter(({ path }) => !path.endsWith('/released'));
  it.each(forDesk)(
    '$path is refused whole to whoever may not read what it rests on',
    async ({ path, asked }) => {
      for (const parameter of [undefined, ...Object.keys(asked.filters ?? {})]) {
        const query = { ...needed(path), ...(parameter && { [parameter]: valueOf(path, parameter) }) };
        const { status, body } = await world.desk.get(path).query(query);
        expect([path, parameter, status, body.code]).toEqual([path, parameter, 403, 'field-not-queryable']);
        const pointers = ((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
        if (parameter)
          expect([parameter, pointers]).toEqual([parameter, expect.arrayContaining([parameter])]);
        // Which field, and no reason why.
        expect(body.detail).not.toMatch(/supervisor|convention|CESEDA/);
        await supervisor.get(path).query(query).expect(200);
      }
    },
  );

  it('neither desk nor timeline tells by its lines what the reader may not read', async () => {
    const { id: noticeId, caseId } = await world.receive(noticeAbout({ familyName: 'Lineless' }));
    const created = (path: string, body: object) =>
      world.desk.post(path).set('Idempotency-Key', randomUUID()).send(body).expect(201);
    await created('/v1/reflection-periods', { noticeId, language: 'ro' });
    await created('/v1/permits', { ground: 'cooperation', noticeId, situation: {} });
    const kinds = async (as: Agent) => {
      const [desk, timeline] = await Promise.all([
        as.get('/v1/desk').query({ limit: 200 }).expect(200),
        as.get(`/v1/cases/${caseId}/timeline`).expect(200),
      ]);
      const kindsOf = (items: readonly { kind: string }[]) => items.map(({ kind }) => kind).sort();
      return {
        counts: desk.body.counts.open,
        desk: kindsOf(desk.body.items),
        timeline: kindsOf(timeline.body.items),
      };
    };
    expect(await kinds(world.desk)).toEqual({ counts: 1, desk: ['notice'], timeline: ['notice-received'] });
    // An application was lodged: there is no longer a period that waits for one.
    expect(await kinds(supervisor)).toEqual({
      counts: 2,
      desk: ['notice', 'permit-application'],
      timeline: ['notice-received', 'permit-lodged', 'reflection-period-opened'],
    });
  });
});
