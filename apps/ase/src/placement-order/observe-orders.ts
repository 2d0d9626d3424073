import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { waitsTooLongSince } from '@liaison/placement';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const WAITING = `
SELECT sender AS agency, count(*)::int AS depth FROM placement.judge_order
 WHERE state = 'received' AND received_at <= $1 GROUP BY sender`;

/** @param read what waits, by who sent it */
export function observeOrders(metrics: Metrics, read: () => Promise<readonly PeerCount[]>): void {
  metrics.gaugeByPeer(
    'liaison_placement_order_unobeyed',
    'Child protection: orders of a judge that nobody has obeyed for a day, by who sent them',
    read,
  );
}

@Injectable()
export class JudgeOrderMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    const read = () => database.query<PeerCount[]>(WAITING, [waitsTooLongSince(clock.now())]);
    observeOrders(metrics, read);
  }
}
