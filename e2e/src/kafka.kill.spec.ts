import { describeWithOwnKafka, eventually } from '@liaison/testing';
import { query } from './books';
import { KillRun } from './kill-run';
import { startTwin, type Twin } from './twin';

const CASE_MS = 240_000;

describeWithOwnKafka('on Kafka: every accepted notice is delivered once, whatever is killed', () => {
  let run: KillRun;
  beforeAll(async () => {
    run = await KillRun.start('kafka');
  }, CASE_MS);
  afterAll(() => run?.stop(), 60_000);

  test(
    'the police, when a notice is accepted and nothing is dispatched',
    async () => void (await run.killAt('police', 'prepared')),
    CASE_MS,
  );

  test(
    'the police, when the bytes are frozen and nothing is published',
    async () => void (await run.killAt('police', 'frozen')),
    CASE_MS,
  );

  test(
    'the police, when the broker has acknowledged and nothing is marked: it sends the same bytes again',
    async () => {
      const { sentAgain } = await run.killAt('police', 'published');
      expect(sentAgain).toBeGreaterThan(0);
    },
    CASE_MS,
  );

  test(
    'the préfecture, when the notice is stored and its offset is not committed',
    async () => void (await run.killAt('prefecture', 'received')),
    CASE_MS,
  );

  test(
    'the broker, under load: notices are accepted while it is away',
    async () => {
      const { kafka } = run.system;
      const before = run.processes();
      await run.underLoad(async (load) => {
        await load.more(3);
        await kafka?.kill();
        await load.more(10);
        await kafka?.restart();
      });
      expect(run.processes()).toEqual(before);
    },
    CASE_MS,
  );

  test(
    'PostgreSQL, under load',
    async () => {
      const { postgres } = run.system;
      const before = run.processes();
      await run.underLoad(async (load) => {
        await load.more(3);
        await postgres.kill();
        await postgres.restart();
      });
      expect(run.processes()).toEqual(before);
    },
    CASE_MS,
  );

  test(
    'a dispatcher that is paused past its lease, while another of the same agency takes its lanes over',
    async () => {
      const { system } = run;
      const { paused } = await run.pauseAt('police', 'frozen');
      const first = system.service('police');
      let second: Twin | undefined;
      try {
        let turn = 0;
        const nextUrl = (): string => ((turn += 1) % 2 === 0 ? first : (second ?? first)).url;
        await run.underLoad(
          async () => {
            await paused();
            const unmarked = `SELECT id FROM messaging.lane WHERE marked_position < last_position`;
            const stuck = await query(system.databaseUrl('police'), unmarked);
            expect(stuck).not.toEqual([]);
            second = await startTwin(system, 'police');
            const takenOver = async () => (await query(system.databaseUrl('police'), unmarked)).length === 0;
            await eventually(takenOver, { timeoutMs: 40_000 });
            first.kill('SIGCONT');
          },
          { nextUrl, timeoutMs: 3000 },
        );
      } finally {
        first.kill('SIGCONT');
        await second?.stop();
      }
    },
    CASE_MS,
  );

  test('nobody and no secret is named in any log of all that', async () => {
    expect(await run.leaks()).toEqual([]);
  });
});
