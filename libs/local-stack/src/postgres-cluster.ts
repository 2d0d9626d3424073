import { AppError } from '@liaison/kernel';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenDataFolder, ensureSecret, ensureWritableFolder } from './data-folder';
import { postgresBinaries } from './postgres-binaries';
import { asServerUser, giveTo, type ServerUser } from './postgres-user';
import { isProcess } from './process-table';

export interface Cluster {
  /** PGDATA */
  readonly folder: string;
  readonly password: string;
}

/**
 * Finds the cluster in a data folder, or makes it. An interrupted initdb leaves nothing that counts as a cluster: it
 * works in another folder, which gets its name when it is whole.
 * @throws AppError `data-folder-not-writable`, `data-folder-broken`
 */
export async function ensureCluster(
  dataDir: string,
  user: ServerUser | undefined,
  durable: boolean,
): Promise<Cluster> {
  ensureWritableFolder(dataDir);
  const folder = join(dataDir, 'data');
  const passwordFile = join(dataDir, 'admin-password');
  for (const entry of readdirSync(dataDir)) {
    if (entry.startsWith('new-')) rmSync(join(dataDir, entry), { recursive: true, force: true });
  }
  if (existsSync(folder)) {
    requireWhole(folder, passwordFile);
    removeForeignPid(folder);
    return { folder, password: ensureSecret(passwordFile) };
  }
  const password = ensureSecret(passwordFile);
  const draft = join(dataDir, `new-${process.pid}`);
  await initialise(draft, password, user, durable);
  renameSync(draft, folder);
  return { folder, password };
}

function requireWhole(folder: string, passwordFile: string): void {
  const { majorVersion } = postgresBinaries();
  const versionFile = join(folder, 'PG_VERSION');
  if (!existsSync(versionFile))
    throw brokenDataFolder(folder, 'it holds no PostgreSQL cluster (no PG_VERSION)');
  const version = readFileSync(versionFile, 'utf8').trim();
  if (!/^\d+$/.test(version)) throw brokenDataFolder(folder, 'its PG_VERSION is not a number');
  if (version !== majorVersion) {
    throw brokenDataFolder(folder, `it is of PostgreSQL ${version}, and this is PostgreSQL ${majorVersion}`);
  }
  if (!existsSync(passwordFile))
    throw brokenDataFolder(folder, `its password file ${passwordFile} is missing`);
}

/** After a crash the pid in postmaster.pid may belong to another program, and PostgreSQL would wait for that one. */
function removeForeignPid(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isProcess(pid, 'postgres')) rmSync(file, { force: true });
}

async function initialise(
  folder: string,
  password: string,
  user: ServerUser | undefined,
  durable: boolean,
): Promise<void> {
  const passwordFile = `${folder}.password`;
  mkdirSync(folder, { mode: 0o700 });
  giveTo(user, folder);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(user, passwordFile);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = [
    ...[`--pgdata=${folder}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...locale,
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await runInitdb(folder, args, user);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runInitdb(folder: string, options: readonly string[], user: ServerUser | undefined): Promise<void> {
  const { command, args, runAs } = asServerUser(user, postgresBinaries().initdb, options, [folder]);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...runAs, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const reason =
        errors.split('\n').findLast((line) => line.includes('error')) ?? errors.trim().split('\n').at(-1);
      reject(
        new AppError(
          'postgres-init-failed',
          `PostgreSQL could not make its data folder ${folder}: ${reason}`,
        ),
      );
    });
  });
}
