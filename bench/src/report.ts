import Table from 'cli-table3';
import { type Measured, CONTESTANTS, type Results } from './compare';

const TARGETS = { timesUsual: 2, timesOutbox: 0.5, p50: 25, p99: 100 };

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const fine = (value: number): string => value.toFixed(2);
const ms = (value: number): string => value.toFixed(1);

/** One table, the targets, and where the CPU time went. */
export function report(results: Results): string {
  const { kafkajs, contestants, machine, settings } = results;
  const { usual, outbox, liaison } = contestants;
  const ratio = (pick: (measured: Measured) => number, to: Measured): string =>
    `${fine(pick(liaison) / pick(to))} ×`;
  const head = ['median', '(a) kafkajs, 1 KB', '(a) kafkajs, 2 KB', '(b) usual', 'outbox', 'grouped outbox'];
  head.push('(c) Liaison', '(c) / (b)', '(c) / outbox');
  const table = new Table({
    head,
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  });
  const row = (
    name: string,
    format: (value: number) => string,
    pick: (measured: Measured) => number,
    alone: readonly number[] = [],
  ): void => {
    const [first, second] = alone.map(format);
    const figures = CONTESTANTS.map((each) => format(pick(contestants[each])));
    table.push([name, first ?? '', second ?? '', ...figures, ratio(pick, usual), ratio(pick, outbox)]);
  };
  const { kb1, kb2 } = kafkajs;
  row('accepted (a: produced) /s', whole, ({ throughput }) => throughput.acceptedPerSecond, [
    kb1.producedPerSecond,
    kb2.producedPerSecond,
  ]);
  row(
    'committed at the recipient (a: consumed) /s',
    whole,
    ({ throughput }) => throughput.committedPerSecond,
    [kb1.consumedPerSecond, kb2.consumedPerSecond],
  );
  table.push([
    'audit records in the log /s',
    '',
    '',
    '',
    whole(liaison.throughput.completedPerSecond ?? NaN),
    '',
  ]);
  row('CPU an event, all processes, ms', fine, ({ throughput }) => throughput.cpuMsTotal, [
    kb1.cpuMsTotal,
    kb2.cpuMsTotal,
  ]);
  const rate = `at ${settings.latency.perSecond}/s`;
  row(`p50 ${rate}, ms`, ms, ({ latency }) => latency.p50);
  row(`p99 ${rate}, ms`, ms, ({ latency }) => latency.p99);
  return [
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, load ${machine.load.toFixed(1)} before; ` +
      `${settings.repetitions} repetition(s) of ${whole(settings.events)} events`,
    table.toString(),
    ...targets(results.contestants),
    cpuLine('(b)', usual),
    cpuLine('outbox', outbox),
    cpuLine('grouped outbox', contestants.groupedOutbox),
    cpuLine('(c)', liaison),
    `resident at rest, MB: ${listed(liaison.residentMb, whole)}`,
  ].join('\n');
}

function targets({ usual, outbox, liaison: { throughput, latency } }: Results['contestants']): string[] {
  const timesOf = (other: Measured): number =>
    throughput.committedPerSecond / other.throughput.committedPerSecond;
  const [times, timesOutbox] = [timesOf(usual), timesOf(outbox)];
  const verdict = (met: boolean): string => (met ? 'met' : 'MISSED');
  return [
    `${verdict(times >= TARGETS.timesUsual)}: ${fine(times)} × (b) end to end, target ${TARGETS.timesUsual} ×`,
    `${verdict(timesOutbox >= TARGETS.timesOutbox)}: ${fine(timesOutbox)} × the ungrouped outbox, target ${TARGETS.timesOutbox} ×`,
    `${verdict(latency.p50 < TARGETS.p50)}: p50 ${ms(latency.p50)} ms, target under ${TARGETS.p50} ms`,
    `${verdict(latency.p99 < TARGETS.p99)}: p99 ${ms(latency.p99)} ms, target under ${TARGETS.p99} ms`,
  ];
}

const cpuLine = (name: string, { throughput }: Measured): string =>
  `CPU an event ${name}, ms: ${listed(throughput.cpuMs, fine)}; the load generator beside it ${fine(throughput.generatorCpuMs)}`;

const listed = (values: Readonly<Record<string, number>>, format: (value: number) => string): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${format(value)}`)
    .join(', ');
