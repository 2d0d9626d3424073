// Builds every project into its dist (nx, cached) and the services into one file: `node tools/build.cjs`. Says how long
// it took, on standard error: standard output belongs to the command that follows.
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const started = Date.now();
const nx = require.resolve('nx/bin/nx.js', { paths: [root] });
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [nx, 'run-many', '--target=build', '--output-style=static'],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  },
);
if (status !== 0) {
  process.stderr.write(`${stdout}${stderr}\nThe build failed; the errors are above.\n`);
  process.exit(status ?? 1);
}
const bundled = spawnSync(process.execPath, [join(__dirname, 'bundle.cjs')], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (bundled.status !== 0) process.exit(bundled.status ?? 1);
console.error(`build … ${((Date.now() - started) / 1000).toFixed(1)} s`);
