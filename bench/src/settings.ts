import { parseArgs } from 'node:util';

export interface Settings {
  readonly json: boolean;
  /** Shorter, and less sure. */
  readonly quick: boolean;
  /** Writes CPU profiles and statement counts of Liaison instead of comparing. */
  readonly profile: boolean;
  readonly repetitions: number;
  /** Before each measurement of a process that has just started. */
  readonly warmUp: number;
  readonly events: number;
  readonly connections: number;
  readonly latency: { readonly perSecond: number; readonly seconds: number };
  /** For kafkajs alone. */
  readonly messages: number;
}

const FULL = { repetitions: 3, warmUp: 2_000, events: 5_000, seconds: 15, messages: 100_000 };
const QUICK = { repetitions: 1, warmUp: 300, events: 1_000, seconds: 4, messages: 20_000 };

/** `--quick`, `--json`, `--profile`; `--events` and `--repetitions` override either form. */
export function readSettings(argv: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      events: { type: 'string' },
      repetitions: { type: 'string' },
    },
  });
  const form = values.quick ? QUICK : FULL;
  return {
    json: values.json,
    quick: values.quick,
    profile: values.profile,
    repetitions: Number(values.repetitions ?? form.repetitions),
    warmUp: form.warmUp,
    events: Number(values.events ?? form.events),
    connections: 32,
    latency: { perSecond: 50, seconds: form.seconds },
    messages: form.messages,
  };
}
