import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type AuditedField, type AuditRecord, commitmentOfText } from '@liaison/contracts';
import { canonicalJson, CanonicalText } from '@liaison/kernel';
import { jsonList, type Sql } from '../outbox/lanes';

/** What the author of an act says of it; the trail adds the identifiers. */
export type AuditEntry = Omit<AuditRecord, 'recordId' | 'agency' | 'service'>;

export interface PreparedRecord {
  readonly recordId: string;
  readonly kind: string;
  readonly at: string;
  readonly reference: string | undefined;
  /** Canonical: what the commitment covers. */
  readonly json: string;
  readonly salt: Buffer;
  readonly commitment: string;
  readonly traceparent: string | undefined;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const fieldTexts = new WeakMap<readonly AuditedField[], CanonicalText>();

/** Most of a record, and one object for all records of the same answer (`auditFields`). MUST not be changed in place. */
function fieldsOf({ fields }: AuditRecord): CanonicalText {
  let text = fieldTexts.get(fields);
  if (!text) {
    text = new CanonicalText(canonicalJson(fields));
    fieldTexts.set(fields, text);
  }
  return text;
}

/**
 * Audit records ride in the transaction of the act they record: an act whose record cannot be written does not
 * happen. They reach the audit log through the agency's audit lane, which numbers them at its dispatch.
 */
export class AuditTrail {
  constructor(
    private readonly author: { readonly agency: string; readonly service: string },
    /** Peer under which the audit lane's numbers are kept, and the agency's own reference there. */
    private readonly log: { readonly agency: string; readonly reference: string; readonly laneId: number },
    /** Told of each kind that was appended, in the asynchronous context of whoever appends. */
    private readonly onAppended: (kind: string) => void = () => undefined,
  ) {}

  get laneId(): number {
    return this.log.laneId;
  }

  /** @param traceparent of the step that the record is of, where its trace is recorded */
  prepare(entry: AuditEntry, traceparent?: string): PreparedRecord {
    const record: AuditRecord = { recordId: randomUUID(), ...this.author, ...entry };
    const salt = randomBytes(32);
    const json = canonicalJson({ ...record, fields: fieldsOf(record) });
    return {
      recordId: record.recordId,
      kind: record.kind,
      at: record.at,
      reference: record.reference,
      json,
      salt,
      commitment: commitmentOfText(json, salt.toString('hex'), sha256Hex),
      traceparent,
    };
  }

  /** Appends the records and their intents in one statement of the caller's transaction. */
  async append(sql: Sql, records: readonly PreparedRecord[]): Promise<void> {
    if (records.length === 0) return;
    await sql.query(
      `WITH appended AS (
         SELECT * FROM ROWS FROM (
             unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $6::bytea[], $7::text[], $11::text[]),
             json_array_elements($5::json))
           AS r (record_id, kind, at, reference, salt, commitment, traceparent, record)
       ), stored AS (
         INSERT INTO messaging.audit_record (record_id, kind, at, reference, record, salt, commitment)
         SELECT record_id, kind, at, reference, record, salt, commitment FROM appended
       )
       INSERT INTO messaging.intent (lane_id, kind, event_id, recipient, reference, traceparent)
       SELECT $8, 'audit', record_id, $9, $10, traceparent FROM appended`,
      [
        records.map(({ recordId }) => recordId),
        records.map(({ kind }) => kind),
        records.map(({ at }) => at),
        records.map(({ reference }) => reference ?? null),
        jsonList(records.map(({ json }) => json)),
        records.map(({ salt }) => salt),
        records.map(({ commitment }) => commitment),
        this.log.laneId,
        this.log.agency,
        this.log.reference,
        records.map(({ traceparent }) => traceparent ?? null),
      ],
    );
    for (const { kind } of records) this.onAppended(kind);
  }
}
