import { setTimeout as sleep } from 'node:timers/promises';
import type { Postgres } from '@liaison/local-stack';
import { query } from '../../books';

/** Ends a fault. What it did while it lasted stays done. */
export type Undo = () => Promise<void>;

const PATIENCE_MS = 5000;
const RETRY_MS = 200;

/** Starts PostgreSQL again where it has ended by itself, as after a PANIC from which it could not recover in place. */
export async function awake(postgres: Postgres): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    try {
      await query(postgres.adminUrl, 'SELECT');
      return;
    } catch {
      await sleep(RETRY_MS);
    }
  }
  await postgres.restart();
}
