import { FLIGHT_REPORTED, type FlightReportedV1 } from '@liaison/contracts';
import type { Agency, Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { isOverdue, isReportedLate, REPORT_WITHIN_MS } from '@liaison/placement';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { AGENCY, CLOCK } from '../agency/tokens';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { newestMade, newestReceived } from '../query/newest-first';
import { FLIGHT_PURPOSE, type FlightDuty, flightOf, noSuchReceivedFlight } from './flight';
import type {
  FlightItem,
  FlightView,
  ListFlightsQuery,
  ListReceivedFlightsQuery,
  ReceivedFlightItem,
  ReceivedFlightView,
  ToldFlightView,
} from './flight.dto';
import { FlightRow, ReceivedFlightRow } from './flight.entity';
import { getFlight, getReceivedFlight, heldFlight, heldReceivedFlight, reportOf } from './stored-flight';

/** What a unit reads of flights: those that it knows of, and those that were reported to it. Each reading of a child is recorded. */
@Injectable()
export class FlightReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListFlightsQuery): Promise<Page<FlightItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestMade(manager, FlightRow, identity, query);
      if (query.overdue !== undefined) {
        const hourAgo = new Date(at.getTime() - REPORT_WITHIN_MS);
        list.asked.andWhere(`${OVERDUE} = :overdue`, { at, hourAgo, overdue: query.overdue });
      }
      return list.page((row) => itemOf(row, at));
    });
  }

  /** @throws AppError `flight-not-found` */
  read(identity: Identity, id: string): Promise<FlightView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getFlight(manager, identity, id);
      const at = this.clock.now();
      const report = await reportOf(manager, id);
      const seen = report && this.policy.read({ ...heldFlight, data: report }, identity.roles, at);
      if (seen) {
        await this.audit.append(manager, [
          readingRecord(this.audit, identity, at, seen.decision, {
            purpose: FLIGHT_PURPOSE,
            reference: id,
            event: FLIGHT_REPORTED,
          }),
        ]);
      }
      return {
        ...itemOf(row, at),
        told: await toldOf(manager, row, at),
        content: seen?.data ?? null,
        withheld: seen?.withheld ?? [],
      };
    });
  }

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async listReceived(identity: Identity, query: ListReceivedFlightsQuery): Promise<Page<ReceivedFlightItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, ReceivedFlightRow, identity, query);
      return list.page(receivedItem);
    });
  }

  /** @throws AppError `flight-not-found`: whoever may read nothing of it does not learn that it exists */
  readReceived(identity: Identity, id: string): Promise<ReceivedFlightView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getReceivedFlight(manager, identity, id);
      const at = this.clock.now();
      const held = { ...heldReceivedFlight(row, this.agency), data: row.content };
      const seen = this.policy.read(held, identity.roles, at);
      if (!seen) throw noSuchReceivedFlight();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: row.purpose,
          reference: row.reference,
          event: FLIGHT_REPORTED,
          eventId: row.eventId,
          counterpart: row.sender,
          convention: row.convention,
        }),
      ]);
      return {
        ...receivedItem(row),
        keepUntil: row.keepUntil?.toISOString() ?? null,
        content: seen.data as Partial<FlightReportedV1>,
        withheld: seen.withheld,
        provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
      };
    });
  }
}

/** A child of whom nobody has told anybody, or of whom nobody reads: as `isOverdue` and `toldOf` say it of one. */
const OVERDUE = `(
  (it.state = 'noticed' AND it.noticedAt <= :hourAgo)
  OR (it.state = 'reported' AND EXISTS (
    SELECT FROM flight.told t WHERE t.flight_id = it.id AND t.acknowledged_at IS NULL AND t.acknowledge_by <= :at)))`;

/** Who was told, with how far it has come there. */
export async function toldOf(
  manager: EntityManager,
  { id, state }: FlightRow,
  at: Date,
): Promise<ToldFlightView[]> {
  const told = await manager.query<
    {
      agency: string;
      duty: FlightDuty;
      delivery: string | null;
      reason: string | null;
      acknowledge_by: Date | null;
      acknowledged_at: Date | null;
    }[]
  >(
    `SELECT t.agency, t.duty, s.state AS delivery, s.reason, t.acknowledge_by, t.acknowledged_at
       FROM flight.told t
       LEFT JOIN LATERAL (
         SELECT * FROM messaging.delivery_status d
          WHERE d.case_id = t.case_id AND d.case_version = t.case_version AND d.recipient = t.agency
          ORDER BY d.at DESC LIMIT 1) s ON true
      WHERE t.flight_id = $1 ORDER BY t.duty, t.agency`,
    [id],
  );
  return told.map(({ acknowledge_by: by, acknowledged_at: acknowledged, ...each }) => ({
    ...each,
    acknowledgeBy: by?.toISOString() ?? null,
    acknowledgedAt: acknowledged?.toISOString() ?? null,
    overdue: state === 'reported' && acknowledged === null && by !== null && by <= at,
  }));
}

export const itemOf = (row: FlightRow, at: Date): FlightItem => {
  const flight = flightOf(row);
  return {
    id: row.id,
    subject: row.subject,
    caseId: row.caseId,
    departement: row.departement,
    noticedAt: row.noticedAt.toISOString(),
    reportedAt: row.reportedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    late: isOverdue(flight, at) || isReportedLate(flight),
    passedOn: row.origin !== null,
    policeMissing: row.policeMissing,
    placeKnown: row.placeKnown,
    state: row.state,
    version: row.version,
  };
};

export const receivedItem = (row: ReceivedFlightRow): ReceivedFlightItem => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  departement: row.departement,
  noticedAt: row.noticedAt?.toISOString() ?? null,
  reportedAt: row.reportedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  foundSaidAt: row.foundSaidAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
});
