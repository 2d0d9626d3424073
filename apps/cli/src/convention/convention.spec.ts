import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conventionDigest } from '@liaison/sharing-policy';
import { currentConventionFile } from '@liaison/testing';
import { runCommandLine } from '../command-line';
import { installedConventions, sha256 } from './convention-set';

const NOTICES = currentConventionFile('police-prefecture');

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

/** As its parties would have to: a signature over another text does not count. */
function signAnew(file: string): void {
  const text = readFileSync(file, 'utf8');
  const digest = conventionDigest(text, file, sha256);
  writeFileSync(file, text.replace(/digest: [0-9a-f]{64}/g, `digest: ${digest}`));
}

test.each(['help', '--help'])('%s documents the exit codes', async (help) => {
  expect(await convention(help)).toBe(0);
  expect(said.join('\n')).toContain('Exit codes: 0 answered');
});

test.each([
  [[], 'Say what to do with conventions.'],
  [['announce'], 'There is no command "convention announce".'],
  [['publish'], 'Name the files of conventions.'],
  [['publish', 'x.v1.yaml'], 'Name the key that signs: --key PEM.'],
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
      NOTICES,
      /means-of-control: \{ treatment: mask/,
      'means-of-control: { treatment: withhold',
    );
    signAnew(file);
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
    const first = change(NOTICES, 'travel: release', 'travl: release');
    const second = change('police-internal.v1.yaml', 'steps: release', 'steps: relase');
    expect(await convention('check', folder)).toBe(1);
    expect(said.join('\n')).toMatch(
      new RegExp(`${first}:\\d+:9: error convention-invalid: unknown name .travl.`),
    );
    expect(said.join('\n')).toMatch(new RegExp(`${second}:\\d+:\\d+: `));
    expect(said.at(-1)).toMatch(/ 2 errors, 0 warnings$/);
  });

  test('cases are checked as cases, beside their convention or alone', async () => {
    const cases = join(folder, 'police-prefecture.cases.yaml');
    expect(await convention('check', cases, join(folder, NOTICES))).toBe(0);
    change('police-prefecture.cases.yaml', 'operation: release', 'operation: relase');
    expect(await convention('check', cases)).toBe(1);
    expect(said.join('\n')).toContain(`${cases}:`);
    expect(said.join('\n')).toContain('error cases-invalid');
  });

  test('a text that was changed after its signatures is an error, one that nobody signed a warning', async () => {
    const file = change(NOTICES, 'travel: release', 'travel: withhold');
    expect(await convention('check', file)).toBe(1);
    expect(said.join('\n')).toMatch(
      /\.yaml:\d{2}:5: error signature-of-another-text: .*`investigating-services`/,
    );

    change(NOTICES, /^signatures:\n(?: {2}.*\n)+/m, 'signatures: []\n');
    expect(await convention('check', file)).toBe(0);
    expect(said.join('\n')).toMatch(/\.yaml:\d{2}:5: warning signature-missing: `prefectures`/);
    expect(said.at(-1)).toBe('1 files, 0 errors, 2 warnings');
  });

  test('a field that no event has is found where it stands', async () => {
    const file = change(NOTICES, 'travel.organisedBy:', 'travel.organizedBy:');
    expect(await convention('check', file)).toBe(1);
    expect(said.join('\n')).toContain('travel.organizedBy');
  });
});

