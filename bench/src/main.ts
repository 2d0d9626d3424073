import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startEnvironment } from './environment';
import { compare } from './compare';
import { profile } from './profile';
import { report } from './report';
import { readSettings, type Settings } from './settings';

/** Interrupted, the servers end with this process. */
async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  // Standard output is for the result, so that `--json` can be piped.
  const say = (line: string): void => console.error(line);
  const environment = await startEnvironment(say);
  try {
    if (settings.profile) console.log(await profile(environment, settings, say));
    else {
      const results = await compare(environment, settings, say);
      console.log(settings.json ? JSON.stringify(results, null, 2) : report(results));
    }
  } finally {
    await environment.stack.stop();
  }
  if (!settings.profile) comparePolicies(settings);
}

/** After the servers have stopped, in a process of its own: its figures are about one core. With `--json`, for people only. */
function comparePolicies({ json, quick }: Settings): void {
  const { status } = spawnSync(
    process.execPath,
    [join(__dirname, 'policy', 'policy-main.js'), ...(quick ? ['--quick'] : [])],
    { stdio: ['ignore', json ? process.stderr : 'inherit', 'inherit'] },
  );
  if (status !== 0) throw new Error('the comparison of policies did not end well');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
