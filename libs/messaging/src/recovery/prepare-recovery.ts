import { randomUUID } from 'node:crypto';
import {
  DELIVERY_GAP_REQUESTED,
  DELIVERY_VOIDED,
  type DeliveryGapRequestedV1,
  type DeliveryVoidedV1,
} from '@liaison/contracts';
import type { AuditTrail } from '../audit/audit-trail';
import type { IntentRow, PreparedDelivery } from '../dispatch/prepared';
import { sealEnvelope } from '../dispatch/seal-envelope';
import type { Sql } from '../outbox/lanes';
import type { Sealing } from '../sealing/sealing';
import { missingRuns } from './missing';

export interface VoidRow extends IntentRow {
  readonly reference: string;
  readonly voided: string;
  readonly type: string;
  readonly reason: string | null;
  readonly epoch: string;
  readonly sequence: number;
  readonly disclosure: string;
}

interface RecoveryPreparation {
  readonly agency: string;
  readonly sealing: Sealing;
  readonly audit: AuditTrail;
}

/** The void takes the place of what it voids, in that one's epoch; the audit record is of what was taken back. */
export async function prepareVoid(
  { agency, sealing, audit }: RecoveryPreparation,
  row: VoidRow,
  at: Date,
): Promise<PreparedDelivery> {
  const data: DeliveryVoidedV1 = { voided: row.voided, sequence: row.sequence, disclosure: row.disclosure };
  const message = await sealEnvelope(sealing, agency, row.recipient, {
    id: row.event_id,
    type: DELIVERY_VOIDED,
    subject: row.reference,
    time: at.toISOString(),
    epoch: row.epoch,
    sequence: row.sequence,
    correlationid: row.event_id,
    data,
  });
  return {
    intentIds: [row.id],
    kind: 'void',
    eventId: row.event_id,
    recipient: row.recipient,
    reference: row.reference,
    type: DELIVERY_VOIDED,
    decidedAt: at,
    message,
    place: { epoch: row.epoch, sequence: row.sequence },
    audit: audit.prepare({
      kind: 'voided',
      at: at.toISOString(),
      legalBases: [],
      fields: [],
      reference: row.reference,
      event: row.type,
      eventId: row.voided,
      counterpart: row.recipient,
      disclosureCommitment: row.disclosure,
      ...(row.reason !== null && { reason: row.reason }),
    }),
  };
}

/** What is no disclosure (an audit record) has no commitment of one: a digest of its id stands there. */
export const VOID_DETAILS = `
SELECT v.void_id::text AS event_id, d.event_id AS voided, d.type, d.reason, d.epoch, d.sequence,
       coalesce(d.audit_commitment, encode(sha256(d.event_id::bytea), 'hex')) AS disclosure
  FROM messaging.voiding v JOIN messaging.delivery d USING (event_id, lane_id)
 WHERE v.void_id = ANY ($1::uuid[])`;

export interface HoleRow {
  readonly reference: string;
  readonly epoch: string;
  readonly up_to: number;
  readonly highest: number;
  readonly here: readonly number[];
}

/** Sequences asked for at once, of one case: no more than may wait here. */
const MAX_ASKED = 500;
/** Entries of one request (its schema). */
const MAX_ENTRIES = 1000;

/** What is missing now, for every stream that an intent names: what was filled meanwhile is not asked for. */
export async function prepareGapRequest(
  { agency, sealing }: Pick<RecoveryPreparation, 'agency' | 'sealing'>,
  rows: readonly IntentRow[],
  holes: readonly HoleRow[],
  epoch: string,
  at: Date,
): Promise<PreparedDelivery> {
  const recipient = rows[0]?.recipient ?? '';
  const id = randomUUID();
  const everything = rows.some(({ reference }) => reference === null);
  const references = holes
    .flatMap(({ reference, epoch: of, up_to, highest, here }) =>
      missingRuns(up_to, highest, here, MAX_ASKED).map((run) => ({ reference, epoch: of, ...run })),
    )
    .slice(0, MAX_ENTRIES);
  const data: DeliveryGapRequestedV1 = { scope: everything ? 'everything' : 'named', references };
  const common = {
    intentIds: rows.map((row) => row.id),
    kind: 'gap-request' as const,
    eventId: id,
    recipient,
    type: DELIVERY_GAP_REQUESTED,
    decidedAt: at,
  };
  if (!everything && references.length === 0)
    return { ...common, state: 'cancelled', reason: 'filled-meanwhile' };
  const message = await sealEnvelope(sealing, agency, recipient, {
    id,
    type: DELIVERY_GAP_REQUESTED,
    subject: id,
    time: at.toISOString(),
    epoch,
    correlationid: id,
    data,
  });
  return { ...common, message };
}

export function loadHoles(sql: Sql, rows: readonly IntentRow[]): Promise<HoleRow[]> {
  return sql.query<HoleRow[]>(
    `SELECT g.reference, g.epoch, s.up_to, g.highest,
            ARRAY(
              SELECT i.sequence FROM messaging.inbox i
               WHERE i.source = g.peer AND i.reference = g.reference AND i.epoch = g.epoch AND i.sequence > s.up_to
               ORDER BY i.sequence LIMIT 2000) AS here
       FROM messaging.gap g JOIN messaging.inbound_sequence s USING (peer, reference, epoch)
      WHERE g.peer = $1 AND g.reference = ANY ($2::uuid[])
      ORDER BY g.first_at`,
    [rows[0]?.recipient, rows.flatMap(({ reference }) => reference ?? [])],
  );
}
