import {
  AGENCY,
  RECEIVED_SUPPORT_SHARED_TABLES,
  receivedNoticeTable,
  type SharedTable,
  SharedTables,
  URGENT_SHARED_TABLES,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What investigating services shared with a préfecture. Its own acts are not among it, nor what it asked. */
@Injectable()
export class PrefectureSharedContent extends SharedTables {
  protected readonly tables = TABLES;
  /** An application that is not decided for good, a permit that is valid, a reflection period that runs. */
  protected override readonly duties = 'prefecture.cases_under_duty';

  constructor(@Inject(AGENCY) agency: Agency) {
    super(agency);
  }

  /** Whoever lodges an application locks its notice. */
  protected async lockCases(manager: EntityManager, cases: readonly string[]): Promise<void> {
    await manager.query(
      'SELECT FROM notice.received_notice WHERE case_id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
      [cases],
    );
  }
}

const TABLES: readonly SharedTable[] = [
  receivedNoticeTable({
    forget: ['SELECT prefecture.forget_extracts($1)'],
    forgetParts: ['SELECT prefecture.forget_extracts($1) WHERE cardinality($2::text[]) > 0'],
  }),
  {
    // Of an answer, the words and the reason: that there was one, and when, is what became of this agency's request.
    table: 'prefecture.opinion_request',
    sender: 'agency',
    event: 'answer_event',
    caseId: 't.case_id',
    holds: 't.answer_event IS NOT NULL AND t.purged_at IS NULL',
    emptied: 'explanation = NULL, reason = NULL',
    counted: 'version = t.version + 1',
    parts: { columns: { explanation: 'explanation', reason: 'reason' } },
  },
  ...URGENT_SHARED_TABLES,
  ...RECEIVED_SUPPORT_SHARED_TABLES,
];
