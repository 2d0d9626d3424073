import type { Sql } from '@liaison/messaging';
import { INGEST_DATABASE, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DAMAGED_RECEIVED, DAMAGED_SENT } from './sources';

/** Documents that arrived damaged and have not been added anew, read at each scrape. */
export function observeAttachments(metrics: Metrics, sql: Sql): void {
  metrics.gauge(
    'liaison_attachments_damaged',
    'Documents that arrived damaged and were not added anew, by the other agency: `sent` by this one, or `received`',
    ['side', 'peer'],
    async (gauge) => {
      const rows = await sql.query<{ side: string; peer: string; count: number }[]>(DAMAGED);
      gauge.reset();
      for (const { side, peer, count } of rows) gauge.set({ side, peer }, count);
    },
  );
}

const DAMAGED = `
SELECT 'received' AS side, a.sender AS peer, count(*)::int AS count ${DAMAGED_RECEIVED} GROUP BY a.sender
UNION ALL
SELECT 'sent', d.recipient, count(DISTINCT a.id)::int ${DAMAGED_SENT} GROUP BY d.recipient`;

@Injectable()
export class AttachmentMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, metrics: Metrics) {
    observeAttachments(metrics, database);
  }
}
