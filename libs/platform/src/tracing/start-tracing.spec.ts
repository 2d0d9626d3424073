import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const HOOK = join(__dirname, '..', '..', '..', 'testing', 'src', 'ts-hook.cjs');

test('without a collector nothing of the SDK is loaded', () => {
  const script = `
    const { startTracing } = require('../index.ts');
    const loaded = () => Object.keys(require.cache).filter((file) => /sdk-trace|otlp|async-hooks/.test(file)).length;
    const config = { agencyId: 'police-75', tracesShare: '1' };
    void startTracing('police', config)
      .then(() => process.stdout.write(loaded() + ' '))
      .then(() => startTracing('police', { ...config, tracesEndpoint: 'http://127.0.0.1:9' }))
      .then(() => process.stdout.write(String(loaded() > 10)))
      .then(() => process.exit(0));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@liaison/source', '-r', HOOK, '-e', script],
    { cwd: __dirname, encoding: 'utf8', timeout: 60_000 },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '0 true', stderr: '' });
});
