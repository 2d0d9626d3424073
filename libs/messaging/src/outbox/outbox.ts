import { randomUUID } from 'node:crypto';
import { AppError, type Agency } from '@liaison/kernel';
import { partitionFor } from '@liaison/contracts';
import { jsonList, type Lanes, type Sql } from './lanes';
import type { Origin } from '../consumer/ports';
import { voidDelivered, type VoidedDeliveries } from '../recovery/void-delivered';
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
  /** Of the event that this answers to: told to its sender alone. */
  readonly causationId?: string;
  /** W3C trace context of the request, where its trace is recorded (`currentTraceparent`). */
  readonly traceparent?: string;
  readonly decidedAt: Date;
  /** Of what others shared and stands in the document: it leaves only if each of their conventions allows that. */
  readonly origins?: readonly Origin[];
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

/** A new case with its first event. */
export interface OpenedCase {
  readonly opened: NewCase;
  readonly event: NewEvent;
  /** The same said for other purposes, to others: documents of their own. */
  readonly also?: readonly NewEvent[];
}

/** What will have been recorded once it is written. */
export interface PlannedEvents {
  readonly recorded: readonly RecordedEvent[];
  /** One statement, sent before it returns: it may travel with what follows. */
  readonly write: (sql: Sql) => Promise<void>;
}

interface Target {
  readonly recipient: Recipient;
  readonly reference: string;
  readonly laneId: number;
  readonly isNew: boolean;
}

interface Entry {
  readonly caseId: string;
  readonly version: number;
  readonly event: NewEvent;
  readonly targets: readonly Target[];
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
    const [recorded] = await this.openCases(sql, [{ opened, event }]);
    if (!recorded) throw new Error('a case was not recorded');
    return recorded;
  }

  /** Any number of them, in one statement all the same; answers in their order. */
  async openCases(sql: Sql, cases: readonly OpenedCase[]): Promise<readonly RecordedEvent[]> {
    const { recorded, write } = await this.planCases(cases);
    await write(sql);
    return recorded;
  }

  /** `openCases` in two halves: whoever knows the answer before it is written can send that with other statements. */
  async planCases(cases: readonly OpenedCase[]): Promise<PlannedEvents> {
    const entries = await Promise.all(
      cases.map(({ opened, event, also = [] }) =>
        Promise.all(
          [event, ...also].map(async (each, index) => {
            const targets = await Promise.all(each.recipients.map((recipient) => this.newTarget(recipient)));
            return { caseId: opened.id, version: index + 1, event: each, targets };
          }),
        ),
      ),
    );
    const { recorded, write } = this.plan(`${OPEN_CASES}, ${RECORD_EVENTS}`, entries.flat(), [
      cases.map(({ opened }) => opened.id),
      cases.map(({ opened }) => opened.unit),
      entries.map(({ length }) => length),
      cases.map(({ opened }) => JSON.stringify(opened.facts)),
      cases.map(({ event }) => event.decidedAt),
    ]);
    const rest = [...recorded];
    return { recorded: entries.map(({ length }) => together(rest.splice(0, length))), write };
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
    const entry = { caseId, version: locked.version, event, targets };
    const { recorded, write } = this.plan(`WITH ${RECORD_EVENTS}`, [entry]);
    await write(sql);
    if (!recorded[0]) throw new Error('an event was not recorded');
    return recorded[0];
  }

  /** Takes back what a case has for its recipients; new content follows with `append`. See `voidDelivered`. */
  voidDelivered(
    sql: Sql,
    caseId: string,
    options: Parameters<typeof voidDelivered>[2],
  ): Promise<VoidedDeliveries> {
    return voidDelivered(sql, caseId, options);
  }

  /** The lane is chosen once, from the random reference, and stored: partitions can be added later. */
  private async newTarget(recipient: Recipient): Promise<Target> {
    const reference = randomUUID();
    const partition = partitionFor(reference, recipient.agency.inboxPartitions);
    const laneId = await this.lanes.getLaneId({ topic: inboxOf(recipient.agency), partition });
    return { recipient, reference, laneId, isNew: true };
  }

  private plan(statement: string, entries: readonly Entry[], more: readonly unknown[] = []): PlannedEvents {
    const intents = entries.map(({ targets }) =>
      targets.map(({ recipient, reference }) => ({
        eventId: randomUUID(),
        recipient: recipient.agency.id,
        reference,
      })),
    );
    const flat = entries.flatMap(({ targets, caseId, version, event }, index) =>
      targets.map((target, place) => ({
        ...target,
        caseId,
        version,
        eventId: intents[index]?.[place]?.eventId,
        traceparent: event.traceparent,
      })),
    );
    const parameters = [
      entries.map(({ caseId }) => caseId),
      entries.map(({ version }) => version),
      entries.map(({ event }) => event.type),
      jsonList(entries.map(({ event }) => JSON.stringify(event.document))),
      entries.map(({ event }) => event.purpose),
      entries.map(({ event }) => event.unit),
      entries.map(({ event }) => event.agent ?? null),
      entries.map(({ event }) => event.correlationId),
      entries.map(({ event }) => event.causationId ?? null),
      entries.map(({ event }) => event.decidedAt),
      flat.map(({ recipient }) => recipient.agency.id),
      flat.map(({ reference }) => reference),
      flat.map(({ laneId }) => laneId),
      flat.map(({ isNew }) => isNew),
      flat.map(({ eventId }) => eventId),
      flat.map(({ recipient }) => recipient.unit ?? null),
      flat.map(({ caseId }) => caseId),
      flat.map(({ version }) => version),
      this.epoch,
      flat.map(({ traceparent }) => traceparent ?? null),
      entries.map(({ event }) => (event.origins?.length ? JSON.stringify(event.origins) : null)),
      ...more,
    ];
    return {
      recorded: entries.map(({ version, targets }, index) => ({
        version,
        intents: intents[index] ?? [],
        lanes: [...new Set(targets.map(({ laneId }) => laneId))],
      })),
      write: async (sql) => void (await sql.query(statement, parameters)),
    };
  }
}

