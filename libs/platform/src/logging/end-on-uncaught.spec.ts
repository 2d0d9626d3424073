import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const HOOK = join(__dirname, '..', '..', '..', 'testing', 'src', 'ts-hook.cjs');

function run(failure: string): { status: number | null; lines: Record<string, unknown>[] } {
  const script = `
    const { createLogger } = require('./logger.ts');
    const { endOnUncaught } = require('./end-on-uncaught.ts');
    endOnUncaught(createLogger({ service: 'police', agency: 'police-75', level: 'info' }));
    setInterval(() => undefined, 1000);
    ${failure}`;
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=@liaison/source', '-r', HOOK, '-e', script],
    { cwd: __dirname, encoding: 'utf8', timeout: 20_000 },
  );
  const lines = stdout.split('\n').filter(Boolean);
  return { status, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test.each([
  ['an exception', `setImmediate(() => { throw Object.assign(new Error('of Dupont'), { code: '23505' }); })`],
  ['a rejection', `void Promise.reject(Object.assign(new Error('of Dupont'), { code: '23505' }))`],
])('%s that nobody caught: one line with its code, nobody named, and the end', (_, failure) => {
  const { status, lines } = run(failure);
  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ service: 'police', level: 'fatal', err: { code: '23505' } });
  expect(JSON.stringify(lines)).not.toContain('Dupont');
});
