import { SUPPORT_REPORTED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import {
  type Identity,
  type Page,
  type PageQuery,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';
import { readingRecord } from '../policy/act-records';
import { newestMade } from '../query/newest-first';
import type { CaseFacts } from '../policy/case-facts';
import { factsOfReports, getReport, reportedDocument } from './stored-support';
import { noSuchSupport, stateOf, SUPPORT_PURPOSE } from './support';
import type { SupportReportItem, SupportReportView } from './support.dto';
import { SupportReportRow } from './support.entity';

/** What a unit reads of its reports. Each reading of what one says is recorded. */
@Injectable()
export class SupportReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the persons. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: PageQuery): Promise<Page<SupportReportItem>> {
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, SupportReportRow, identity, query);
      const rows = await list.rows();
      const facts = await factsOfReports(
        manager,
        rows.map(({ id }) => id),
      );
      return list.pageOf(rows, (row) => itemOf(row, facts.get(row.id) ?? {}));
    });
  }

  /** @throws AppError `support-not-found` */
  read(identity: Identity, id: string): Promise<SupportReportView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getReport(manager, identity, id);
      const at = this.clock.now();
      const { facts, seen } = await readReport(manager, this.policy, identity, { id, at });
      if (!seen) throw noSuchSupport();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: SUPPORT_PURPOSE,
          reference: id,
          event: SUPPORT_REPORTED,
        }),
      ]);
      return supportReportView(row, facts, seen);
    });
  }
}

/** As far as the reader's roles may see what was reported last; the caller records the reading. */
export async function readReport(
  manager: EntityManager,
  policy: AgencyPolicy,
  { roles }: Pick<Identity, 'roles'>,
  { id, at }: { readonly id: string; readonly at: Date },
) {
  const { document, facts } = await reportedDocument(manager, id);
  const own = { type: SUPPORT_REPORTED, purpose: SUPPORT_PURPOSE, facts, data: document };
  return { facts, seen: policy.read(own, roles, at) };
}

export const supportReportView = (
  row: SupportReportRow,
  facts: CaseFacts,
  { data, withheld }: { readonly data: unknown; readonly withheld: readonly string[] },
): SupportReportView => ({
  ...itemOf(row, facts),
  content: data as SupportReportView['content'],
  withheld,
  consent: row.consent,
});

const itemOf = (row: SupportReportRow, facts: CaseFacts): SupportReportItem => ({
  id: row.id,
  caseId: row.originCase,
  prefecture: row.prefecture,
  reportedAt: row.reportedAt.toISOString(),
  state: stateOf(facts),
  version: row.version,
});
