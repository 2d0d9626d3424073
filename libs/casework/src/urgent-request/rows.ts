import type { BreakGlassGround, UrgentRefusal } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { RevokedFields } from '../after-sharing/revoked-fields';
import type { DeliveryView } from './exchange.dto';
import { type AskedRequest, type AskedState, noSuchRequest, type ReceivedState } from './urgent-request';

/** The purpose of what is asked and answered in an emergency, as the conventions name it. */
export const VITAL_INTERESTS = 'vital-interests';

/** A request of this agency, as it is stored. */
export interface AskedRow {
  readonly id: string;
  readonly unit: string;
  readonly case_id: string | null;
  readonly request_case: string;
  readonly agency: string;
  readonly agency_unit: string | null;
  readonly ground: BreakGlassGround;
  readonly asked_by: string;
  readonly asked_at: Date;
  readonly due_at: Date;
  readonly state: AskedState;
  readonly version: number;
  readonly withdrawn_at: Date | null;
  readonly answered_at: Date | null;
  readonly answer_event: string | null;
  readonly convention: string | null;
  /** Null where there is none, and where it is no longer kept. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly withheld: readonly string[] | null;
  readonly keep_until: Date | null;
  readonly restricted_since: Date | null;
  readonly revoked_fields: readonly RevokedFields[];
}

/** A request of another agency, as it is stored. */
export interface ReceivedRow {
  readonly id: string;
  readonly agency: string;
  readonly request: string;
  readonly unit: string;
  readonly case_id: string | null;
  readonly request_case: string;
  readonly event_id: string;
  readonly purpose: string;
  readonly convention: string;
  readonly ground: BreakGlassGround | null;
  /** Null where it is no longer kept. */
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly withheld: readonly string[];
  readonly keep_until: Date | null;
  readonly restricted_since: Date | null;
  readonly revoked_fields: readonly RevokedFields[];
  readonly received_at: Date;
  readonly due_at: Date | null;
  readonly state: ReceivedState;
  readonly version: number;
  readonly taken_back_at: Date | null;
  readonly answered_at: Date | null;
  readonly answered_by: string | null;
  readonly reason: UrgentRefusal | null;
  readonly answer_version: number | null;
}

/** What is decided on. */
export const stateOf = ({ state, version, withdrawn_at: at }: AskedRow): AskedRequest => ({
  state,
  version,
  withdrawn: at !== null,
});

const TABLES = { asked: 'desk.urgent_asked', received: 'desk.urgent_received' } as const;

interface Rows {
  readonly asked: AskedRow;
  readonly received: ReceivedRow;
}
export type Side = keyof Rows;

/** A request of the caller's own unit. @throws AppError `urgent-request-not-found`, also where it is another unit's */
export async function getRow<S extends Side>(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  side: S,
  id: string,
  lock = '',
): Promise<Rows[S]> {
  const [row] = await manager.query<Rows[S][]>(
    `SELECT * FROM ${TABLES[side]} WHERE id = $1 AND unit = $2 ${lock}`,
    [id, unit],
  );
  if (!row) throw noSuchRequest();
  return row;
}

export interface ListRequests {
  readonly before: string | null;
  readonly limit: number;
  readonly state: string | null;
  readonly overdue: boolean | null;
  readonly caseId: string | null;
  readonly at: Date;
}

/** Newest first, of the caller's own unit. */
export function listRows<S extends Side>(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  side: S,
  { before, limit, state, overdue, caseId, at }: ListRequests,
): Promise<Rows[S][]> {
  return manager.query<Rows[S][]>(
    `SELECT * FROM ${TABLES[side]}
      WHERE unit = $1 AND ($2::uuid IS NULL OR id < $2) AND ($4::text IS NULL OR state = $4)
        AND ($5::boolean IS NULL OR (state IN ('asked', 'open') AND coalesce(due_at <= $7, false)) = $5)
        AND ($6::uuid IS NULL OR case_id = $6)
      ORDER BY id DESC LIMIT $3`,
    [unit, before, limit, state, overdue, caseId, at],
  );
}

/** A document of a request's own case, and what became of it on its way. */
export async function documentOf<T>(
  manager: EntityManager,
  requestCase: string,
  version: number,
): Promise<{ readonly document: T; readonly delivery: DeliveryView | null }> {
  const [found] = await manager.query<{ document: T; state: string | null; reason: string | null }[]>(
    `SELECT d.document, s.state, s.reason FROM messaging.event_document d
       LEFT JOIN messaging.delivery_status s ON s.case_id = d.case_id AND s.case_version = d.version
      WHERE d.case_id = $1 AND d.version = $2`,
    [requestCase, version],
  );
  if (!found) throw new TypeError('an urgent request has its documents');
  const { document, state, reason } = found;
  return { document, delivery: state === null ? null : { state, reason } };
}
