import type { DeliveryAcknowledgedV1 } from '@liaison/contracts';
import type { EntityManager } from 'typeorm';
import type { ReceivedEvent } from './ports';

/**
 * Cumulative: a later acknowledgement replaces an earlier one of the same epoch, whatever order they come in. Only the
 * sender's own references are looked at, so nobody can acknowledge for another.
 */
export async function applyAcknowledgements(
  events: readonly ReceivedEvent[],
  manager: EntityManager,
): Promise<void> {
  const rows = events.flatMap(({ sender, data }) =>
    (data as DeliveryAcknowledgedV1).references.map((reference) => ({ sender, ...reference })),
  );
  const newest = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const key = `${row.sender}/${row.reference}/${row.epoch}`;
    if ((newest.get(key)?.upTo ?? -1) <= row.upTo) newest.set(key, row);
  }
  const ordered = [...newest.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
  await manager.query(
    `UPDATE messaging.case_reference r
        SET delivered_up_to = w.up_to, parked = w.parked::int[], voided = w.voided::int[],
            discarded = w.discarded::int[]
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[],
                   $7::text[]) AS w (peer, reference, epoch, up_to, parked, voided, discarded)
      WHERE r.peer = w.peer AND r.reference = w.reference AND r.epoch = w.epoch
        AND r.delivered_up_to <= w.up_to AND w.up_to <= r.last_sequence`,
    [
      ordered.map(({ sender }) => sender),
      ordered.map(({ reference }) => reference),
      ordered.map(({ epoch }) => epoch),
      ordered.map(({ upTo }) => upTo),
      ordered.map(({ parked }) => `{${parked.join(',')}}`),
      ordered.map(({ voided }) => `{${voided.join(',')}}`),
      ordered.map(({ discarded = [] }) => `{${discarded.join(',')}}`),
    ],
  );
}
