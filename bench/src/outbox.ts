import type { Contestant } from './contestant';
import type { Environment } from './environment';
import { twoServices } from './two-services';

/**
 * A bare transactional outbox in plain pg and kafkajs, without Nest or TypeORM: the notice and its message in one
 * transaction, a relay that sends and deletes, an inbox that stores each id once, a batch a statement. It neither loses
 * nor doubles; nothing is authenticated, validated, decided, sealed, ordered by case or recorded. `grouped`: notices that
 * come while a transaction runs share the next one.
 */
export const outbox = (environment: Environment, grouped: boolean): Promise<Contestant> =>
  twoServices(environment, {
    name: grouped ? 'grouped outbox' : 'outbox',
    folder: 'outbox',
    topic: grouped ? 'bench.outbox.grouped' : 'bench.outbox',
    env: { GROUPED: String(grouped) },
  });
