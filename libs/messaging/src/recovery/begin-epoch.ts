import { AppError } from '@liaison/kernel';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

export interface BegunEpoch {
  readonly epoch: string;
  /** Deliveries that are not known to have arrived: they are dispatched again, with the same ids, under new numbers. */
  readonly requeued: number;
}

/**
 * After a restore of an agency's database from a backup, once, as its owner, before its service starts: begins a newer
 * epoch. As a sender: what the backup does not know to be delivered goes back into the queue in its order, and every
 * case counts from 1 again, so that the numbers given since the backup are not taken for repeats. As a recipient: every
 * agency of the directory will be asked for everything that it keeps.
 * @param peers ids of all agencies of the directory
 * @throws AppError `service-running` (a lane is held), `clock-behind` (the new epoch would not be the later one)
 */
export function beginEpoch(owner: DataSource, peers: readonly string[]): Promise<BegunEpoch> {
  return owner.transaction(async (manager) => {
    const [state] = await manager.query<{ agency: string; epoch: string }[]>(
      'SELECT agency, epoch FROM messaging.agency_state FOR UPDATE',
    );
    if (!state) {
      throw new AppError(
        'database-of-another-agency',
        'This database belongs to nobody yet: nothing to recover.',
      );
    }
    const [held] = await manager.query<unknown[]>(
      'SELECT FROM messaging.lane WHERE lease_until > clock_timestamp() LIMIT 1',
    );
    if (held) {
      throw new AppError(
        'service-running',
        'A service works on this database: stop it, wait 10 seconds, try again.',
      );
    }
    const epoch = uuidv7();
    if (epoch <= state.epoch) {
      throw new AppError(
        'clock-behind',
        'The clock is behind the last epoch of this database: set it right first.',
      );
    }
    await manager.query('LOCK TABLE messaging.intent, messaging.delivery IN EXCLUSIVE MODE');
    await manager.query(REMEMBER_STATES);
    await manager.query(QUEUE);
    const [, requeued] = await manager.query<[unknown[], number]>(TAKE_BACK);
    await manager.query('DELETE FROM messaging.intent');
    await manager.query(ENQUEUE);
    await manager.query(COUNT_FROM_ONE, [epoch]);
    await manager.query('DELETE FROM messaging.resend');
    await manager.query('DELETE FROM messaging.overdue');
    await manager.query('UPDATE messaging.voiding SET next_at = clock_timestamp() WHERE state IS NULL');
    await manager.query(
      `UPDATE messaging.lane SET token = token + 1, holder = NULL, lease_until = NULL, marked_position = last_position,
              examined_position = last_position`,
    );
    await manager.query(
      `INSERT INTO messaging.recovery (peer, epoch) SELECT *, $2 FROM unnest($1::text[])
       ON CONFLICT (peer) DO UPDATE SET epoch = excluded.epoch, attempts = 0, next_at = clock_timestamp()`,
      [peers.filter((peer) => peer !== state.agency), epoch],
    );
    await manager.query('UPDATE messaging.agency_state SET epoch = $1', [epoch]);
    return { epoch, requeued };
  });
}

/**
 * Undelivered first, in the order of their freezing, then what waited behind them. A message of audit records keeps its
 * id and its records; one that held a single record, as all did before, had that record's id.
 */
const QUEUE = `
CREATE TEMPORARY TABLE queue ON COMMIT DROP AS
SELECT d.lane_id, d.kind, d.event_id, d.recipient, d.recipient_unit, d.reference, d.case_id, d.case_version,
       d.replaces::text[] AS replaces,
       coalesce(d.records, CASE WHEN d.kind = 'audit' THEN ARRAY[d.event_id::uuid] END) AS records,
       NULL::text AS traceparent, d.decided_at AS intended_at, 0 AS stage, d.position AS place
  FROM messaging.delivery d
  JOIN messaging.case_reference r ON r.peer = d.recipient AND r.reference = d.reference AND r.epoch = d.epoch
 WHERE d.state = 'frozen' AND d.kind IN ('event', 'audit') AND d.sequence > r.delivered_up_to
UNION ALL
SELECT lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces, records,
       traceparent, intended_at, 1, id
  FROM messaging.intent`;

const TAKE_BACK = `
DELETE FROM messaging.delivery d USING queue q
 WHERE q.stage = 0 AND d.event_id = q.event_id AND d.lane_id = q.lane_id`;

const ENQUEUE = `
INSERT INTO messaging.intent
  (lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces, records, traceparent,
   intended_at)
SELECT lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, replaces, records, traceparent,
       intended_at
  FROM queue ORDER BY stage, lane_id, place`;

/** Of what was delivered, what its reference knows besides: it counts anew from here on. See the view `delivery_status`. */
const REMEMBER_STATES = `
UPDATE messaging.delivery d
   SET ended_as = CASE WHEN d.sequence = ANY (r.read) THEN 'read'
                       WHEN EXISTS (
                         SELECT FROM messaging.delivery later
                          WHERE later.case_id = d.case_id AND later.case_version = d.case_version
                            AND later.recipient = d.recipient AND later.sequence > d.sequence) THEN 'replaced'
                       ELSE 'discarded' END
  FROM messaging.case_reference r
 WHERE r.peer = d.recipient AND r.reference = d.reference AND r.epoch = d.epoch AND (r.read <> '{}' OR r.discarded <> '{}')
   AND d.kind = 'event' AND d.state = 'frozen' AND d.sequence = ANY (r.read || r.discarded)`;

const COUNT_FROM_ONE = `
UPDATE messaging.case_reference
   SET epoch = $1, last_sequence = 0, last_record = 0, delivered_up_to = 0, parked = '{}', voided = '{}', ahead = '{}',
       waiting = '{}', discarded = '{}', read = '{}'`;
