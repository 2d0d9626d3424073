import { startEnvironment } from './environment';
import { compare } from './compare';
import { profile } from './profile';
import { report } from './report';
import { readSettings } from './settings';

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
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
