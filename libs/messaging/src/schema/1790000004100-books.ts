import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The sender's book knows what was acknowledged ahead of its turn, and that a newer epoch leaves nothing of an older one
 * open: what was not known to be delivered then was taken back into the queue.
 */
export class Books1790000004100 implements MigrationInterface {
  readonly name = 'Books1790000004100';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      sentBook(
        `WHEN d.epoch < r.epoch THEN 'delivered'`,
        `(d.sequence <= r.delivered_up_to OR d.sequence = ANY (r.ahead))`,
      ),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(sentBook('', 'd.sequence <= r.delivered_up_to'));
  }
}

const sentBook = (olderEpoch: string, isDelivered: string): string => `
CREATE OR REPLACE VIEW messaging.sent_book AS
SELECT d.recipient AS peer, d.reference, d.sequence, d.epoch, d.event_id AS id, d.kind, d.decided_at AS at,
       CASE WHEN d.state <> 'frozen' THEN d.state
            ${olderEpoch}
            WHEN r.epoch = d.epoch AND d.sequence = ANY (r.parked || r.discarded) THEN 'unapplied'
            WHEN r.epoch = d.epoch AND ${isDelivered} THEN 'delivered'
            WHEN d.position <= l.marked_position THEN 'sent'
            ELSE 'frozen' END AS state,
       encode(sha256(b.body), 'hex') AS digest, a.commitment AS recorded
  FROM messaging.delivery d
  JOIN messaging.lane l ON l.id = d.lane_id
  LEFT JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference
  LEFT JOIN messaging.sealed_body b ON b.lane_id = d.lane_id AND b.position = d.position
  LEFT JOIN messaging.audit_record a ON a.record_id = d.audit_record
 WHERE d.sequence IS NOT NULL`;
