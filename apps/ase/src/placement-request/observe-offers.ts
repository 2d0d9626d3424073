import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const OVERDUE = `
SELECT shelter AS agency, count(*)::int AS depth FROM placement.offer
 WHERE state IN ('asked', 'held') AND answer_by <= $1 GROUP BY shelter`;

/** @param read what waits, by shelter */
export function observeOffers(metrics: Metrics, read: () => Promise<readonly PeerCount[]>): void {
  metrics.gaugeByPeer(
    'liaison_placement_answer_overdue',
    'Child protection: places asked for of which the shelter has said neither yes nor no in time, by shelter',
    read,
  );
}

@Injectable()
export class PlacementMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observeOffers(metrics, () => database.query<PeerCount[]>(OVERDUE, [clock.now()]));
  }
}
