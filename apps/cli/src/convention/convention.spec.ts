import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../command-line';
import { installedConventions } from './convention-set';

let said: string[];
let explained: string[];
let folder: string;

beforeEach(() => {
  said = [];
  explained = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void explained.push(line));
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => (said.push(String(line).trimEnd()), true));
  folder = mkdtempSync(join(tmpdir(), 'liaison-conventions-'));
  cpSync(installedConventions, folder, { recursive: true });
});
afterEach(() => {
  jest.restoreAllMocks();
});

const convention = (...args: readonly string[]) => runCommandLine(['convention', ...args]);
function change(name: string, from: string | RegExp, to: string): string {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  expect(text.search(from)).toBeGreaterThan(-1);
  writeFileSync(file, text.replace(from, to));
  return file;
}

test('help documents the exit codes', async () => {
  expect(await convention('help')).toBe(0);
  expect(said.join('\n')).toContain('Exit codes: 0 answered');
});

test.each([
  [[], 'Say what to do with conventions.'],
  [['publish'], 'There is no command "convention publish".'],
  [['decide', 'request.json'], 'Requests come from standard input.'],
])('%j is a mistake of the caller: exit 2', async (args, message) => {
  expect(await convention(...args)).toBe(2);
  expect(explained).toEqual([expect.stringContaining(message)]);
});

test('a folder that is not there: one line, exit 2', async () => {
  expect(await convention('check', join(folder, 'nowhere'))).toBe(2);
  expect(explained).toEqual([expect.stringContaining('nowhere cannot be read')]);
});

describe('test', () => {
  test('the cases of this installation hold', async () => {
    expect(await convention('test')).toBe(0);
    expect(said.at(-1)).toMatch(/^\d+ passed, 0 failed, in \d+ files$/);
  });

  test('a rule that was changed fails the case that names it: exit 1', async () => {
    const file = change(
      'police-prefecture.v1.yaml',
      /means-of-control: \{ treatment: mask/,
      'means-of-control: { treatment: withhold',
    );
    expect(await convention('test', file)).toBe(1);
    expect(said.join('\n')).toMatch(
      /police-prefecture\.cases\.yaml:\d+:\d+: a notice about an adult.*\n {2}exploitation\.meansOfControl: expected mask, found withhold/,
    );
  });
});

describe('check', () => {
  test('this installation loads', async () => {
    expect(await convention('check')).toBe(0);
  });

  test('every file that does not load is named with line and column: exit 1', async () => {
    const first = change('police-prefecture.v1.yaml', 'travel: release', 'travl: release');
    const second = change('police-internal.v1.yaml', 'steps: release', 'steps: relase');
    expect(await convention('check', folder)).toBe(1);
    expect(said.join('\n')).toMatch(new RegExp(`${first}:\\d+:9: unknown name .travl.`));
    expect(said.join('\n')).toMatch(new RegExp(`${second}:\\d+:\\d+: `));
    expect(said.at(-1)).toMatch(/ 2 findings$/);
  });

  test('a field that no event has is found where it stands', async () => {
    const file = change('police-prefecture.v1.yaml', 'travel.organisedBy:', 'travel.organizedBy:');
    expect(await convention('check', file)).toBe(1);
    expect(said.join('\n')).toContain('travel.organizedBy');
  });
});
