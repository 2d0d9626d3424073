import type { DeliveryGapRequestedV1 } from '@liaison/contracts';
import type { EntityManager } from 'typeorm';
import type { ReceivedEvent } from '../consumer/ports';

/** Sequences of one case that one request can have sent again; a longer hole is asked for in pieces. */
const MAX_SENT_AGAIN = 500;

/**
 * Queues what a recipient misses for the leaseholders of its lanes: the same sealed bytes once more, voids included.
 * Only deliveries to the agency that asks are looked at. Whether each may still leave is asked when it is sent.
 */
export async function applyGapRequests(
  events: readonly ReceivedEvent[],
  manager: EntityManager,
): Promise<void> {
  const gaps = events.flatMap(({ sender, data }) =>
    (data as DeliveryGapRequestedV1).references.map((gap) => ({
      sender,
      ...gap,
      to: Math.min(gap.to, gap.from + MAX_SENT_AGAIN - 1),
    })),
  );
  if (gaps.length > 0) {
    await manager.query(SEND_AGAIN, [
      gaps.map(({ sender }) => sender),
      gaps.map(({ reference }) => reference),
      gaps.map(({ epoch }) => epoch),
      gaps.map(({ from }) => from),
      gaps.map(({ to }) => to),
    ]);
  }
  for (const { sender, envelope, data } of events) {
    if ((data as DeliveryGapRequestedV1).scope === 'everything') {
      await sendEverythingAgain(manager, sender, envelope.epoch);
    }
  }
}

/** Once for each restore: a repeated request of the same epoch finds it done. */
async function sendEverythingAgain(manager: EntityManager, peer: string, epoch: string): Promise<void> {
  const [, begun] = await manager.query<[unknown[], number]>(
    `INSERT INTO messaging.peer (peer, recipient_epoch) VALUES ($1, $2)
     ON CONFLICT (peer) DO UPDATE SET recipient_epoch = excluded.recipient_epoch
       WHERE peer.recipient_epoch < excluded.recipient_epoch`,
    [peer, epoch],
  );
  if (begun === 0) return;
  await manager.query(
    `UPDATE messaging.case_reference
        SET delivered_up_to = 0, parked = '{}', ahead = '{}', waiting = '{}', recipient_epoch = $2
      WHERE peer = $1 AND last_sequence > 0 AND coalesce(recipient_epoch < $2, true)`,
    [peer, epoch],
  );
  await manager.query(EVERYTHING, [peer]);
}

const SEND_AGAIN = `
INSERT INTO messaging.resend (lane_id, position)
SELECT d.lane_id, d.position
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::int[]) AS w (peer, reference, epoch, first, last)
  JOIN messaging.delivery d ON d.reference = w.reference AND d.sequence BETWEEN w.first AND w.last
                           AND d.recipient = w.peer AND d.epoch = w.epoch
  JOIN messaging.lane l ON l.id = d.lane_id
 WHERE d.state = 'frozen' AND d.position <= l.marked_position
ON CONFLICT DO NOTHING`;

const EVERYTHING = `
INSERT INTO messaging.resend (lane_id, position)
SELECT d.lane_id, d.position
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  JOIN messaging.sealed_body b ON b.lane_id = d.lane_id AND b.position = d.position
 WHERE d.recipient = $1 AND d.sequence IS NOT NULL AND d.state = 'frozen' AND d.position <= l.marked_position
ON CONFLICT DO NOTHING`;
