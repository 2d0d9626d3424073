import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';

/** What a coordination has not done in time. */
interface OrientationReads {
  /** By who asked. */
  readonly unseen: () => Promise<readonly PeerCount[]>;
  /** By shelter. */
  readonly unanswered: () => Promise<readonly PeerCount[]>;
}

const UNSEEN = `
SELECT sender AS agency, count(*)::int AS depth FROM orientation.request
 WHERE state = 'asked' AND purged_at IS NULL AND acknowledge_by <= $1 GROUP BY sender`;

const UNANSWERED = `
SELECT p.shelter AS agency, count(*)::int AS depth
  FROM orientation.proposal p JOIN orientation.request r ON r.id = p.request_id
 WHERE p.state = 'proposed' AND r.state <> 'closed' AND p.answer_by <= $1 GROUP BY p.shelter`;

/** @param read what waits */
export function observeOrientation(metrics: Metrics, { unseen, unanswered }: OrientationReads): void {
  metrics.gaugeByPeer(
    'liaison_orientation_unseen',
    'Coordination of adults: requests for orientation that nobody has evaluated in time, by who asked',
    unseen,
  );
  metrics.gaugeByPeer(
    'liaison_orientation_answer_overdue',
    'Coordination of adults: places proposed of which the shelter has said neither yes nor no in time, by shelter',
    unanswered,
  );
}

@Injectable()
export class OrientationMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    const ask = (sql: string) => () => database.query<PeerCount[]>(sql, [clock.now()]);
    observeOrientation(metrics, { unseen: ask(UNSEEN), unanswered: ask(UNANSWERED) });
  }
}
