import type { FlightReportedV1 } from '@liaison/contracts';
import type { Agency, Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import { type ExportedRecords, type ExportSource, ownFields } from '../export/export-source';
import type { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { FlightRow, ReceivedFlightRow } from './flight.entity';
import { itemOf, receivedItem, toldOf } from './flight.reader';
import { heldFlight, heldReceivedFlight, isOwnCase, reportOf } from './stored-flight';

/** Flights of the child of a case: those that this agency reported, and those that were reported to it. */
export class FlightExport implements ExportSource {
  constructor(
    private readonly agency: Agency,
    private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    { id: caseId }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const records = [
      { kind: 'flights', items: await this.known(manager, identity, caseId, limit) },
      { kind: 'receivedFlights', items: await this.received(manager, identity, caseId, limit) },
    ];
    return records.flatMap(({ kind, items }) => {
      if (items.length === 0) return [];
      return {
        kind,
        items: items.map(({ item }) => item),
        fields: [
          ownFields(kind),
          ...items.flatMap(({ seen }) => (seen ? auditFields(decidedFields(seen.decision)) : [])),
        ],
        legalBases: items.flatMap(({ seen }) => seen?.decision.legalBases ?? []),
      };
    });
  }

  private async known(manager: EntityManager, { unit, roles }: Identity, caseId: string, limit: number) {
    const rows = await manager.find(FlightRow, {
      where: { caseId, unit },
      order: { noticedAt: 'ASC', id: 'ASC' },
      take: limit + 1,
    });
    const at = this.clock.now();
    const items: Exported[] = [];
    for (const row of rows) {
      const report = await reportOf(manager, row.id);
      const seen = report && this.policy.read({ ...heldFlight, data: report }, roles, at);
      const told = await toldOf(manager, row, at);
      items.push({ item: { ...itemOf(row, at), told, ...contentOf(seen) }, seen });
    }
    return items;
  }

  /** What it says is a version of the case, where the flight is a case of its own. */
  private async received(manager: EntityManager, { unit, roles }: Identity, caseId: string, limit: number) {
    const rows = await manager.find(ReceivedFlightRow, {
      where: { caseId, unit },
      order: { receivedAt: 'ASC', id: 'ASC' },
      take: limit + 1,
    });
    const at = this.clock.now();
    return rows.map((row): Exported => {
      const held = { ...heldReceivedFlight(row, this.agency), data: row.content };
      const seen = isOwnCase(row) ? undefined : this.policy.read(held, roles, at);
      return { item: { ...receivedItem(row), ...contentOf(seen) }, seen };
    });
  }
}

type Seen = ReturnType<AgencyPolicy['read']>;

interface Exported {
  readonly item: object;
  readonly seen: Seen;
}

const contentOf = (seen: Seen): { content?: Partial<FlightReportedV1>; withheld?: readonly string[] } =>
  seen ? { content: seen.data as Partial<FlightReportedV1>, withheld: seen.withheld } : {};
