import type { Sql } from '../outbox/lanes';

/**
 * Tells the sender, with the acknowledgement that the case's arrivals bring about, that what these events carried is of no
 * use. In T3, of events of which at least one arrives in it; once said, it stays so.
 */
export async function noteDamaged(
  sql: Sql,
  {
    sender,
    reference,
    eventIds,
  }: { readonly sender: string; readonly reference: string; readonly eventIds: readonly string[] },
): Promise<void> {
  await sql.query(
    `INSERT INTO messaging.damaged_event (peer, reference, event_id) SELECT $1, $2, unnest($3::text[])
     ON CONFLICT DO NOTHING`,
    [sender, reference, eventIds],
  );
}
