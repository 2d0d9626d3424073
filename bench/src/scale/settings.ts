import { parseArgs } from 'node:util';

export const MEASUREMENTS = ['rest', 'recovery', 'backlog', 'unreachable', 'memory', 'inboxes'] as const;
export type MeasurementName = (typeof MEASUREMENTS)[number];

export interface ScaleSettings {
  readonly json: boolean;
  readonly measurements: readonly MeasurementName[];
  /** Whose inboxes there are, in `inboxes`. */
  readonly agencies: number;
  /** In `memory`. */
  readonly events: number;
  /** In all others: how many wait, or are sent. */
  readonly waiting: number;
  readonly connections: number;
  readonly latency: { readonly perSecond: number; readonly seconds: number };
}

/** One flag a measurement (none: all of them); `--agencies`, `--events`, `--waiting`, `--per-second`, `--seconds`, `--json`. */
export function readScaleSettings(argv: readonly string[]): ScaleSettings {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: flag,
      ...(Object.fromEntries(MEASUREMENTS.map((name) => [name, flag])) as Record<
        MeasurementName,
        typeof flag
      >),
      agencies: { type: 'string', default: '1000' },
      events: { type: 'string', default: '200000' },
      waiting: { type: 'string', default: '5000' },
      'per-second': { type: 'string', default: '20' },
      seconds: { type: 'string', default: '20' },
    },
  });
  const named = MEASUREMENTS.filter((name) => values[name]);
  return {
    json: values.json,
    measurements: named.length > 0 ? named : MEASUREMENTS,
    agencies: Number(values.agencies),
    events: Number(values.events),
    waiting: Number(values.waiting),
    connections: 32,
    latency: { perSecond: Number(values['per-second']), seconds: Number(values.seconds) },
  };
}
