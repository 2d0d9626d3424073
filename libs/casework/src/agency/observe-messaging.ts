import { AppError } from '@liaison/kernel';
import {
  type Occurrence,
  onIncident,
  type RecipientState,
  type Sql,
  type Stage,
  stageChannel,
  type StageMessage,
} from '@liaison/messaging';
import type { Metrics } from '@liaison/platform';
import { type Backlog, readBacklog } from './backlog';

const STAGES: readonly Stage[] = ['prepared', 'frozen', 'published', 'received'];

export interface MessagingSources {
  /** Pool of the `ingest` role. */
  readonly sql: Sql;
  /** Messages in this agency's inbox topic that it has not committed yet. */
  readonly lag: () => Promise<number>;
  readonly recipients: () => Promise<readonly RecipientState[]>;
}

/** Counts what passes each stage; reads queues, holes, dead letters and the consumer's lag at each scrape. */
export function observeMessaging(metrics: Metrics, { sql, lag, recipients }: MessagingSources): void {
  const passed = metrics.counter('liaison_messages_total', 'Messages that passed a stage of delivery', [
    'stage',
  ]);
  for (const stage of STAGES) {
    stageChannel(stage).subscribe((message) => passed.inc({ stage }, (message as StageMessage).count));
  }
  const incidents = metrics.counter('liaison_incidents_total', 'Incidents recorded, by sender and code', [
    'peer',
    'code',
  ]);
  onIncident(({ peer, code }) => incidents.inc({ peer, code }));
  countByTopic(
    metrics,
    'lane-failed',
    'liaison_lane_failures_total',
    'Turns of a lane that failed and are tried again; `none` where the lane could not even be taken',
  );
  countByTopic(
    metrics,
    'refused',
    'liaison_refused_total',
    'Intents that dispatch refused, with the facts of then; their authors are told',
  );
  observeBacklog(
    metrics,
    shared(() => readBacklog(sql)),
  );
  observeRecipients(metrics, shared(recipients));
  const lagOnce = shared(lag);
  metrics.gauge(
    'liaison_consumer_lag_messages',
    'Messages in the inbox topic that this agency has not committed yet',
    [],
    async (gauge) => gauge.set(await inTime(lagOnce)),
  );
}

function countByTopic(metrics: Metrics, occurrence: Occurrence, name: string, help: string): void {
  const counter = metrics.counter(name, help, ['topic']);
  stageChannel(occurrence).subscribe((message) => {
    const { topic, count } = message as StageMessage;
    counter.inc({ topic }, count);
  });
}

function observeRecipients(metrics: Metrics, read: () => Promise<readonly RecipientState[]>): void {
  metrics.gauge(
    'liaison_breaker_state',
    'Breaker of a recipient: 0 closed, 1 half-open (one message is being tried), 2 open (its inbox cannot be reached)',
    ['recipient'],
    async (gauge) => {
      const rows = await read();
      gauge.reset();
      for (const { recipient, breaker } of rows) gauge.set({ recipient }, BREAKER_STATES.indexOf(breaker));
    },
  );
  metrics.gauge(
    'liaison_breaker_open_seconds',
    'Time since a recipient could be reached, with what the last try met; absent while it can',
    ['recipient', 'reason'],
    async (gauge) => {
      const rows = await read();
      gauge.reset();
      for (const { recipient, breaker, since, reason } of rows) {
        if (breaker === 'closed' || since === null) continue;
        gauge.set(
          { recipient, reason: reason ?? 'none' },
          Math.max(0, (Date.now() - since.getTime()) / 1000),
        );
      }
    },
  );
}

const BREAKER_STATES: readonly RecipientState['breaker'][] = ['closed', 'half-open', 'open'];

