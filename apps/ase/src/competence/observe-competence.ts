import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

type Read = (sql: string) => Promise<readonly PeerCount[]>;

const GAUGES = [
  [
    'liaison_competence_awaited_overdue',
    'Child protection: conflicts of competence in which somebody has not answered, decided or taken over in time, by the other département’s agency',
    `SELECT agency, count(*)::int AS depth FROM competence.conflict
      WHERE state IN ('claimed', 'in-conflict', 'handed-over') AND due_at <= $1 GROUP BY agency`,
  ],
  [
    'liaison_competence_owed_overdue',
    'Child protection: claims of competence that nobody here has answered in time, and files of children that nobody has taken over for two days, by who sent them',
    `SELECT sender AS agency, count(*)::int AS depth FROM competence.claim
      WHERE (state = 'received' AND answer_by <= $1)
         OR (state = 'file-received' AND file_received_at <= $1::timestamptz - interval '48 hours') GROUP BY sender`,
  ],
] as const;

/** @param read what waits, by agency */
export function observeCompetence(metrics: Metrics, read: Read): void {
  for (const [name, help, sql] of GAUGES) metrics.gaugeByPeer(name, help, () => read(sql));
}

@Injectable()
export class CompetenceMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeCompetence(metrics, (sql) => database.query<PeerCount[]>(sql, [clock.now()]));
  }
}
