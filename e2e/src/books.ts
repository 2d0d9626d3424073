import { Client } from 'pg';
import type { DemoService, ServiceName, System } from './system';

/** What one agency's database says, read with SQL of our own as superuser: no service is asked. */
export interface Book {
  readonly agency: string;
  /** Intents not dispatched yet. */
  readonly intents: number;
  /** Lanes with frozen bytes that nobody marked as published. */
  readonly unmarkedLanes: number;
  /** Cases of which a recipient has not acknowledged everything. */
  readonly unacknowledged: number;
  readonly deliveries: readonly Delivery[];
  readonly inbox: readonly InboxRow[];
  readonly records: readonly AuditRow[];
}

export interface Delivery {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly type: string;
  readonly caseId: string | null;
  readonly recipient: string;
  readonly topic: string;
  readonly reference: string | null;
  readonly epoch: string | null;
  readonly sequence: number | null;
  readonly commitment: string | null;
}

export interface InboxRow {
  readonly source: string;
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly type: string | null;
  readonly reference: string | null;
  readonly epoch: string | null;
  readonly sequence: number | null;
}

export interface AuditRow {
  readonly id: string;
  readonly kind: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** Hexadecimal. */
  readonly salt: string;
  readonly commitment: string;
}

export interface Books {
  readonly agencies: Readonly<Record<DemoService, Book>> & {
    readonly [Service in Exclude<ServiceName, DemoService>]?: Book;
  };
  /** Issued notices, as the police keeps them. */
  readonly issued: readonly { readonly id: string; readonly caseId: string }[];
  /** Notices, as the préfecture keeps them. */
  readonly received: readonly { readonly eventId: string; readonly familyName: string | null }[];
  /** What the audit log holds. */
  readonly logged: readonly {
    readonly id: string;
    readonly agency: string;
    readonly epoch: string;
    readonly number: number;
    readonly commitment: string;
  }[];
}

export async function readBooks(system: System): Promise<Books> {
  const read = <Row>(service: string, sql: string): Promise<Row[]> =>
    query<Row>(system.databaseUrl(service), sql);
  const books = await Promise.all(
    system.services.map(async ({ name }) => {
      const [row] = await read<{ book: Book }>(name, BOOK);
      if (!row) throw new Error(`${name} has no book`);
      return [name, row.book] as const;
    }),
  );
  return {
    agencies: Object.fromEntries(books) as unknown as Books['agencies'],
    issued: await read('police', ISSUED),
    received: await read('prefecture', RECEIVED),
    logged: await read('audit-log', LOGGED),
  };
}

export async function query<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** One statement, so that it is one moment of the database. */
const BOOK = `
SELECT json_build_object(
  'agency', (SELECT agency FROM messaging.agency_state),
  'intents', (SELECT count(*) FROM messaging.intent),
  'unmarkedLanes', (SELECT count(*) FROM messaging.lane WHERE marked_position < last_position),
  'unacknowledged', (SELECT count(*) FROM messaging.case_reference WHERE delivered_up_to < last_sequence),
  'deliveries', (
    SELECT coalesce(json_agg(json_build_object(
      'id', d.event_id, 'kind', d.kind, 'state', d.state, 'type', d.type, 'caseId', d.case_id,
      'recipient', d.recipient, 'topic', l.topic, 'reference', d.reference, 'epoch', d.epoch,
      'sequence', d.sequence, 'commitment', d.audit_commitment) ORDER BY d.lane_id, d.position), '[]')
      FROM messaging.delivery d JOIN messaging.lane l ON l.id = d.lane_id),
  'inbox', (
    SELECT coalesce(json_agg(json_build_object(
      'source', source, 'id', id, 'state', state, 'reason', reason, 'type', type, 'reference', reference,
      'epoch', epoch, 'sequence', sequence) ORDER BY source, reference, sequence, id), '[]')
      FROM messaging.inbox),
  'records', (
    SELECT coalesce(json_agg(json_build_object(
      'id', record_id, 'kind', kind, 'record', record, 'salt', encode(salt, 'hex'), 'commitment', commitment)
      ORDER BY record_id), '[]')
      FROM messaging.audit_record)
) AS book`;

const ISSUED = `SELECT id, case_id AS "caseId" FROM police.notice WHERE state = 'issued' ORDER BY id`;

const RECEIVED = `
SELECT event_id AS "eventId", content #>> '{civilStatus,declared,familyName}' AS "familyName"
  FROM notice.received_notice ORDER BY event_id`;

const LOGGED = `
SELECT record_id AS id, agency, epoch, number, commitment FROM audit_log.record ORDER BY agency, epoch, number`;
