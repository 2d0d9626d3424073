import type { Sql } from '../outbox/lanes';

/**
 * Tells the sender, with the next acknowledgement of the case, that somebody has read the event; the first time only. In
 * the transaction of the reading.
 * @returns lanes to wake after the commit
 */
export async function noteRead(
  sql: Sql,
  event: { readonly sender: string; readonly reference: string; readonly eventId: string },
): Promise<readonly number[]> {
  const rows = await sql.query<{ lane_id: number }[]>(NOTE_READ, [
    event.sender,
    event.reference,
    event.eventId,
  ]);
  return rows.map(({ lane_id }) => lane_id);
}

const NOTE_READ = `
WITH noted AS (
  INSERT INTO messaging.read_event (peer, reference, event_id) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING RETURNING peer, reference
)
INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference)
SELECT r.lane_id, 'acknowledgement', gen_random_uuid()::text, n.peer, n.reference
  FROM noted n JOIN messaging.case_reference r USING (peer, reference)
RETURNING lane_id`;
