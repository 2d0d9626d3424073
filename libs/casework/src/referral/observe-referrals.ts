import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, type MetricDescription, Metrics, type PeerCount } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { STOPPED_REFERRALS } from './told-agencies';

type Read = (sql: string) => Promise<readonly PeerCount[]>;

function observe(metrics: Metrics, read: Read, gauges: readonly (readonly [string, string, string])[]): void {
  for (const [name, help, sql] of gauges) metrics.gaugeByPeer(name, help, () => read(sql));
}

const MADE = [
  [
    'liaison_referrals_awaited_overdue',
    'Referrals of children that somebody told has not acknowledged within the delay, by who was told',
    `SELECT agency, count(*)::int AS depth FROM referral.told
      WHERE acknowledged_at IS NULL AND acknowledge_by <= $1 GROUP BY agency`,
  ],
  [
    'liaison_referrals_stopped',
    'Referrals of children that have not left or not arrived and will not by themselves, by whom they are for',
    `SELECT agency, count(*)::int AS depth FROM (${STOPPED_REFERRALS}) s WHERE s.since <= $1 GROUP BY agency`,
  ],
] as const;

const RECEIVED = [
  [
    'liaison_referrals_owed_overdue',
    'Referrals of children that nobody here has taken note of within the delay, by who referred them',
    `SELECT sender AS agency, count(*)::int AS depth FROM referral.received
      WHERE state = 'new' AND acknowledge_by <= $1 GROUP BY sender`,
  ],
] as const;

@Injectable()
export class MadeReferralMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observe(metrics, (sql) => database.query<PeerCount[]>(sql, [clock.now()]), MADE);
  }
}

@Injectable()
export class ReceivedReferralMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observe(metrics, (sql) => database.query<PeerCount[]>(sql, [clock.now()]), RECEIVED);
  }
}

/** What services that make or receive referrals measure; for the documentation. */
export function describeReferralMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observe(metrics, () => Promise.reject(new Error('there is no service to read from')), [
    ...MADE,
    ...RECEIVED,
  ]);
  return metrics.descriptions();
}
