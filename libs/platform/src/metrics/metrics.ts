import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the documentation says of a metric. */
export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** How much there is of something, by other agency. */
export interface PeerCount {
  readonly agency: string;
  readonly depth: number;
}

/**
 * The metrics of one process. Asking twice for a name gives the same metric. Labels have few values and no personal
 * data: route patterns, never paths; agency ids, never case references.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly described: MetricDescription[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** What the service itself defines, in order of name; the defaults of Node (`process_*`, `nodejs_*`) come on top. */
  descriptions(): readonly MetricDescription[] {
    return [...this.described].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  counter<Label extends string = never>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
  ): Counter<Label> {
    return this.once(
      { name, type: 'counter', help, labels },
      () => new Counter({ name, help, labelNames: labels, registers: [this.registry] }),
    );
  }

  /**
   * `collect` is called at each scrape, for values that are read rather than counted. When it fails the metric is absent
   * from that scrape, and the others are there.
   */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    collect?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label> {
    return this.once({ name, type: 'gauge', help, labels }, () => {
      const gauge: Gauge<Label> = new Gauge({
        name,
        help,
        labelNames: labels,
        registers: [this.registry],
        ...(collect && {
          collect: async () => {
            try {
              await collect(gauge);
            } catch {
              gauge.reset();
              // Without labels a reset leaves 0, which would be a value.
              if (labels.length === 0) gauge.remove();
            }
          },
        }),
      });
      return gauge;
    });
  }

  /** By other agency, read at each scrape: one of which there is nothing any more is absent. */
  gaugeByPeer(name: string, help: string, read: () => Promise<readonly PeerCount[]>): void {
    this.gauge(name, help, ['peer'], async (gauge) => {
      const counts = await read();
      gauge.reset();
      for (const { agency, depth } of counts) gauge.set({ peer: agency }, depth);
    });
  }

  /** `buckets` in the unit that the name ends with (seconds, bytes). */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
    buckets?: number[],
  ): Histogram<Label> {
    return this.once(
      { name, type: 'histogram', help, labels },
      () =>
        new Histogram({
          name,
          help,
          labelNames: labels,
          registers: [this.registry],
          ...(buckets && { buckets }),
        }),
    );
  }

  private once<T>(description: MetricDescription, create: () => T): T {
    const existing = this.registry.getSingleMetric(description.name) as T | undefined;
    if (existing) return existing;
    this.described.push(description);
    return create();
  }
}
