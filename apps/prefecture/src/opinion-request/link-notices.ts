import type { Sql } from '@liaison/messaging';

/**
 * A received notice that names a request for an opinion answers it, where its sender is who was asked. One that names
 * what was never asked, or was answered before, is a notice like any other.
 * @param arrived in the transaction that stores them
 */
export async function linkNotices(
  sql: Sql,
  arrived: readonly {
    readonly sender: string;
    readonly eventId: string;
    readonly request: string;
    readonly at: Date;
  }[],
): Promise<void> {
  if (arrived.length === 0) return;
  await sql.query(LINK, [
    arrived.map(({ sender }) => sender),
    arrived.map(({ eventId }) => eventId),
    arrived.map(({ request }) => request),
    arrived.map(({ at }) => at),
  ]);
}

/** As `decide` says of `receive-notice`; of several versions that came together the first. */
const LINK = `
UPDATE prefecture.opinion_request o
   SET state = 'answered', version = o.version + 1, notice_id = w.notice_id,
       answered_at = coalesce(o.answered_at, w.at)
  FROM (SELECT DISTINCT ON (w.sender, w.request) w.sender, w.request, w.at, n.id AS notice_id
          FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[]) AS w (sender, event_id, request, at)
          JOIN notice.received_notice n ON n.sender = w.sender AND n.event_id = w.event_id
         ORDER BY w.sender, w.request, n.recipient_version) w
 WHERE o.agency = w.sender AND o.id = w.request AND o.notice_id IS NULL AND o.state <> 'refused'`;
