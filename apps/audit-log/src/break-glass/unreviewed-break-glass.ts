import type { Sql } from '@liaison/messaging';
import type { Metrics } from '@liaison/platform';

export interface UnreviewedBreakGlass {
  readonly position: string;
  readonly record_id: string;
  readonly event_id: string;
  readonly agency: string;
  readonly counterpart: string | null;
  readonly reference: string;
  readonly ground: string | null;
  readonly at: Date;
}

export interface BreakGlassFilter {
  /** Where it was opened, or whose case it was. */
  readonly agency?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Hours after which an opening that nobody has reviewed is counted: what agencies give themselves, unless they set it. */
const OVERDUE_HOURS = 72;

/** Openings in an emergency of which no second person has said anything yet: oldest first. */
export function findUnreviewedBreakGlass(
  sql: Sql,
  { agency, after, limit }: BreakGlassFilter,
): Promise<UnreviewedBreakGlass[]> {
  return sql.query<UnreviewedBreakGlass[]>(
    `SELECT r.position, r.record_id, r.event_id, r.agency, r.counterpart, r.reference, r.record ->> 'reason' AS ground,
            r.at ${UNREVIEWED}
        AND ($1::text IS NULL OR r.agency = $1 OR r.counterpart = $1) AND ($2::bigint IS NULL OR r.position > $2)
      ORDER BY r.position LIMIT $3`,
    [agency ?? null, after ?? null, limit],
  );
}

const UNREVIEWED = `
  FROM audit_log.record r
 WHERE r.kind = 'break-glass-opened'
   AND NOT EXISTS (SELECT FROM audit_log.record o
                    WHERE o.event_id = r.event_id AND o.kind = 'break-glass-reviewed' AND o.agency = r.agency)`;

/** @param read how many are overdue, by where they were opened */
export function observeUnreviewedBreakGlass(
  metrics: Metrics,
  read: () => Promise<readonly { readonly agency: string; readonly count: number }[]>,
): void {
  metrics.gauge(
    'liaison_break_glass_unreviewed',
    `Audit log: openings in an emergency that nobody has reviewed for ${OVERDUE_HOURS} hours, by the agency that opened`,
    ['author'],
    async (gauge) => {
      const counts = await read();
      gauge.reset();
      for (const { agency, count } of counts) gauge.set({ author: agency }, count);
    },
  );
}

export function countUnreviewedBreakGlass(sql: Sql): Promise<{ agency: string; count: number }[]> {
  return sql.query(
    `SELECT r.agency, count(*)::int AS count ${UNREVIEWED}
        AND r.appended_at <= clock_timestamp() - interval '${OVERDUE_HOURS} hours' GROUP BY r.agency`,
  );
}
