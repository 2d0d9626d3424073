import { execFile, type ExecFileException } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const REQUIREMENTS = join(ROOT, 'tools', 'fuzz', 'requirements.txt');
const HOOKS = join(ROOT, 'tools', 'fuzz', 'media_types.py');
const PYTHON = 'python3';
const INSTALL_MS = 300_000;
const NOT_FOUND = 127;
const MISSING = 'Contract fuzzing needs Python 3.10 or newer with pip: install them.';
const SCRIPT = 'import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())';

interface Finished {
  readonly code: number;
  /** Both streams. */
  readonly output: string;
}

export interface FuzzTools {
  readonly available: boolean;
  /** Why not, and what to install. */
  readonly reason?: string;
}

/** Whether this machine can run Schemathesis. */
export async function findFuzzTools(): Promise<FuzzTools> {
  const asked = 'import sys, pip; sys.exit(sys.version_info < (3, 10))';
  const { code } = await run(['-c', asked], { env: process.env }, 30_000);
  return code === 0 ? { available: true } : { available: false, reason: MISSING };
}

/**
 * Installs Schemathesis where these versions of it are not yet: into a folder of its own under node_modules, which appears
 * there whole, so that two may install at once and whoever is interrupted leaves nothing that counts.
 * @returns the folder
 * @throws Error what to install, or what pip says
 */
export async function ensureSchemathesis(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  const cache = join(ROOT, 'node_modules', '.cache');
  const folder = join(cache, `fuzz-${digest}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const partial = `${folder}.${randomUUID()}`;
  const options = [
    '--quiet',
    '--no-input',
    '--only-binary',
    ':all:',
    '--target',
    partial,
    '-r',
    REQUIREMENTS,
  ];
  const { code, output } = await run(['-m', 'pip', 'install', ...options], {}, INSTALL_MS);
  if (code === NOT_FOUND) throw new Error(MISSING);
  if (code !== 0) throw new Error(`Schemathesis could not be installed:\n${output}`);
  try {
    renameSync(partial, folder);
  } catch {
    // Another one was quicker.
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** @throws Error without Python, or what `ensureSchemathesis` throws: whoever did not ask has found nothing */
export async function schemathesis(
  args: readonly string[],
  cwd: string,
  timeoutMs: number,
): Promise<Finished> {
  const env = {
    ...process.env,
    PYTHONPATH: await ensureSchemathesis(),
    PYTHONDONTWRITEBYTECODE: '1',
    SCHEMATHESIS_HOOKS: HOOKS,
  };
  const finished = await run(['-c', SCRIPT, ...args], { cwd, env }, timeoutMs);
  if (finished.code === NOT_FOUND) throw new Error(MISSING);
  return finished;
}

function run(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  timeout: number,
): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(PYTHON, args, { ...options, timeout, maxBuffer: 64 << 20 }, (error, out, err) => {
      const late = error?.killed ? '\nIt took too long.' : '';
      resolve({ code: exitCodeOf(error), output: `${out}${err}${late}` });
    });
  });
}

/** `NOT_FOUND` where there is no such program, as in a shell. */
function exitCodeOf(error: ExecFileException | null): number {
  if (!error) return 0;
  return typeof error.code === 'number' ? error.code : NOT_FOUND;
}
