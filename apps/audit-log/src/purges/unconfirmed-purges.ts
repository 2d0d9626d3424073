import type { Sql } from '@liaison/messaging';
import type { Metrics } from '@liaison/platform';

export interface UnconfirmedPurge {
  readonly position: string;
  readonly record_id: string;
  readonly event_id: string;
  readonly agency: string;
  readonly counterpart: string;
  readonly reference: string;
  readonly at: Date;
}

export interface PurgeFilter {
  /** Who told, or who was told. */
  readonly agency?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Hours within which a recipient is to have purged, or to have said by what duty it keeps. */
const WITHIN_HOURS = 24;

/** Purges that an agency was told of more than a day ago, and of which it has recorded nothing since: oldest first. */
export function findUnconfirmedPurges(
  sql: Sql,
  { agency, after, limit }: PurgeFilter,
): Promise<UnconfirmedPurge[]> {
  return sql.query<UnconfirmedPurge[]>(
    `SELECT r.position, r.record_id, r.event_id, r.agency, r.counterpart, r.reference, r.at ${UNCONFIRMED}
        AND ($1::text IS NULL OR r.agency = $1 OR r.counterpart = $1) AND ($2::bigint IS NULL OR r.position > $2)
      ORDER BY r.position LIMIT $3`,
    [agency ?? null, after ?? null, limit],
  );
}

const UNCONFIRMED = `
  FROM audit_log.record r
 WHERE r.kind = 'revocation' AND r.record ->> 'reason' = 'purge'
   AND r.appended_at <= clock_timestamp() - interval '${WITHIN_HOURS} hours'
   AND NOT EXISTS (SELECT FROM audit_log.record o
                    WHERE o.event_id = r.event_id AND o.kind IN ('purge', 'restriction') AND o.agency = r.counterpart)`;

/** @param read how many, by who was told */
export function observeUnconfirmedPurges(
  metrics: Metrics,
  read: () => Promise<readonly { readonly agency: string; readonly count: number }[]>,
): void {
  metrics.gauge(
    'liaison_purges_unrecorded',
    'Audit log: purges that an agency was told of and has recorded nothing of in time, by that agency',
    ['author'],
    async (gauge) => {
      const counts = await read();
      gauge.reset();
      for (const { agency, count } of counts) gauge.set({ author: agency }, count);
    },
  );
}

export function countUnconfirmedPurges(sql: Sql): Promise<{ agency: string; count: number }[]> {
  return sql.query(
    `SELECT r.counterpart AS agency, count(*)::int AS count ${UNCONFIRMED} GROUP BY r.counterpart`,
  );
}
