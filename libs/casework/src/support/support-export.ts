import type { Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import type { ExportedRecords, ExportSource } from '../export/export-source';
import type { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { heldSupport, receivedSupportView } from './received-support';
import { ReceivedSupportRow } from './support.entity';

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
    return [
      {
        kind: 'supportReports',
        items: reports.map(({ item }) => item),
        fields: reports.flatMap(({ decision }) => auditFields(decidedFields(decision))),
        legalBases: reports.flatMap(({ decision }) => decision.legalBases),
      },
    ];
  }
}
