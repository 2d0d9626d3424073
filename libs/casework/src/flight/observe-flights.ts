import type { Clock } from '@liaison/kernel';
import { INGEST_DATABASE, type MetricDescription, Metrics } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';

type Count = (sql: string) => Promise<readonly { readonly depth: number }[]>;

const GAUGES = [
  [
    'liaison_flights_unreported',
    'Children whom somebody here noticed to be gone over an hour ago, and whom nobody has reported',
    `SELECT count(*)::int AS depth FROM flight.known
      WHERE state = 'noticed' AND noticed_at <= $1::timestamptz - interval '1 hour'`,
  ],
  [
    'liaison_flights_stopped',
    'Reports of flights that have not left or not arrived and will not by themselves',
    `SELECT count(*)::int AS depth FROM flight.told t
       JOIN flight.known k ON k.id = t.flight_id AND k.state = 'reported' AND k.reported_at <= $1
       JOIN messaging.delivery_status s
         ON s.case_id = t.case_id AND s.case_version = t.case_version AND s.recipient = t.agency
      WHERE s.state IN ('refused', 'cancelled', 'parked', 'discarded')`,
  ],
  [
    'liaison_flights_unacknowledged',
    'Reports of flights of which nobody has taken note within the delay where they were told',
    `SELECT count(*)::int AS depth FROM flight.told t
       JOIN flight.known k ON k.id = t.flight_id AND k.state = 'reported'
      WHERE t.acknowledged_at IS NULL AND t.acknowledge_by <= $1`,
  ],
] as const;

function observe(metrics: Metrics, count: Count): void {
  for (const [name, help, sql] of GAUGES) {
    metrics.gauge(name, help, [], async (gauge) => gauge.set({}, (await count(sql))[0]?.depth ?? 0));
  }
}

@Injectable()
export class FlightMetrics {
  constructor(@Inject(INGEST_DATABASE) database: DataSource, @Inject(CLOCK) clock: Clock, metrics: Metrics) {
    observe(metrics, (sql) => database.query<{ depth: number }[]>(sql, [clock.now()]));
  }
}

/** What services that report flights measure; for the documentation. */
export function describeFlightMetrics(): readonly MetricDescription[] {
  const metrics = new Metrics();
  observe(metrics, () => Promise.reject(new Error('there is no service to read from')));
  return metrics.descriptions();
}
