import type { DataSource } from 'typeorm';

/** How long sealed bytes are kept, in days. */
export interface Retention {
  /** After the recipient has said that it has them: the oldest backup of a recipient that can be completed. */
  readonly days: number;
  /** After they were frozen, whatever the recipient says. */
  readonly boundDays: number;
}

export const RETENTION: Retention = { days: 30, boundDays: 180 };

/** Bodies that one statement deletes: a lane's row of work is never long. */
const CHUNK = 2_000;
/** Chunks of one round; the rest is left to the next, a minute later. */
const CHUNKS = 50;

/**
 * Once an hour by the database's clock, whichever process is first: notes for each lane how far it has come today, and
 * deletes the sealed bytes whose time has passed. Beyond it, what a recipient asks for is dispatched anew (`resend.ts`).
 * @returns how many went; undefined when it is not time, or another process is at it
 */
export async function purgeSealed(
  database: DataSource,
  { days, boundDays }: Retention,
  chunk: number = CHUNK,
): Promise<number | undefined> {
  const [, begun] = await database.query<[unknown[], number]>(
    `UPDATE messaging.retention SET next_at = clock_timestamp() + interval '1 minute'
      WHERE next_at <= clock_timestamp()`,
  );
  if (begun === 0) return undefined;
  await database.query(NOTE_DAY);
  const lanes = await database.query<{ id: number }[]>('SELECT id FROM messaging.lane ORDER BY id');
  let purged = 0;
  let chunks = 0;
  for (const { id } of lanes) {
    for (;;) {
      if (chunks === CHUNKS) return purged;
      const [row] = await database.query<{ count: number }[]>(
        'SELECT messaging.purge_sealed($1, $2, $3, $4) AS count',
        [id, days, boundDays, chunk],
      );
      const count = row?.count ?? 0;
      purged += count;
      if (count > 0) chunks += 1;
      if (count < chunk) break;
    }
  }
  await database.query(
    `UPDATE messaging.retention SET completed_at = clock_timestamp(), next_at = clock_timestamp() + interval '1 hour'`,
  );
  return purged;
}

/** The last note of a day stands for its end. */
const NOTE_DAY = `
INSERT INTO messaging.lane_day AS n (lane_id, day, position)
SELECT id, current_date, examined_position FROM messaging.lane WHERE examined_position > 0
ON CONFLICT (lane_id, day) DO UPDATE SET position = excluded.position WHERE n.position < excluded.position`;
