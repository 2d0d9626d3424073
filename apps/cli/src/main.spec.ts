import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

jest.setTimeout(60_000);

const hook = join(__dirname, '..', '..', '..', 'libs', 'testing', 'src', 'ts-hook.cjs');

function liaison(args: readonly string[], env: Record<string, string> = {}) {
  const node = ['--conditions=@liaison/source', '-r', hook, join(__dirname, 'main.ts'), ...args];
  const { KAFKA_BROKERS: _, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, node, {
    encoding: 'utf8',
    env: { ...rest, ...env },
  });
  return { status, stdout, stderr };
}

test('help lists the commands', () => {
  const { status, stdout } = liaison(['help']);
  expect(status).toBe(0);
  for (const command of ['liaison up', 'liaison demo', 'liaison topics create'])
    expect(stdout).toContain(command);
});

test.each([
  [[], 'Name a command.'],
  [['fly'], 'There is no command "fly".'],
  [['up', '--quick'], "Unknown option '--quick'"],
  [['up', '--kafka=yes'], "Option '--kafka' does not take an argument"],
])('%j is a mistake of the caller: one line, exit 2', (args, message) => {
  const { status, stderr } = liaison(args);
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(message)]);
  expect(status).toBe(2);
});

test('what fails says what to do in one line, exit 1', () => {
  const unset = liaison(['topics', 'create']);
  expect(unset.status).toBe(1);
  expect(unset.stderr).toBe(
    'Set KAFKA_BROKERS (host:port, separated by commas), KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD.\n',
  );
  const unwritable = liaison(['demo'], { LIAISON_DATA_DIR: join(__filename, 'data') });
  expect(unwritable.status).toBe(1);
  expect(unwritable.stderr.trim().split('\n')).toEqual([expect.stringMatching(/^Cannot write to .*ENOTDIR/)]);
});
