import { NOTICE_ACKNOWLEDGED } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import { type ExportedRecords, type ExportSource, ownFields } from '../export/export-source';

/** What a service holds of a received notice beside its versions: how far each acknowledgement has come. */
export class ReceivedNoticeExport implements ExportSource {
  async read(
    manager: EntityManager,
    _identity: Identity,
    { id }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const items = await manager.query<object[]>(DELIVERIES, [id, NOTICE_ACKNOWLEDGED, limit + 1]);
    if (items.length === 0) return [];
    return [{ kind: 'deliveries', items, fields: [ownFields('deliveries')], legalBases: [] }];
  }
}

const DELIVERIES = `
SELECT s.event_id AS "eventId", d.type AS event, s.recipient, s.state, s.reason, s.convention, s.at
  FROM messaging.delivery_status s
  JOIN messaging.event_document d ON d.case_id = s.case_id AND d.version = s.case_version
 WHERE s.case_id = $1 AND d.type = $2 ORDER BY s.case_version, s.recipient, s.event_id LIMIT $3`;
