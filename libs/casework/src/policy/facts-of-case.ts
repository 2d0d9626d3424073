import type { EntityManager } from 'typeorm';
import type { CaseFacts } from './case-facts';

/** What decisions on a case of delivery rest on; nothing where there is none. */
export async function factsOfCase(manager: EntityManager, id: string): Promise<CaseFacts> {
  const [found] = await manager.query<Found[]>('SELECT facts FROM messaging.cases WHERE id = $1', [id]);
  return found?.facts ?? {};
}

/**
 * The same, and nothing else happens to the case until the transaction ends. Whoever takes a row of it too takes the case first, as the
 * outbox and what arrives do.
 */
export async function lockCase(manager: EntityManager, id: string): Promise<CaseFacts> {
  const [found] = await manager.query<Found[]>(
    'SELECT facts FROM messaging.cases WHERE id = $1 FOR NO KEY UPDATE',
    [id],
  );
  return found?.facts ?? {};
}

interface Found {
  readonly facts: CaseFacts | null;
}
