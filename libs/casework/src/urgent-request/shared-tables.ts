import type { SharedTable } from '../after-sharing/shared-tables';

/**
 * What others asked and answered in an emergency, for the services' `SharedTables`: its content goes at the end of its
 * convention's term, or when its sender says so. That there was a request, and what became of it, stays.
 */
export const URGENT_SHARED_TABLES: readonly SharedTable[] = [
  {
    table: 'desk.urgent_asked',
    sender: 'agency',
    event: 'answer_event',
    caseId: 't.request_case',
    holds: 't.answer IS NOT NULL',
    emptied: `answer = NULL, withheld = '[]'`,
    counted: 'version = t.version + 1',
    parts: { document: 'answer' },
  },
  {
    table: 'desk.urgent_received',
    sender: 'agency',
    event: 'event_id',
    caseId: 't.request_case',
    holds: 't.content IS NOT NULL',
    emptied: `content = NULL, withheld = '[]'`,
    counted: 'version = t.version + 1',
    parts: { document: 'content' },
  },
];
