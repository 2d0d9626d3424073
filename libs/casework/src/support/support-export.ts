import type { Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import type { ExportedRecords, ExportSource } from '../export/export-source';
import type { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { heldSupport, receivedSupportView } from './received-support';
import { ReceivedSupportRow, SupportReportRow } from './support.entity';
import { readReport, supportReportView } from './support.reader';

/** What this agency reported of the person of a case of its own, as it says now, and on which consent. */
export class MadeSupportExport implements ExportSource {
  constructor(
    private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    { id: originCase }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const at = this.clock.now();
    const rows = await manager.find(SupportReportRow, {
      where: { originCase, unit: identity.unit },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const reports = [];
    for (const row of rows) {
      const { facts, seen } = await readReport(manager, this.policy, identity, { id: row.id, at });
      if (seen) reports.push({ item: supportReportView(row, facts, seen), decision: seen.decision });
    }
    return [recordsOf(reports)];
  }
}

/** What associations reported of the person of a case. */
export class ReceivedSupportExport implements ExportSource {
  constructor(
    private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    { unit, roles }: Identity,
    { id: linkedCase }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const at = this.clock.now();
    const rows = await manager.find(ReceivedSupportRow, {
      where: { linkedCase, unit },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: limit + 1,
    });
    const reports = rows.flatMap((row) => {
      if (row.state === 'voided') return [];
      const seen = this.policy.read({ ...heldSupport(row), data: row.content }, roles, at);
      return seen ? [{ item: receivedSupportView(row, seen), decision: seen.decision }] : [];
    });
    return [recordsOf(reports)];
  }
}

const recordsOf = (
  reports: readonly { readonly item: object; readonly decision: Decision }[],
): ExportedRecords => ({
  kind: 'supportReports',
  items: reports.map(({ item }) => item),
  fields: reports.flatMap(({ decision }) => auditFields(decidedFields(decision))),
  legalBases: reports.flatMap(({ decision }) => decision.legalBases),
});
