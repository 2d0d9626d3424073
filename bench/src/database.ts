import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@liaison/local-stack';
import { Client } from 'pg';
import type { Recipient } from './contestant';

const POLL_MS = 5;
const PATIENCE_MS = 120_000;
const CHANNEL = 'bench_arrival';

/** A query for one number, asked again until the number is there; on one connection, opened before the clock runs. */
export async function watchCount(url: string, query: string): Promise<Watch> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const count = async (): Promise<number> => {
    const { rows } = await client.query<{ count: string }>(query);
    return Number(rows[0]?.count);
  };
  return {
    count,
    until: async (wanted) => {
      const deadline = Date.now() + PATIENCE_MS;
      for (let seen = await count(); seen < wanted; seen = await count()) {
        if (Date.now() > deadline) throw new Error(`${seen} rows of ${wanted} after ${PATIENCE_MS} ms`);
        await sleep(POLL_MS);
      }
      return performance.timeOrigin + performance.now();
    },
    close: () => client.end(),
  };
}

export interface Watch {
  count(): Promise<number>;
  /** @returns when it was seen, in ms since the epoch */
  until(wanted: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * While `work` runs, every arrival is announced with the family name of its notice. PostgreSQL delivers the announcement
 * after the commit: whoever hears it can read the row.
 */
export async function announcingArrivals<T>(
  { databaseUrl, table }: Recipient,
  work: (listen: { databaseUrl: string; channel: string }) => Promise<T>,
): Promise<T> {
  return withClient(databaseUrl, async (client) => {
    await client.query(`
      CREATE OR REPLACE FUNCTION public.bench_announce() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('${CHANNEL}', NEW.content #>> '{civilStatus,declared,familyName}');
        RETURN NULL;
      END $$;
      CREATE TRIGGER bench_announce AFTER INSERT ON ${table}
        FOR EACH ROW EXECUTE FUNCTION public.bench_announce()`);
    try {
      return await work({ databaseUrl, channel: CHANNEL });
    } finally {
      await client.query(`DROP TRIGGER bench_announce ON ${table}`);
    }
  });
}
