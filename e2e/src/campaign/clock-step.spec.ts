import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = mkdtempSync(join(tmpdir(), 'liaison-clock-'));
const file = join(folder, 'clock');
let child: ChildProcess;

const SCRIPT = `process.stdin.on('data', () => console.log(JSON.stringify({
  now: Date.now(), made: new Date().getTime(), text: Date.parse(Date()), iso: new Date(0).toISOString(),
  is: new Date() instanceof Date, utc: Date.UTC(1970, 0, 2), plain: performance.now(),
})))`;

interface Told {
  readonly now: number;
  readonly made: number;
  readonly text: number;
  readonly iso: string;
  readonly is: boolean;
  readonly utc: number;
}

beforeAll(() => {
  child = spawn(process.execPath, ['--require', join(__dirname, 'clock-step.cjs'), '-e', SCRIPT], {
    env: { ...process.env, LIAISON_CLOCK_FILE: file },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
});
afterAll(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** How wrong the child's clock is, in seconds. */
async function wrongBy(): Promise<number> {
  const { now, made, text, iso, is, utc } = await ask();
  expect(Math.abs(made - now)).toBeLessThan(1000);
  expect(Math.abs(text - now)).toBeLessThan(2000);
  // What names its time keeps it.
  expect([iso, is, utc]).toEqual(['1970-01-01T00:00:00.000Z', true, 86_400_000]);
  return Math.round((now - Date.now()) / 1000);
}

function ask(): Promise<Told> {
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('it has no pipes');
  const lines = createInterface(stdout);
  const told = new Promise<Told>((resolve) =>
    lines.once('line', (line) => {
      lines.close();
      resolve(JSON.parse(line) as Told);
    }),
  );
  stdin.write('?\n');
  return told;
}

async function until(seconds: number): Promise<void> {
  for (const deadline = Date.now() + 5000; Math.abs((await wrongBy()) - seconds) > 1;) {
    if (Date.now() > deadline) throw new Error(`it is not wrong by ${seconds} s`);
  }
}

test('a clock steps forward, backward and back, as a file says', async () => {
  await until(0);
  writeFileSync(file, '7200');
  await until(7200);
  writeFileSync(file, '-300');
  await until(-300);
  writeFileSync(file, '');
  await until(0);
});
