import {
  AGENCY,
  FLIGHT_SHARED_TABLES,
  PARTNER_ANSWER_SHARED_TABLES,
  type SharedTable,
  SharedTables,
  URGENT_SHARED_TABLES,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';

/**
 * What préfectures shared with an investigating service: what they ask, what they report. That somebody took note of a
 * notice says nothing about the person, and stays. No duty of the service rests on any of it: what an enquiry rests on stands in its own notices and files, which no sender's order reaches (R09).
 */
@Injectable()
export class PoliceSharedContent extends SharedTables {
  protected readonly tables = TABLES;

  constructor(@Inject(AGENCY) agency: Agency) {
    super(agency);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}

const BREACH_COLUMNS = {
  measure: 'measure',
  takenOn: 'taken_on',
  periodFrom: 'period_from',
  periodUntil: 'period_until',
  article: 'article',
  departement: 'departement',
  reportedAt: 'reported_at',
  remediedOn: 'remedied_on',
};

const TABLES: readonly SharedTable[] = [
  {
    // What nobody can read any more nobody answers; what was answered stays so.
    table: 'police.opinion_request',
    sender: 'agency',
    event: 'event_id',
    caseId: 't.case_id',
    holds: `t.state <> 'taken-back' AND t.purged_at IS NULL`,
    emptied: `state = CASE WHEN t.state = 'open' THEN 'taken-back' ELSE t.state END, content = '{}', withheld = '[]'`,
    counted: 'version = t.version + 1',
    parts: { document: 'content' },
  },
  {
    table: 'police.breach',
    sender: 'agency',
    event: 'event_id',
    caseId: '(SELECT n.case_id FROM police.notice n WHERE n.id = t.notice_id)',
    holds: 't.purged_at IS NULL',
    emptied:
      'measure = NULL, taken_on = NULL, period_from = NULL, period_until = NULL, article = NULL, departement = NULL, reported_at = NULL, remedied_on = NULL',
    parts: { columns: BREACH_COLUMNS },
  },
  ...URGENT_SHARED_TABLES,
  ...PARTNER_ANSWER_SHARED_TABLES,
  ...FLIGHT_SHARED_TABLES,
];
