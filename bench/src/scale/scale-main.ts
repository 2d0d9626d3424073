import { cpus, loadavg } from 'node:os';
import { type Environment, startEnvironment } from '../environment';
import { measureBacklog } from './backlog';
import { directoryWith } from './directory';
import { type Figure, type Measurement, tableOf } from './figure';
import { measureInboxes } from './inboxes';
import { measureMemory } from './memory';
import { measureRecovery } from './recovery';
import { measureRest } from './rest';
import { type MeasurementName, readScaleSettings, type ScaleSettings } from './settings';
import { measureUnreachable } from './unreachable';

/** Standard output is for the result, so that `--json` can be piped. */
const say = (line: string): void => console.error(line);

type Measure = (environment: Environment, settings: ScaleSettings) => Promise<Figure[]>;

/** They share an environment; each starts the services anew. `unreachable` leaves them without a topic that nobody else uses. */
const inOneEnvironment: Readonly<Record<Exclude<MeasurementName, 'inboxes'>, Measure>> = {
  rest: (environment) => measureRest(environment),
  memory: (environment, settings) => measureMemory(environment, settings, say),
  backlog: (environment, settings) => measureBacklog(environment, settings, say),
  recovery: (environment, { connections }) => measureRecovery(environment, connections, say),
  unreachable: (environment, settings) => measureUnreachable(environment, settings, say),
};

async function main(): Promise<void> {
  const settings = readScaleSettings(process.argv.slice(2));
  const [load = NaN] = loadavg();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, load };
  if (!settings.json) {
    console.log(`${machine.cores} × ${machine.cpu}, Node ${machine.node}, load ${load.toFixed(1)} before`);
  }
  const measurements: Measurement[] = [];
  const done = (measurement: Measurement): void => {
    measurements.push(measurement);
    if (!settings.json) console.log(tableOf(measurement));
  };
  const shared = settings.measurements.filter((name) => name !== 'inboxes');
  if (shared.length > 0) {
    const environment = await startEnvironment(say, { directoryFile: directoryWith(1) });
    try {
      for (const name of shared) {
        done({ name, figures: await inOneEnvironment[name](environment, settings) });
      }
    } finally {
      await environment.stack.stop();
    }
  }
  if (settings.measurements.includes('inboxes')) {
    done({ name: 'inboxes', figures: await measureInboxes(settings, say) });
  }
  if (settings.json) console.log(JSON.stringify({ machine, settings, measurements }, null, 2));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
