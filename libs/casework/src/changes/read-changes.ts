import type { Sql } from '@liaison/messaging';
import type { Position } from './position';

/** One line of the feed: that something changed, and where to read it. Nothing about a person. */
export interface Change {
  /** Name of the kind of record, as in the path of its route: `notice`, `permit`. */
  readonly resource: string;
  readonly id: string;
  /** What happened to it, in the past tense. */
  readonly kind: string;
  /** Of the record then, where it has one: the ETag of its route, by now, may be later. */
  readonly version: number | null;
  /** This agency's own case. */
  readonly caseId: string | null;
  readonly unit: string;
  readonly at: Date;
}

export interface ChangesAsked {
  /** The agency's epoch now. */
  readonly epoch: string;
  /** Absent: from the oldest that is kept. */
  readonly after?: Position;
  /** Absent: of every unit. */
  readonly units?: readonly string[];
  /** Absent: of every kind of record. */
  readonly resources?: readonly string[];
  /** `<resource>/<kind>`. Absent: whatever happened. */
  readonly kinds?: readonly string[];
  readonly limit: number;
}

export interface ChangesRead {
  readonly changes: readonly Change[];
  /** Go on from here: nothing of what was asked for commits before it any more. */
  readonly next: Position;
  /** There may be more already. */
  readonly more: boolean;
  /** Something after the position is no longer kept, or was under an epoch that ended. */
  readonly expired: boolean;
}

interface Row {
  readonly gate: string;
  readonly expired: boolean;
  readonly xid: string | null;
  readonly position: string;
  readonly id: string;
  readonly resource: string;
  readonly kind: string;
  readonly version: number | null;
  readonly caseId: string | null;
  readonly unit: string;
  readonly at: Date;
}

/**
 * What changed after a position, in an order that never gains anything behind a position that was given out: only
 * transactions older than every one that still runs (the snapshot's xmin) are shown. A transaction that runs long delays
 * what began after it, and loses nothing.
 */
export async function readChanges(sql: Sql, asked: ChangesAsked): Promise<ChangesRead> {
  const { epoch, after, units, resources, kinds, limit } = asked;
  const from = after?.epoch === epoch ? after : undefined;
  const rows = await sql.query<Row[]>(READ, [
    epoch,
    from?.xid ?? null,
    from?.id ?? null,
    units ?? null,
    resources ?? null,
    limit,
    kinds ?? null,
  ]);
  const gate = rows[0]?.gate ?? '0';
  const changes = rows.filter(({ xid }) => xid !== null);
  const last = changes.at(-1);
  const more = changes.length === limit;
  return {
    changes: changes.map(({ id, resource, kind, version, caseId, unit, at }) => ({
      resource,
      id,
      kind,
      version,
      caseId,
      unit,
      at,
    })),
    next: more && last ? { epoch, xid: last.xid ?? '0', id: last.position } : { epoch, xid: gate, id: '0' },
    more,
    expired: after !== undefined && (from === undefined || (rows[0]?.expired ?? false)),
  };
}

const READ = `
SELECT g.gate::text, g.expired, c.xid::text, c.position::text, c.id, c.resource, c.kind, c.version,
       c.case_id AS "caseId", c.unit, c.at
  FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS gate,
               EXISTS (SELECT FROM casework.change_horizon h
                        WHERE h.epoch = $1 AND (h.xid, h.id) > ($2::xid8, $3::bigint)) AS expired) g
  LEFT JOIN LATERAL (
    SELECT l.xid, l.id AS position, l.resource_id AS id, l.resource, l.kind, l.version, l.case_id, l.unit, l.at
      FROM casework.change l
     WHERE l.epoch = $1 AND (l.xid, l.id) > (coalesce($2::xid8, '0'::xid8), coalesce($3::bigint, 0)) AND l.xid < g.gate
       AND ($4::text[] IS NULL OR l.unit = ANY ($4)) AND ($5::text[] IS NULL OR l.resource = ANY ($5))
       AND ($7::text[] IS NULL OR l.resource || '/' || l.kind = ANY ($7))
     ORDER BY l.xid, l.id LIMIT $6) c ON true
 ORDER BY c.xid, c.position`;

/** Where the feed ends now: whoever reads on from here gets what commits from now on. */
export async function endOfChanges(sql: Sql, epoch: string): Promise<Position> {
  const [row] = await sql.query<{ gate: string }[]>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS gate',
  );
  return { epoch, xid: row?.gate ?? '0', id: '0' };
}

/** Rows that one statement deletes. */
const CHUNK = 5_000;

/**
 * Deletes what is older than `days`, by the database's clock, and what stands under epochs that ended; notes how far, so
 * that a reader who comes back too late is told.
 * @returns how many went
 */
export async function purgeChanges(sql: Sql, epoch: string, days: number, chunk = CHUNK): Promise<number> {
  let purged = 0;
  for (;;) {
    const [row] = await sql.query<{ count: number }[]>(PURGE, [epoch, days, chunk]);
    const count = row?.count ?? 0;
    purged += count;
    if (count < chunk) return purged;
  }
}

const PURGE = `
WITH first AS (
  (SELECT epoch, xid, id, at FROM casework.change WHERE epoch < $1 ORDER BY epoch, xid, id LIMIT $3)
  UNION ALL
  (SELECT epoch, xid, id, at FROM casework.change WHERE epoch = $1 ORDER BY xid, id LIMIT $3)
), gone AS (
  DELETE FROM casework.change c USING first f
   WHERE c.epoch = f.epoch AND c.xid = f.xid AND c.id = f.id AND f.at < clock_timestamp() - make_interval(days => $2)
  RETURNING c.epoch, c.xid, c.id
), noted AS (
  INSERT INTO casework.change_horizon AS h (epoch, xid, id)
  SELECT DISTINCT ON (epoch) epoch, xid, id FROM gone ORDER BY epoch, xid DESC, id DESC
  ON CONFLICT (epoch) DO UPDATE SET xid = excluded.xid, id = excluded.id
   WHERE (h.xid, h.id) < (excluded.xid, excluded.id)
)
SELECT count(*)::int AS count FROM gone`;
