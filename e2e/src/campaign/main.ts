import { runCampaign } from './campaign';
import { reportCampaign } from './report';
import { readSettings } from './settings';

const INTERRUPTED = 130;

// The servers end with this process, and what it has mounted goes.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(INTERRUPTED));

async function main(): Promise<boolean> {
  const settings = readSettings(process.argv.slice(2));
  // Standard output is for the result, so that `--json` can be piped.
  const say = (line: string): void => console.error(line);
  say(`seed ${settings.seed}`);
  const rounds = await runCampaign(settings, say);
  const { seed, against, brokers } = settings;
  const campaign = { seed, against, brokers, rounds };
  console.log(settings.json ? JSON.stringify(campaign, null, 2) : reportCampaign(campaign));
  return rounds.every(({ findings }) => findings.length === 0);
}

main().then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
