import { KillRun } from './kill-run';

const CASE_MS = 240_000;

describe('on the embedded broker: every accepted notice is delivered once, whatever is killed', () => {
  let run: KillRun;
  beforeAll(async () => {
    run = await KillRun.start('embedded');
  }, CASE_MS);
  afterAll(() => run?.stop(), 60_000);

  test(
    'the police, when a notice is accepted and nothing is dispatched',
    async () => void (await run.killAt('police', 'prepared')),
    CASE_MS,
  );

  test(
    'the préfecture, when the notice is stored and its offset is not committed',
    async () => void (await run.killAt('prefecture', 'received')),
    CASE_MS,
  );

  test('nobody and no secret is named in any log of all that', async () => {
    expect(await run.leaks()).toEqual([]);
  });
});
