import { AUDIT_RECORDED, auditCommitmentHolds, type AuditRecordedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { sha256Hex } from './sha256';

type RecordedEvent = ReceivedEvent<AuditRecordedV1>;

/**
 * T4: appends what agencies recorded of themselves. A record that is not its sender's own, or is not what it committed
 * to, is parked; its number then shows as refused.
 */
@Controller()
export class AuditRecordedProjection {
  @LiaisonEvent(AUDIT_RECORDED, 'arrival')
  async onRecorded(@Payload() events: RecordedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    events.forEach(verify);
    const column = <T>(pick: (event: RecordedEvent) => T) => events.map(pick);
    const appended = await manager.query<unknown[]>(APPEND, [
      column(({ data }) => data.recordId),
      column(({ sender }) => sender),
      column(({ envelope }) => envelope.epoch),
      column(({ envelope }) => envelope.sequence),
      column(({ data }) => data.kind),
      column(({ data }) => data.at),
      column(({ data }) => data.reference ?? null),
      column(({ data }) => data.eventId ?? null),
      column(({ data }) => data.counterpart ?? null),
      column(({ data }) => data.convention ?? null),
      column(({ data }) => data.disclosureCommitment ?? null),
      column(({ data }) => data.commitment),
      column(({ data }) => Buffer.from(data.salt, 'hex')),
      column(({ data: { salt: _salt, commitment: _commitment, ...record } }) => JSON.stringify(record)),
      column(({ receivedAt }) => receivedAt),
    ]);
    if (appended.length < events.length) await refuseTakenIds(manager, events);
  }
}

/** @throws AppError `record-of-another-agency`, `record-id-mismatch`, `commitment-broken` */
function verify({ envelope, sender, data }: RecordedEvent): void {
  if (data.agency !== sender) {
    throw new AppError('record-of-another-agency', 'An agency records its own acts only.');
  }
  if (data.recordId !== envelope.id) {
    throw new AppError('record-id-mismatch', 'A record travels under its own id, so that repeats are known.');
  }
  if (!auditCommitmentHolds(data, sha256Hex)) {
    throw new AppError('commitment-broken', 'The record is not what its commitment covers.');
  }
}

/** The same record again is one record. Another one under an id that is taken would be lost in silence. */
async function refuseTakenIds(manager: EntityManager, events: readonly RecordedEvent[]): Promise<void> {
  const [row] = await manager.query<{ held: string }[]>(
    `SELECT count(*) AS held FROM audit_log.record
       JOIN unnest($1::uuid[], $2::text[], $3::text[]) AS w (record_id, agency, commitment)
      USING (record_id, agency, commitment)`,
    [
      events.map(({ data }) => data.recordId),
      events.map(({ sender }) => sender),
      events.map(({ data }) => data.commitment),
    ],
  );
  if (Number(row?.held) < events.length) {
    throw new AppError('record-id-taken', 'Another record has this id already: record ids are random.');
  }
}

const APPEND = `
INSERT INTO audit_log.record
  (record_id, agency, epoch, number, kind, at, reference, event_id, counterpart, convention, disclosure_commitment,
   commitment, salt, record, appended_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::timestamptz[], $7::uuid[],
  $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[], $14::json[], $15::timestamptz[])
ON CONFLICT (record_id) DO NOTHING RETURNING 1`;