describe('diff', () => {
  const opened = () =>
    change(NOTICES, /means-of-control: \{ treatment: mask/, 'means-of-control: { treatment: release');

  test('of a set with itself finds nothing: exit 0', async () => {
    expect(await convention('diff', installedConventions, folder)).toBe(0);
    expect(said).toEqual(['0 widenings, 0 narrowings']);
  });

  test('of a rule that opens more: each event and reading, with the request that shows it; exit 1', async () => {
    opened();
    expect(await convention('diff', installedConventions, folder, '--json')).toBe(1);
    const { changes } = JSON.parse(said.join('')) as { changes: Record<string, unknown>[] };
    expect(changes).toContainEqual(
      expect.objectContaining({
        direction: 'widening',
        event: 'liaison.notice.issued.v2',
        operation: 'release',
        what: expect.arrayContaining(['exploitation.meansOfControl']) as unknown,
        before: 'mask',
        after: 'release',
        rulesAfter: ['police-prefecture/notice'],
      }),
    );
    expect(changes.every(({ direction }) => direction === 'widening')).toBe(true);
  });

  test('before a merge, what is opened needs a line in the changelog', async () => {
    opened();
    expect(await convention('diff', '--changelog', installedConventions, folder)).toBe(1);
    expect(said.join('\n')).toContain('WARNING: this change lets somebody learn more');
    expect(said.join('\n')).toContain(`Say in ${join(folder, 'police-prefecture.changelog.md')}`);
    writeFileSync(
      join(folder, 'police-prefecture.changelog.md'),
      '- v1: how the network held the person, for L425-1.\n',
    );
    expect(await convention('diff', '--changelog', installedConventions, folder)).toBe(0);
  });

  test('what is narrowed needs none', async () => {
    change(NOTICES, /means-of-control: \{ treatment: mask/, 'means-of-control: { treatment: withhold');
    expect(await convention('diff', '--changelog', installedConventions, folder)).toBe(0);
    expect(said.join('\n')).toMatch(/^0 widenings, \d+ narrowings$/);
  });
});

test('sign puts a party\u2019s signature over the text as it stands', async () => {
  const file = change(NOTICES, 'travel: release', 'travel: mask');
  expect(await convention('sign', file, '--party', 'prefectures', '--by', 'A prefect')).toBe(0);
  expect(said.at(-1)).toBe('Still to sign: investigating-services');
  expect(await convention('sign', file, '--party', 'investigating-services', '--by', 'A director')).toBe(0);
  expect(said.at(-1)).toBe('Every party has signed this text.');
  expect(await convention('sign', file, '--party', 'nobody', '--by', 'A')).toBe(2);
  expect(await convention('sign', file, '--by', 'A')).toBe(2);
});

describe('matrix', () => {
  const written = async (...args: string[]) => {
    expect(await convention('matrix', '--on', '2026-03-02', ...args)).toBe(0);
    return said.join('\n');
  };

  test('says what each kind learns, with the least that has to be established', async () => {
    const csv = await written('--csv');
    const row = (field: string) =>
      csv
        .split('\n')
        .filter(
          (line) =>
            line.startsWith('police,prefecture,liaison.notice.issued.v2') && line.includes(`,${field},`),
        );
    expect(row('exploitation.account')).toEqual([expect.stringContaining(',withhold,')]);
    expect(row('exploitation.from')).toEqual([expect.stringContaining(',generalise month,')]);
    const [name] = row('civilStatus.real.familyName');
    expect(name).toContain(',competent,');
    expect(name).toContain('protectedIdentity=false');
    expect(name).toContain(',release,caseworker; desk; supervisor,');
  });

  test('as one page, in two languages, that needs nothing else', async () => {
    const page = await written('--html');
    expect(page).toContain('Qui apprend quoi, de qui');
    expect(page).toContain('Who learns what, from whom');
    expect(page).toContain('réduit au mois');
    expect(page).toContain('@media print');
    expect(page).not.toMatch(/<script|src=|href=|url\(|https?:/);
  });

  test('on the terminal', async () => {
    expect(await written()).toMatch(/exploitation\.from +generalise month +competent/);
  });

  test('in two forms at once is a mistake of the caller: one line, and nothing on standard output', async () => {
    expect(await convention('matrix', '--csv', '--html')).toBe(2);
    expect(explained).toEqual([expect.stringContaining('give --csv or --html, not both.')]);
    expect(said).toEqual([]);
  });

  test('of a day that is none is a mistake of the caller', async () => {
    expect(await convention('matrix', '--on', '2026-02-31')).toBe(2);
  });
});
