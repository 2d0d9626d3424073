import { markdownTable } from '../markdown-table';
import type { MetricDescription } from './metrics';

/** Markdown: one row a metric. Generated into the documentation. */
export function metricsTable(metrics: readonly MetricDescription[]): string {
  const cells = metrics.map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  return markdownTable(['Metric', 'Type', 'Labels', 'Meaning'], cells);
}
