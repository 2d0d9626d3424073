import type { Environment } from '../environment';
import { liaison } from '../liaison';
import type { Figure } from './figure';

const TARGET_MB = 160;

/** Each service after a start, with nothing to do. */
export async function measureRest(environment: Environment): Promise<Figure[]> {
  const running = await liaison(environment).start();
  await running.stop();
  return Object.entries(running.residentMb).map(([service, value]) => ({
    name: `${service}, resident at rest`,
    value,
    unit: 'MB',
    target: { most: TARGET_MB },
  }));
}
