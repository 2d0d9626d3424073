import type { Environment } from '../environment';
import { liaison } from '../liaison';
import { measureThroughput } from '../measure';
import { residentMb } from '../processes';
import type { Figure } from './figure';
import { addressed } from './measured';
import type { ScaleSettings } from './settings';

const POINTS = 10;
/** Growth from the middle of the run to its end that is still called flat (share of the middle). */
const FLAT = 1.1;

/** Resident memory of each service at ten points of one long load. */
export async function measureMemory(
  environment: Environment,
  { events, connections }: ScaleSettings,
  say: (line: string) => void,
): Promise<Figure[]> {
  const running = addressed(await liaison(environment).start());
  const { services } = environment.stack;
  const resident = () => services.map(({ pid }) => residentMb(pid));
  try {
    const points: number[][] = [];
    for (let point = 1; point <= POINTS; point += 1) {
      await measureThroughput(running, { events: Math.ceil(events / POINTS), connections });
      points.push(resident());
      const shown = services.map(({ name }, index) => `${name} ${points.at(-1)?.[index]?.toFixed(0)}`);
      say(`after ${Math.ceil((events / POINTS) * point)} events: ${shown.join(', ')} MB`);
    }
    return services.flatMap(({ name }, index) => {
      const own = points.map((point) => point[index] ?? NaN);
      const [middle, last] = [own[POINTS / 2 - 1] ?? NaN, own.at(-1) ?? NaN];
      return [
        ...own.map((value, at) => ({
          name: `${name} after ${Math.ceil((events / POINTS) * (at + 1))} events`,
          value,
          unit: 'MB',
        })),
        {
          name: `${name}, end against middle`,
          value: last / middle,
          unit: '×',
          target: { most: FLAT },
        },
      ];
    });
  } finally {
    await running.stop();
  }
}
