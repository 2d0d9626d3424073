import { randomUUID } from 'node:crypto';
import { AppError, type Agency } from '@liaison/kernel';
import { partitionFor } from '@liaison/contracts';
import type { Lanes, Sql } from './lanes';
import { inboxOf } from '../topology';

export interface NewCase {
  readonly id: string;
  readonly unit: string;
  /** Facts that decisions read, as the application defines them. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Whom an event is for: an agency, and where named a unit or contact point inside it. */
export interface Recipient {
  readonly agency: Agency;
  readonly unit?: string;
}

/** An immutable, whole document: never a delta. */
export interface NewEvent {
  readonly type: string;
  readonly document: unknown;
  readonly purpose: string;
  /** Unit and pseudonymous agent that decided; the audit record names them. */
  readonly unit: string;
  readonly agent?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly decidedAt: Date;
  readonly recipients: readonly Recipient[];
}

export interface RecordedEvent {
  /** Version of the case's document in this agency. */
  readonly version: number;
  readonly intents: readonly {
    readonly eventId: string;
    readonly recipient: string;
    readonly reference: string;
  }[];
  /** Lanes to wake once the transaction has committed. */
  readonly lanes: readonly number[];
}

interface Target {
  readonly recipient: Recipient;
  readonly reference: string;
  readonly laneId: number;
  readonly isNew: boolean;
}

/**
 * T1: the state and one intent per recipient commit together, or neither. Every method runs in the caller's
 * transaction and MUST be called after the case has been locked (`openCase` creates it locked), so that for one case
 * the order of the intents is the order of the commits.
 */
export class Outbox {
  constructor(
    private readonly lanes: Lanes,
    private readonly epoch: string,
  ) {}

  /** A new case with its first event, in one statement. */
  async openCase(sql: Sql, opened: NewCase, event: NewEvent): Promise<RecordedEvent> {
    const targets = await Promise.all(event.recipients.map((recipient) => this.newTarget(recipient)));
    return this.record(sql, opened.id, 1, event, targets, opened);
  }

  /**
   * Locks the case, takes its next version and records the event.
   * @throws AppError `case-unknown`
   */
  async append(sql: Sql, caseId: string, event: NewEvent): Promise<RecordedEvent> {
    const [[locked]] = await sql.query<[{ version: number }[], number]>(
      'UPDATE messaging.cases SET version = version + 1 WHERE id = $1 RETURNING version',
      [caseId],
    );
    if (!locked) throw new AppError('case-unknown', 'There is no such case in this agency.');
    const known = await sql.query<{ peer: string; reference: string; lane_id: number }[]>(
      `SELECT peer, reference, lane_id FROM messaging.case_reference
        WHERE case_id = $1 AND peer = ANY ($2) ORDER BY peer, reference`,
      [caseId, event.recipients.map(({ agency }) => agency.id)],
    );
    const targets = await Promise.all(
      event.recipients.map(async (recipient): Promise<Target> => {
        const row = known.find(({ peer }) => peer === recipient.agency.id);
        if (!row) return this.newTarget(recipient);
        return { recipient, reference: row.reference, laneId: row.lane_id, isNew: false };
      }),
    );
    return this.record(sql, caseId, locked.version, event, targets);
  }

  /** The lane is chosen once, from the random reference, and stored: partitions can be added later. */
  private async newTarget(recipient: Recipient): Promise<Target> {
    const reference = randomUUID();
    const partition = partitionFor(reference, recipient.agency.inboxPartitions);
    const laneId = await this.lanes.getLaneId({ topic: inboxOf(recipient.agency), partition });
    return { recipient, reference, laneId, isNew: true };
  }

  private async record(
    sql: Sql,
    caseId: string,
    version: number,
    event: NewEvent,
    targets: readonly Target[],
    opened?: NewCase,
  ): Promise<RecordedEvent> {
    const intents = targets.map(({ recipient, reference }) => ({
      eventId: randomUUID(),
      recipient: recipient.agency.id,
      reference,
    }));
    await sql.query(opened ? `${OPEN_CASE}, ${RECORD_EVENT}` : `WITH ${RECORD_EVENT}`, [
      caseId,
      version,
      event.type,
      JSON.stringify(event.document),
      event.purpose,
      event.unit,
      event.agent ?? null,
      event.correlationId,
      event.causationId ?? null,
      event.decidedAt,
      intents.map(({ recipient }) => recipient),
      intents.map(({ reference }) => reference),
      targets.map(({ laneId }) => laneId),
      targets.map(({ isNew }) => isNew),
      intents.map(({ eventId }) => eventId),
      targets.map(({ recipient }) => recipient.unit ?? null),
      this.epoch,
      ...(opened ? [opened.unit, JSON.stringify(opened.facts)] : []),
    ]);
    return { version, intents, lanes: [...new Set(targets.map(({ laneId }) => laneId))] };
  }
}

const OPEN_CASE = `
WITH opened AS (
  INSERT INTO messaging.cases (id, unit, version, facts, created_at) VALUES ($1, $18, $2, $19, $10)
)`;

const RECORD_EVENT = `
document AS (
  INSERT INTO messaging.event_document
    (case_id, version, type, document, purpose, unit, agent, correlation_id, causation_id, decided_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
), target AS (
  SELECT * FROM unnest($11::text[], $12::uuid[], $13::int[], $14::boolean[], $15::text[], $16::text[])
    AS t (peer, reference, lane_id, is_new, event_id, recipient_unit)
), referenced AS (
  INSERT INTO messaging.case_reference (peer, reference, case_id, lane_id, epoch)
  SELECT peer, reference, $1, lane_id, $17 FROM target WHERE is_new
)
INSERT INTO messaging.intent
  (lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version)
SELECT lane_id, 'event', event_id, peer, recipient_unit, reference, $1, $2 FROM target`;
