import type { Contestant } from './contestant';
import type { Environment } from './environment';
import { twoServices } from './two-services';
import { USUAL_TOPIC } from './usual/kafka';

/**
 * (b) What most teams write: Nest's own Kafka transport, a `save` and an `emit` a request, a `save` an event. Killed
 * between the two it loses the event (or, with the order turned round, announces what was never saved); killed between
 * the recipient's `save` and the offset it stores the event twice. Nothing is authenticated, decided or recorded.
 */
export const usual = (environment: Environment): Promise<Contestant> =>
  twoServices(environment, { name: 'usual', folder: 'usual', topic: USUAL_TOPIC });
