import { CLOCK } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, type MetricDescription, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { REMEDY_PURGED } from './breach/breach';

interface Sources {
  /** Requests for an opinion that are overdue, by who asks. */
  readonly overdue: () => Promise<readonly PeerCount[]>;
  /** Breaches that nobody has taken note of in time, by who reported them. */
  readonly escalated: () => Promise<readonly PeerCount[]>;
}

/** What only an investigating service measures. */
function observeOwn(metrics: Metrics, { overdue, escalated }: Sources): void {
  metrics.gaugeByPeer(
    'liaison_opinions_owed_overdue',
    'Police: requests for an opinion that no unit answered by their last day, by the préfecture that asks',
    overdue,
  );
  metrics.gaugeByPeer(
    'liaison_breaches_escalated',
    'Police: breaches of reflection periods that nobody has taken note of in time, by the préfecture that reported them',
    escalated,
  );
}

@Injectable()
export class OwnMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    const count = (sql: string) => () => database.query<PeerCount[]>(sql, [clock.now()]);
    observeOwn(metrics, { overdue: count(OVERDUE), escalated: count(ESCALATED) });
  }
}

const OVERDUE = `
SELECT agency, count(*)::int AS depth FROM police.opinion_request
 WHERE state = 'open' AND due_at <= $1 GROUP BY agency`;

const ESCALATED = `
SELECT agency, count(*)::int AS depth FROM police.breach
 WHERE acknowledge_by <= $1 AND acknowledged_at IS NULL AND remedied_on IS NULL AND voided_at IS NULL
   AND purged_at IS NULL AND NOT revoked_fields @> '${REMEDY_PURGED}'
 GROUP BY agency`;

/** For the documentation. */
export function describeOwnMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  const nothing = () => Promise.reject(new Error('there is no service to read from'));
  observeOwn(metrics, { overdue: nothing, escalated: nothing });
  return metrics.descriptions();
}
