import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const OVERDUE = `
SELECT sender AS agency, count(*)::int AS depth FROM arbitration.asked
 WHERE state = 'open' AND decide_by <= $1 GROUP BY sender`;

/** @param read what waits, by agency */
export function observeArbitration(metrics: Metrics, read: () => Promise<readonly PeerCount[]>): void {
  metrics.gaugeByPeer(
    'liaison_competence_arbitration_overdue',
    'Partner: conflicts of competence that nobody here has decided in time, by who asked',
    read,
  );
}

@Injectable()
export class ArbitrationMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeArbitration(metrics, () => database.query<PeerCount[]>(OVERDUE, [clock.now()]));
  }
}
