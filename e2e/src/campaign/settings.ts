import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from './plan';

export interface Settings {
  readonly seed: number;
  /** Number of the first round; those before it are not run. */
  readonly first: number;
  readonly rounds: number;
  readonly brokers: 1 | 3;
  readonly only: readonly FaultKind[];
  readonly against: 'liaison' | 'usual';
  /** `line`: police, préfecture and log; `all`: child protection, an association and the parquet too. */
  readonly services: 'line' | 'all';
  readonly json: boolean;
}

const DEFAULT_ROUNDS = 15;

/** @throws RangeError that says which option is wrong and what it may be */
export function readSettings(argv: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string' },
      first: { type: 'string', default: '1' },
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      brokers: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      against: { type: 'string', default: 'liaison' },
      services: { type: 'string', default: 'all' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    seed: values.seed === undefined ? randomInt(2 ** 32) : wholeNumber('seed', values.seed, 0),
    first: wholeNumber('first', values.first, 1),
    rounds: wholeNumber('rounds', values.rounds, 1),
    brokers: oneOf('brokers', values.brokers, ['1', '3']) === '1' ? 1 : 3,
    only: values.only.flatMap((it) => it.split(',')).map((it) => oneOf('only', it, FAULTS)),
    against: oneOf('against', values.against, ['liaison', 'usual'] as const),
    services: oneOf('services', values.services, ['line', 'all'] as const),
    json: values.json,
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number;
  throw new RangeError(`--${option} ${text}: a whole number from ${least}`);
}

function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((it) => it === text);
  if (found !== undefined) return found;
  throw new RangeError(`--${option} ${text}: one of ${choices.join(', ')}`);
}
