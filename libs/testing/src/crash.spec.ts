import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { crashAt, crashLine } from './crash';
import { eventually } from './eventually';

/** Passes two stages, prints each line that it gets to. */
const SCRIPT = `
const { channel } = require('node:diagnostics_channel');
const pass = (stage, topic) => {
  channel('liaison.messaging.' + stage).publish({ topic, partition: 0, count: 1 });
  process.stdout.write(stage + ' ' + topic + '\\n');
};
pass('frozen', 'other');
pass('prepared', 'inbox');
pass('frozen', 'inbox');
pass('frozen', 'inbox');
process.stdout.write('end\\n');
`;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

function run(env: Record<string, string>) {
  const started = spawn(process.execPath, ['-e', SCRIPT], { env: { ...process.env, ...env } });
  child = started;
  const output = { out: '', err: '' };
  started.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  started.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  return { started, output, closed: once(started, 'close') as Promise<[number | null, string | null]> };
}

test('kills at the n-th time that a stage is reached for a topic, before anything that follows', async () => {
  const crash = { stage: 'frozen', nth: 2, topic: 'inbox' } as const;
  const { output, closed } = run(crashAt(crash));
  expect(await closed).toEqual([null, 'SIGKILL']);
  expect(output.out).toBe('frozen other\nprepared inbox\nfrozen inbox\n');
  expect(output.err).toBe(`${crashLine(crash)}inbox/0\n`);
});

test('stops there, and goes on when it is told to', async () => {
  const { started, output, closed } = run(crashAt({ stage: 'prepared', signal: 'SIGSTOP' }));
  const state = () => execFileSync('ps', ['-o', 'stat=', '-p', String(started.pid)]).toString();
  await eventually(() => state().startsWith('T'));
  await eventually(() => expect(output.out).toBe('frozen other\n'));
  started.kill('SIGCONT');
  expect(await closed).toEqual([0, null]);
  expect(output.out).toBe('frozen other\nprepared inbox\nfrozen inbox\nfrozen inbox\nend\n');
});

test('does nothing where nothing is named, and refuses a stage that does not exist', async () => {
  const { NODE_OPTIONS = '' } = crashAt({ stage: 'frozen' });
  expect(await run({ NODE_OPTIONS }).closed).toEqual([0, null]);
  expect(await run({ NODE_OPTIONS, LIAISON_CRASH_AT: 'Frozen' }).closed).toEqual([1, null]);
});
