import type { Target } from '../target';
import type { Undo } from './undo';

/** The clock of one service jumps; back again when it is undone, which is a step too. */
export async function clockStep(target: Target, service: string, seconds: number): Promise<Undo> {
  target.setClock(service, seconds);
  return async () => target.setClock(service, 0);
}
