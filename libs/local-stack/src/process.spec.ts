import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@liaison/testing';
import { freePort } from './ports';
import { type ProcessOptions, StartFailure, superviseProcess, type SupervisedProcess } from './process';
import { startOf } from './process-table';

const folder = mkdtempSync(join(tmpdir(), 'liaison-process-'));
const logFile = join(folder, 'child.log');
const running: SupervisedProcess[] = [];

function node(script: string, options: Partial<ProcessOptions> = {}): ProcessOptions {
  return { name: 'child', command: process.execPath, args: ['-e', script], logFile, ...options };
}

async function start(options: ProcessOptions): Promise<SupervisedProcess> {
  const child = await superviseProcess(options);
  running.push(child);
  return child;
}

async function failureOf(options: ProcessOptions): Promise<StartFailure> {
  return superviseProcess(options).then(
    () => Promise.reject(new Error('it started')),
    (error: unknown) => {
      if (error instanceof StartFailure) return error;
      throw error;
    },
  );
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => child.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('ready when the address answers 200, not before', async () => {
  const port = await freePort();
  const script = `let n = 0; require('http').createServer((q, s) => { console.log('asked', ++n); s.statusCode = n < 3 ? 503 : 200; s.end(); }).listen(${port}, '127.0.0.1')`;
  const child = await start(node(script, { readyUrl: `http://127.0.0.1:${port}/` }));
  expect(child.running).toBe(true);
  expect(readFileSync(logFile, 'utf8')).toContain('asked 3');
});

test('ready when its output has the line, of this run only', async () => {
  const script = `setTimeout(() => console.log('second line'), 50); setInterval(() => {}, 1000)`;
  await start(node(script, { readyLine: /second \w+/ }));
  const again = node(`setInterval(() => {}, 1000)`, { readyLine: 'second line', readyTimeoutMs: 300 });
  expect((await failureOf(again)).code).toBe('process-not-ready');
});

test('a child that dies at start: one line with the reason and the log, and its last lines', async () => {
  const failure = await failureOf(
    node(`console.log('starting'); throw new Error('no such table')`, { readyLine: 'up' }),
  );
  expect(failure.code).toBe('process-died');
  expect(failure.message).toBe(
    `child ended while it started (exit code 1): Error: no such table (${logFile})`,
  );
  expect(failure.tail).toContain('starting');
});

test('the reason of a structured log is its message', async () => {
  const line = JSON.stringify({ level: 60, err: { message: 'invalid settings' }, msg: 'failed' });
  const failure = await failureOf(
    node(`console.log(${JSON.stringify(line)}); process.exit(3)`, { readyLine: 'up' }),
  );
  expect(failure.message).toContain('(exit code 3): invalid settings');
});

test('a program that is not there', async () => {
  const failure = await failureOf({ name: 'ghost', command: join(folder, 'ghost'), logFile });
  expect(failure.code).toBe('process-not-found');
});

test('gets its own environment, not that of the parent', async () => {
  process.env['LIAISON_SPEC_SECRET'] = 'of the parent';
  const script = `console.log('has', process.env.LIAISON_SPEC_SECRET, process.env.GIVEN); setInterval(() => {}, 1000)`;
  await start(node(script, { env: { GIVEN: 'given' }, readyLine: 'has undefined given' }));
  delete process.env['LIAISON_SPEC_SECRET'];
});

test('stop asks first, then kills', async () => {
  const polite = await start(
    node(
      `process.on('SIGTERM', () => process.exit(7)); console.log('polite up'); setInterval(() => {}, 1000)`,
      {
        readyLine: 'polite up',
      },
    ),
  );
  await polite.stop();
  expect(await polite.exited).toEqual({ code: 7, signal: null });
  const deaf = await start(
    node(`process.on('SIGTERM', () => {}); console.log('deaf up'); setInterval(() => {}, 1000)`, {
      readyLine: 'deaf up',
      stopTimeoutMs: 100,
    }),
  );
  await deaf.stop();
  expect(await deaf.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(deaf.running).toBe(false);
});

test('children die with a parent that is killed with SIGKILL', async () => {
  const pidFile = join(folder, 'pid');
  const parentFile = join(folder, 'parent.ts');
  writeFileSync(
    parentFile,
    `import { superviseProcess } from ${JSON.stringify(join(__dirname, 'process'))};
     import { writeFileSync } from 'node:fs';
     superviseProcess({ name: 'child', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], logFile: ${JSON.stringify(logFile)} })
       .then((child) => writeFileSync(${JSON.stringify(pidFile)}, String(child.pid)));`,
  );
  const hook = join(__dirname, '..', '..', 'testing', 'src', 'ts-hook.cjs');
  const parent = spawn(process.execPath, ['--conditions=@liaison/source', '-r', hook, parentFile], {
    stdio: 'inherit',
    cwd: __dirname,
  });
  const pid = await eventually(() => {
    const written = Number(readFileSync(pidFile, 'utf8'));
    expect(written).toBeGreaterThan(0);
    return written;
  });
  expect(startOf(pid)).not.toBe('');
  parent.kill('SIGKILL');
  await eventually(() => startOf(pid) === '');
});
