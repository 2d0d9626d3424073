// Compares the engine of the conventions with the naive interpreter on random questions:
// `npm run policy:compare -- --runs 1000000 [--seed 7]`. What it prints of a disagreement repeats it.
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { parseArgs } = require('node:util');

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
});
const root = join(__dirname, '..');
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--config',
    'jest.config.cjs',
    'libs/sharing-policy/src/naive',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      POLICY_RUNS: values.runs,
      ...(values.seed === undefined ? {} : { POLICY_SEED: values.seed }),
    },
  },
);
process.exit(status ?? 1);
