import type { DeliveryAcknowledgedV1 } from '@liaison/contracts';
import type { EntityManager } from 'typeorm';
import type { ReceivedEvent } from './ports';

/**
 * Cumulative: a later acknowledgement replaces an earlier one of the same epochs, whatever order they come in. One of a
 * newer epoch of the recipient comes from a restored database: it replaces the older even where its numbers are lower.
 * Only the sender's own references are looked at, so nobody can acknowledge for another.
 */
export async function applyAcknowledgements(
  events: readonly ReceivedEvent[],
  manager: EntityManager,
): Promise<void> {
  const rows = events.flatMap(({ sender, envelope, data }) =>
    (data as DeliveryAcknowledgedV1).references.map((reference) => ({
      sender,
      recipientEpoch: envelope.epoch,
      ...reference,
    })),
  );
  const newest = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const key = `${row.sender}/${row.reference}/${row.epoch}`;
    const other = newest.get(key);
    if (!other || isNewer(row, other)) newest.set(key, row);
  }
  const ordered = [...newest.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
  await manager.query(ACKNOWLEDGE, [
    ordered.map(({ sender }) => sender),
    ordered.map(({ reference }) => reference),
    ordered.map(({ epoch }) => epoch),
    ordered.map(({ upTo }) => upTo),
    ordered.map(({ parked }) => asArray(parked)),
    ordered.map(({ voids }) => asArray(voids.map(({ sequence }) => sequence))),
    ordered.map(({ ahead }) => asArray(ahead)),
    ordered.map(({ waiting }) => asArray(waiting)),
    ordered.map(({ recipientEpoch }) => recipientEpoch),
    ordered.map(({ discarded = [] }) => asArray(discarded)),
    ordered.map(({ read = [] }) => asArray(read)),
  ]);
  const read = ordered.filter((row) => (row.read ?? []).length > 0);
  if (read.length > 0) {
    await manager.query(READ_BEFORE, [
      read.map(({ sender }) => sender),
      read.map(({ reference }) => reference),
      read.map(({ epoch }) => epoch),
      read.map((row) => asArray(row.read ?? [])),
    ]);
  }
  const damaged = ordered.filter((row) => (row.damaged ?? []).length > 0);
  if (damaged.length > 0) {
    await manager.query(DAMAGED, [
      damaged.map(({ sender }) => sender),
      damaged.map(({ reference }) => reference),
      damaged.map(({ epoch }) => epoch),
      damaged.map((row) => asArray(row.damaged ?? [])),
    ]);
  }
  const voids = rows.flatMap(({ sender, voids: named }) => named.map((found) => ({ sender, ...found })));
  if (voids.length === 0) return;
  await manager.query(SETTLE_VOIDS, [
    voids.map(({ sender }) => sender),
    voids.map(({ id }) => id),
    voids.map(({ state }) => state),
  ]);
}

interface Progress {
  readonly recipientEpoch: string;
  readonly upTo: number;
}

const isNewer = (a: Progress, b: Progress): boolean =>
  a.recipientEpoch === b.recipientEpoch ? a.upTo >= b.upTo : a.recipientEpoch > b.recipientEpoch;

const asArray = (numbers: readonly number[]): string => `{${numbers.join(',')}}`;

const ACKNOWLEDGE = `
UPDATE messaging.case_reference r
   SET delivered_up_to = w.up_to, parked = w.parked::int[], voided = w.voided::int[], ahead = w.ahead::int[],
       waiting = w.waiting::int[], recipient_epoch = w.recipient_epoch, discarded = w.discarded::int[],
       -- What was read stays so, whatever the recipient forgets.
       read = CASE WHEN w.read = '{}' THEN r.read
                   ELSE ARRAY(SELECT DISTINCT unnest(r.read || w.read::int[]) ORDER BY 1) END
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
              $10::text[], $11::text[])
    AS w (peer, reference, epoch, up_to, parked, voided, ahead, waiting, recipient_epoch, discarded, read)
 WHERE r.peer = w.peer AND r.reference = w.reference AND r.epoch = w.epoch AND w.up_to <= r.last_sequence
   AND (r.recipient_epoch < w.recipient_epoch
        OR (coalesce(r.recipient_epoch, w.recipient_epoch) = w.recipient_epoch AND r.delivered_up_to <= w.up_to))`;

/** What was sent under an epoch that ended since, and read only now. */
const READ_BEFORE = `
UPDATE messaging.delivery d SET ended_as = 'read'
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) AS w (peer, reference, epoch, read)
  JOIN messaging.case_reference r ON r.peer = w.peer AND r.reference = w.reference AND w.epoch < r.epoch
 WHERE d.recipient = w.peer AND d.reference = w.reference AND d.epoch = w.epoch AND d.sequence = ANY (w.read::int[])
   AND d.kind = 'event' AND d.state = 'frozen' AND d.ended_as IS DISTINCT FROM 'read'`;

const DAMAGED = `
UPDATE messaging.delivery d SET damaged_at = clock_timestamp()
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) AS w (peer, reference, epoch, damaged)
 WHERE d.recipient = w.peer AND d.reference = w.reference AND d.epoch = w.epoch AND d.sequence = ANY (w.damaged::int[])
   AND d.kind = 'event' AND d.state = 'frozen' AND d.damaged_at IS NULL`;

const SETTLE_VOIDS = `
UPDATE messaging.voiding v SET state = w.state, settled_at = clock_timestamp()
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (peer, id, state)
  JOIN messaging.delivery d ON d.event_id = w.id AND d.recipient = w.peer
 WHERE v.event_id = d.event_id AND v.lane_id = d.lane_id AND v.state IS NULL`;
