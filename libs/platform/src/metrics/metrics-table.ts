import type { MetricDescription } from './metrics';

/** Markdown: one row a metric. Generated into the documentation. */
export function metricsTable(metrics: readonly MetricDescription[]): string {
  const rows = metrics.map(({ name, type, labels, help }) =>
    [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return [
    '| Metric | Type | Labels | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}
