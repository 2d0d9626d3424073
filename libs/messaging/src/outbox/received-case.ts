import type { EntityManager } from 'typeorm';
import type { ReceivedEvent } from '../consumer/ports';

/**
 * The recipient's own case behind each sender's reference, made on the first event of a reference: one random
 * reference serves both directions, and the lane towards the sender is stored with it. A denial can make any event
 * the first that a recipient gets.
 * @param newId makes the id of a new case
 * @param epoch this agency's own epoch
 * @returns case id by `<sender>/<reference>`
 */
export async function casesOfSenders(
  manager: EntityManager,
  events: readonly ReceivedEvent[],
  options: {
    readonly epoch: string;
    readonly unit: string;
    readonly newId: () => string;
    readonly factsOf: (event: ReceivedEvent) => Readonly<Record<string, unknown>>;
  },
): Promise<ReadonlyMap<string, string>> {
  const byReference = new Map(events.map((event) => [`${event.sender}/${event.envelope.subject}`, event]));
  const distinct = [...byReference.values()];
  const rows = await manager.query<{ peer: string; reference: string; case_id: string }[]>(
    `WITH wanted AS (
       SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::jsonb[], $6::text[], $7::timestamptz[])
         AS w (peer, reference, case_id, lane_id, facts, unit, at)
     ), referenced AS (
       INSERT INTO messaging.case_reference (peer, reference, case_id, lane_id, epoch)
       SELECT peer, reference, case_id, lane_id, $8 FROM wanted ON CONFLICT DO NOTHING
       RETURNING peer, reference, case_id
     ), opened AS (
       INSERT INTO messaging.cases (id, unit, facts, created_at)
       SELECT w.case_id, w.unit, w.facts, w.at FROM wanted w JOIN referenced USING (case_id)
     )
     SELECT peer, reference, case_id FROM referenced
     UNION ALL
     SELECT r.peer, r.reference, r.case_id
       FROM messaging.case_reference r JOIN wanted w USING (peer, reference)`,
    [
      distinct.map(({ sender }) => sender),
      distinct.map(({ envelope }) => envelope.subject),
      distinct.map(() => options.newId()),
      distinct.map(({ laneId }) => laneId),
      distinct.map((event) => JSON.stringify(options.factsOf(event))),
      distinct.map(({ envelope }) => envelope.recipientunit ?? options.unit),
      distinct.map(({ receivedAt }) => receivedAt),
      options.epoch,
    ],
  );
  return new Map(rows.map(({ peer, reference, case_id }) => [`${peer}/${reference}`, case_id]));
}
