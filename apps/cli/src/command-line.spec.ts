import { join } from 'node:path';
import { runCommandLine } from './command-line';

const inherited = { ...process.env };
let said: string[];
let explained: string[];

beforeEach(() => {
  said = [];
  explained = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void explained.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...inherited };
});

test('help lists the commands', async () => {
  expect(await runCommandLine(['help'])).toBe(0);
  for (const command of ['liaison up', 'liaison demo', 'liaison topics create']) {
    expect(said.join()).toContain(command);
  }
});

test.each([
  [[], 'Name a command.'],
  [['fly'], 'There is no command "fly".'],
  [['up', '--quick'], "Unknown option '--quick'"],
  [['up', '--kafka=yes'], "Option '--kafka' does not take an argument"],
])('%j is a mistake of the caller: one line, exit 2', async (args, message) => {
  expect(await runCommandLine(args)).toBe(2);
  expect(explained).toEqual([expect.stringContaining(message)]);
  expect(explained[0]).not.toContain('\n');
});

test('topics without a broker: one line says what to set, exit 1', async () => {
  delete process.env['KAFKA_BROKERS'];
  expect(await runCommandLine(['topics', 'create'])).toBe(1);
  expect(explained).toEqual([
    'Set KAFKA_BROKERS (host:port, separated by commas), KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD.',
  ]);
});

test('a data folder that cannot be written to: one line, exit 1', async () => {
  process.env['LIAISON_DATA_DIR'] = join(__filename, 'data');
  expect(await runCommandLine(['demo'])).toBe(1);
  expect(explained).toEqual([expect.stringMatching(/^Cannot write to .*ENOTDIR/)]);
});
