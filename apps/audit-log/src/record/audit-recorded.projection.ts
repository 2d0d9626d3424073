import {
  AUDIT_RECORDED,
  AUDIT_RECORDED_V2,
  type AuditRecordedV1,
  type AuditRecordedV2,
  commitmentOfText,
} from '@liaison/contracts';
import { AppError, canonicalJson } from '@liaison/kernel';
import {
  DeliveryContext,
  jsonList,
  LiaisonEvent,
  LiaisonRenumbered,
  type ReceivedEvent,
} from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { EntityManager } from 'typeorm';
import { sha256Hex } from './sha256';

/** One record of a message, with what the message says of it. */
interface Claim {
  readonly sender: string;
  readonly epoch: string;
  readonly number: number;
  readonly receivedAt: Date;
  readonly data: AuditRecordedV1;
}

/**
 * T4: appends what agencies recorded of themselves. A message with a record that is not its sender's own, or is not what
 * it committed to, is parked whole; it then shows as refused.
 */
@Controller()
export class AuditRecordedProjection {
  /** Records that travelled alone. */
  @LiaisonEvent(AUDIT_RECORDED, 'arrival')
  async onRecorded(
    @Payload() events: ReceivedEvent<AuditRecordedV1>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { envelope, data } of events) {
      if (data.recordId !== envelope.id) {
        throw new AppError(
          'record-id-mismatch',
          'A record alone travels under its own id, so that repeats are known.',
        );
      }
    }
    await append(
      manager,
      events.map((event) => claim(event, event.data, event.envelope.sequence ?? 0)),
    );
  }

  @LiaisonEvent(AUDIT_RECORDED_V2, 'arrival')
  async onGathered(
    @Payload() events: ReceivedEvent<AuditRecordedV2>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    await append(manager, events.flatMap(claimsOf));
  }

  /** After a restore of its author a message that was appended comes again: its records have another number as well. */
  @LiaisonRenumbered(AUDIT_RECORDED_V2)
  async onRenumbered(
    @Payload() events: ReceivedEvent<AuditRecordedV2>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    const claims = events.flatMap(claimsOf);
    await manager.query(RENUMBER, [
      claims.map(({ data }) => data.recordId),
      claims.map(({ data }) => data.commitment),
      claims.map(({ sender }) => sender),
      claims.map(({ epoch }) => epoch),
      claims.map(({ number }) => number),
    ]);
  }
}

const claimsOf = (event: ReceivedEvent<AuditRecordedV2>): Claim[] =>
  event.data.records.map((record, index) => claim(event, record, event.data.first + index));

const claim = (
  { sender, envelope: { epoch }, receivedAt }: ReceivedEvent,
  data: AuditRecordedV1,
  number: number,
): Claim => ({ sender, epoch, number, receivedAt, data });

async function append(manager: EntityManager, claims: readonly Claim[]): Promise<void> {
  const texts = claims.map(verified);
  const column = <T>(pick: (claimed: Claim) => T) => claims.map(pick);
  const appended = await manager.query<unknown[]>(APPEND, [
    column(({ data }) => data.recordId),
    column(({ sender }) => sender),
    column(({ epoch }) => epoch),
    column(({ number }) => number),
    column(({ data }) => data.kind),
    column(({ data }) => data.at),
    column(({ data }) => data.reference ?? null),
    column(({ data }) => data.eventId ?? null),
    column(({ data }) => data.counterpart ?? null),
    column(({ data }) => data.convention ?? null),
    column(({ data }) => data.disclosureCommitment ?? null),
    column(({ data }) => data.commitment),
    column(({ data }) => Buffer.from(data.salt, 'hex')),
    jsonList(texts),
    column(({ receivedAt }) => receivedAt),
  ]);
  if (appended.length < claims.length) await refuseTakenIds(manager, claims);
}

/**
 * @returns the record as its commitment covers it, in canonical JSON
 * @throws AppError `record-of-another-agency`, `commitment-broken`
 */
function verified({ sender, data: { salt, commitment, ...record } }: Claim): string {
  if (record.agency !== sender) {
    throw new AppError('record-of-another-agency', 'An agency records its own acts only.');
  }
  const text = canonicalJson(record);
  if (commitmentOfText(text, salt, sha256Hex) !== commitment) {
    throw new AppError('commitment-broken', 'The record is not what its commitment covers.');
  }
  return text;
}

/** The same record again is one record. Another one under an id that is taken would be lost in silence. */
async function refuseTakenIds(manager: EntityManager, claims: readonly Claim[]): Promise<void> {
  const [row] = await manager.query<{ held: string }[]>(
    `SELECT count(*) AS held FROM audit_log.record
       JOIN unnest($1::uuid[], $2::text[], $3::text[]) AS w (record_id, agency, commitment)
      USING (record_id, agency, commitment)`,
    [
      claims.map(({ data }) => data.recordId),
      claims.map(({ sender }) => sender),
      claims.map(({ data }) => data.commitment),
    ],
  );
  if (Number(row?.held) < claims.length) {
    throw new AppError('record-id-taken', 'Another record has this id already: record ids are random.');
  }
}

const APPEND = `
INSERT INTO audit_log.record
  (record_id, agency, epoch, number, kind, at, reference, event_id, counterpart, convention, disclosure_commitment,
   commitment, salt, record, appended_at)
SELECT record_id, agency, epoch, number, kind, at, reference, event_id, counterpart, convention, disclosure_commitment,
       commitment, salt, record, appended_at
  FROM ROWS FROM (
    unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::timestamptz[], $7::uuid[], $8::uuid[],
           $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[], $15::timestamptz[]),
    json_array_elements($14::json))
    AS r (record_id, agency, epoch, number, kind, at, reference, event_id, counterpart, convention, disclosure_commitment,
          commitment, salt, appended_at, record)
ON CONFLICT (record_id) DO NOTHING RETURNING 1`;

/** Only what the log holds, with the same commitment: a number that something else claims stays missing. */
const RENUMBER = `
INSERT INTO audit_log.renumbering (agency, epoch, number, record_id)
SELECT r.agency, w.epoch, w.number, r.record_id
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::int[]) AS w (record_id, commitment, agency, epoch, number)
  JOIN audit_log.record r USING (record_id, commitment, agency)
ON CONFLICT DO NOTHING`;
