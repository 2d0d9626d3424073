// Builds every project into its dist (nx, cached) and the services into one file: `node tools/build.cjs`. Says how long
// it took, on standard error: standard output belongs to the command that follows. What is built already stays untouched:
// nx would delete it and put it back, under the feet of whatever runs from it.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const folder = join(root, 'dist');
const stamp = join(folder, 'build.sha256');
const lock = join(folder, 'build.lock');
/** Longer than a build takes on a slow machine. */
const LOCK_WITHIN_MS = 300_000;

const projects = ['apps', 'libs']
  .flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name)))
  .concat('e2e', 'bench')
  .filter((project) => existsSync(join(root, project, 'package.json')));

const filesIn = (place) =>
  existsSync(join(root, place))
    ? readdirSync(join(root, place), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

/** Of what is built from, and of the names of what was built: a file that is missing is built again. */
function digest() {
  const sources = [
    '.swcrc',
    'nx.json',
    'package-lock.json',
    'tsconfig.base.json',
    'tools/build.cjs',
    'tools/bundle.cjs',
    'tools/start-service.cjs',
  ]
    .concat(projects.map((project) => join(project, 'package.json')))
    .map((file) => join(root, file))
    .concat(projects.flatMap((project) => filesIn(join(project, 'src'))))
    .filter((file) => !file.endsWith('.spec.ts'));
  const built = [...projects.map((project) => join(project, 'dist')), 'dist']
    .flatMap(filesIn)
    .filter((file) => file !== lock && file !== stamp);
  const hash = createHash('sha256').update(process.version);
  for (const file of sources.sort()) hash.update(`\n${file}\n`).update(readFileSync(file));
  for (const file of built.sort()) hash.update(`\n${file}`);
  return hash.digest('hex');
}

const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === digest();

function hasDied(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Waits for whoever builds here now. */
function takeLock() {
  mkdirSync(folder, { recursive: true });
  for (const until = Date.now() + LOCK_WITHIN_MS; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(existsSync(lock) && readFileSync(lock, 'utf8'));
    if (holder > 0 && hasDied(holder)) rmSync(lock, { force: true });
    else if (Date.now() > until) {
      console.error(
        `Another build does not end (process ${holder}). End it, delete ${lock}, and build again.`,
      );
      process.exit(1);
    } else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

/** @returns the exit status */
function build() {
  rmSync(stamp, { force: true });
  const nx = spawnSync(
    process.execPath,
    [
      require.resolve('nx/bin/nx.js', { paths: [root] }),
      ...['run-many', '--target=build', '--output-style=static'],
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (nx.status !== 0) {
    process.stderr.write(`${nx.stdout}${nx.stderr}\nThe build failed; the errors are above.\n`);
    return nx.status ?? 1;
  }
  const bundled = spawnSync(process.execPath, [join(__dirname, 'bundle.cjs')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (bundled.status === 0) writeFileSync(stamp, digest());
  return bundled.status ?? 1;
}

if (!isBuilt()) {
  const started = Date.now();
  takeLock();
  try {
    process.exitCode = isBuilt() ? 0 : build();
  } finally {
    rmSync(lock, { force: true });
  }
  console.error(`build … ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