/** Of documents that were said at once, what whoever said it has to know: the last version stands for all. */
const together = (all: readonly RecordedEvent[]): RecordedEvent => ({
  version: all.at(-1)?.version ?? 0,
  intents: all.flatMap(({ intents }) => intents),
  lanes: [...new Set(all.flatMap(({ lanes }) => lanes))],
});

const OPEN_CASES = `
WITH opened AS (
  INSERT INTO messaging.cases (id, unit, version, facts, created_at)
  SELECT * FROM unnest($22::uuid[], $23::text[], $24::int[], $25::jsonb[], $26::timestamptz[])
)`;

const RECORD_EVENTS = `
document AS (
  INSERT INTO messaging.event_document
    (case_id, version, type, document, purpose, unit, agent, correlation_id, causation_id, decided_at,
     origins)
  SELECT case_id, version, type, document, purpose, unit, agent, correlation_id, causation_id, decided_at, origins
    FROM ROWS FROM (
      unnest($1::uuid[], $2::int[], $3::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[],
             $10::timestamptz[], $21::jsonb[]),
      json_array_elements($4::json))
      AS d (case_id, version, type, purpose, unit, agent, correlation_id, causation_id, decided_at, origins, document)
), target AS (
  SELECT * FROM unnest($11::text[], $12::uuid[], $13::int[], $14::boolean[], $15::text[], $16::text[],
                       $17::uuid[], $18::int[], $20::text[])
    AS t (peer, reference, lane_id, is_new, event_id, recipient_unit, case_id, version, traceparent)
), referenced AS (
  INSERT INTO messaging.case_reference (peer, reference, case_id, lane_id, epoch)
  SELECT peer, reference, case_id, lane_id, $19 FROM target WHERE is_new
)
INSERT INTO messaging.intent
  (lane_id, kind, event_id, recipient, recipient_unit, reference, case_id, case_version, traceparent)
SELECT lane_id, 'event', event_id, peer, recipient_unit, reference, case_id, version, traceparent FROM target`;