function observeBacklog(metrics: Metrics, read: () => Promise<Backlog>): void {
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    values: (backlog: Backlog) => readonly (readonly [Record<Label, string>, number])[],
  ): void => {
    metrics.gauge(name, help, labels, async (it) => {
      const backlog = await read();
      it.reset();
      for (const [of, value] of values(backlog)) it.set(of, value);
    });
  };
  gauge(
    'liaison_outbox_intents',
    'Intents not yet dispatched, by recipient and kind (event, audit record, acknowledgement, dead letter)',
    ['recipient', 'kind'],
    ({ intents }) => intents.map(({ recipient, kind, depth }) => [{ recipient, kind }, depth]),
  );
  gauge(
    'liaison_outbox_oldest_intent_seconds',
    'Age of the oldest intent not yet dispatched',
    ['recipient', 'kind'],
    ({ intents }) => intents.map(({ recipient, kind, age }) => [{ recipient, kind }, age]),
  );
  gauge(
    'liaison_relay_unmarked_messages',
    'Frozen messages whose acknowledgement by the broker is not known yet',
    ['topic'],
    ({ unmarked }) => unmarked.map(({ topic, depth }) => [{ topic }, depth]),
  );
  gauge(
    'liaison_relay_oldest_unmarked_seconds',
    'Time since the oldest of those messages was decided',
    ['topic'],
    ({ unmarked }) => unmarked.map(({ topic, age }) => [{ topic }, age]),
  );
  gauge(
    'liaison_inbox_waiting_events',
    'Events that wait for an earlier one of their case: a hole in the sender’s sequence, or a dead letter before them',
    ['sender'],
    ({ waiting }) => waiting.map(({ sender, depth }) => [{ sender }, depth]),
  );
  gauge(
    'liaison_inbox_oldest_waiting_seconds',
    'Time since the oldest waiting event arrived',
    ['sender'],
    ({ waiting }) => waiting.map(({ sender, age }) => [{ sender }, age]),
  );
  gauge('liaison_dead_letters', 'Events parked in the inbox, by reason code', ['reason'], ({ parked }) =>
    parked.map(({ reason, depth }) => [{ reason }, depth]),
  );
  gauge(
    'liaison_dead_letters_oldest_seconds',
    'Time since the oldest parked event arrived',
    ['reason'],
    ({ parked }) => parked.map(({ reason, age }) => [{ reason }, age]),
  );
  gauge(
    'liaison_overdue_cases',
    'Cases of which something was sent and not acknowledged in time: asked again, with growing pauses',
    ['recipient'],
    ({ overdue }) => overdue.map(({ recipient, depth }) => [{ recipient }, depth]),
  );
  gauge(
    'liaison_overdue_oldest_seconds',
    'Time since the oldest of those was sent',
    ['recipient'],
    ({ overdue }) => overdue.map(({ recipient, age }) => [{ recipient }, age]),
  );
  gauge(
    'liaison_purge_age_seconds',
    'Time since all sealed bytes whose time had passed were last purged',
    [],
    ({ retention }) => retention.map(({ completed }) => [{}, completed]),
  );
  gauge(
    'liaison_sealed_oldest_seconds',
    'Age of the oldest sent bytes that are kept; 0 where there are none',
    [],
    ({ retention }) => retention.map(({ oldest }) => [{}, oldest ?? 0]),
  );
  gauge(
    'liaison_missing_cases',
    'Cases of which a sequence is missing here: asked for, with growing pauses',
    ['sender'],
    ({ holes }) => holes.map(({ sender, depth }) => [{ sender }, depth]),
  );
  gauge(
    'liaison_missing_oldest_seconds',
    'Time since the oldest of those holes was noticed',
    ['sender'],
    ({ holes }) => holes.map(({ sender, age }) => [{ sender }, age]),
  );
}

/** The gauges of one scrape ask at once: one reading answers all of them, on one connection. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= read().finally(() => (running = undefined));
    return running;
  };
}

/** Less than Prometheus gives a scrape: a broker that does not answer costs its metric, not the page. */
const ANSWER_MS = 2_000;

async function inTime<T>(read: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('metric-late', `no answer in ${ANSWER_MS} ms`, { retriable: true })),
      ANSWER_MS,
    );
  });
  try {
    return await Promise.race([read(), late]);
  } finally {
    clearTimeout(timer);
  }
}
