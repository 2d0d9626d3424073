import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { AuditTrail } from '../audit/audit-trail';
import type { ProtocolIntent } from '../consumer/inbox';
import type { OpeningOptions } from '../consumer/opening';
import type { Receiver } from '../consumer/receiver';

export interface DeadLettersOptions extends OpeningOptions {
  readonly database: DataSource;
  readonly audit: AuditTrail;
  readonly clock: { now(): Date };
  /** Applies what is taken up again as it applies what arrives. */
  readonly receiver: Receiver;
  /** Lanes with new records. */
  readonly wake: (lanes: readonly number[], lingerMs: number) => void;
}

/** Tells the sender how its case stands now. Events that belong to no case are acknowledged by nobody. */
export async function acknowledgementOf(
  manager: EntityManager,
  peer: string,
  reference: string | null | undefined,
): Promise<readonly ProtocolIntent[]> {
  if (reference === null || reference === undefined) return [];
  const laneId = await findLane(manager, peer, reference);
  if (laneId === undefined) return [];
  return [{ laneId, kind: 'acknowledgement', eventId: randomUUID(), recipient: peer, reference }];
}

/** Towards the sender of a case. */
export async function findLane(
  manager: EntityManager,
  peer: string,
  reference: string,
): Promise<number | undefined> {
  const [stream] = await manager.query<{ lane_id: number }[]>(
    'SELECT lane_id FROM messaging.inbound_sequence WHERE peer = $1 AND reference = $2',
    [peer, reference],
  );
  return stream?.lane_id;
}
