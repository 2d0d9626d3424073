import { type Stage, stageChannel, type StageMessage } from '@liaison/messaging';
import type { Metrics } from '@liaison/platform';
import type { DataSource } from 'typeorm';

const STAGES: readonly Stage[] = ['prepared', 'frozen', 'published', 'received'];

/** Counts what passes each stage, and reads depth and age of the queue at each scrape. */
export function observeMessaging(metrics: Metrics, ingest: DataSource): void {
  const passed = metrics.counter('liaison_messages_total', 'Messages that passed a stage of delivery', [
    'stage',
  ]);
  for (const stage of STAGES) {
    stageChannel(stage).subscribe((message) => passed.inc({ stage }, (message as StageMessage).count));
  }
  metrics.gauge(
    'liaison_outbox_intents',
    'Intents not yet dispatched, by recipient',
    ['recipient'],
    async (gauge) => {
      gauge.reset();
      for (const { recipient, depth } of await backlog(ingest)) gauge.set({ recipient }, Number(depth));
    },
  );
  metrics.gauge(
    'liaison_outbox_oldest_intent_seconds',
    'Age of the oldest intent not yet dispatched, by recipient',
    ['recipient'],
    async (gauge) => {
      gauge.reset();
      for (const { recipient, age } of await backlog(ingest)) gauge.set({ recipient }, Number(age));
    },
  );
  metrics.gauge('liaison_inbox_events', 'Events that wait or are parked', ['state'], async (gauge) => {
    gauge.reset();
    const rows = await ingest.query<{ state: string; count: string }[]>(
      "SELECT state, count(*) FROM messaging.inbox WHERE state IN ('waiting', 'parked') GROUP BY state",
    );
    for (const { state, count } of rows) gauge.set({ state }, Number(count));
  });
}

function backlog(ingest: DataSource): Promise<{ recipient: string; depth: string; age: string }[]> {
  return ingest.query(
    `SELECT recipient, count(*) AS depth, extract(epoch FROM now() - min(intended_at)) AS age
       FROM messaging.intent GROUP BY recipient`,
  );
}
