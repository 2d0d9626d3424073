import { type Direction, DIRECTIONS, ONE_WAYS, type OneWay } from '@liaison/testing';
import { Random } from './random';

/** Every kind of fault, in the words of `--only`. */
export const FAULTS = [
  'kill-service',
  'pause-service',
  'kill-broker',
  'pause-broker',
  'kill-postgres',
  'kill-backend',
  'pause-postgres',
  'pause-backend',
  'delay',
  'stall',
  'cut',
  'half-close',
  'black-hole',
  'disk-full',
  'clock-step',
  'rolling-restart',
  'rebalance-storm',
  'restore',
] as const;
export type FaultKind = (typeof FAULTS)[number];

const SERVERS = ['kafka', 'postgres'] as const;
export type ServerName = (typeof SERVERS)[number];

export type Fault =
  | {
      readonly kind: 'kill-service' | 'pause-service' | 'rebalance-storm' | 'restore';
      readonly service: string;
    }
  | { readonly kind: 'kill-broker' | 'pause-broker'; readonly broker: number }
  | { readonly kind: 'kill-backend' | 'pause-backend'; readonly service: string }
  | { readonly kind: 'kill-postgres' | 'pause-postgres' | 'disk-full' | 'rolling-restart' }
  | { readonly kind: 'cut' | 'black-hole'; readonly service: string; readonly server: ServerName }
  | {
      readonly kind: 'half-close';
      readonly service: string;
      readonly server: ServerName;
      readonly direction: OneWay;
    }
  | { readonly kind: 'delay'; readonly service: string; readonly server: ServerName; readonly ms: number }
  | {
      readonly kind: 'stall';
      readonly service: string;
      readonly server: ServerName;
      readonly direction: Direction;
      /** What becomes of what was held back. */
      readonly then: 'release' | 'cut';
    }
  | { readonly kind: 'clock-step'; readonly service: string; readonly seconds: number };

export interface PlannedFault {
  readonly fault: Fault;
  /** After the load has begun. */
  readonly afterMs: number;
  /** Then it is undone. */
  readonly forMs: number;
}

export interface PlanOptions {
  readonly services: readonly string[];
  readonly brokers: number;
  readonly faults: readonly FaultKind[];
}

const LEAST_FAULTS = 2;
const MOST_FAULTS = 4;
/** With few kinds allowed there may not be as many victims as faults. */
const MOST_DRAWS = 20;
/** A round is short, so that many are run; yet what stays longer than a session (6 s) or a lease has to be among them. */
const WINDOW_MS = 3000;
const SHORT_MS = { least: 200, most: 2000 };
const LONG_MS = { least: 6500, most: 9000 };
const LONG_ONE_IN = 6;
const DELAYS_MS = [5, 50, 300] as const;
const STEPS_S = [1, 20, 300, 7200, 86_400] as const;

/**
 * What is done to the system in one round: a pure function of the seed, the round and the options. Faults overlap, but
 * never two on the same victim, whose second could not be told from the first.
 */
export function planRound(seed: number, round: number, options: PlanOptions): readonly PlannedFault[] {
  const random = new Random(seed, round);
  const planned: PlannedFault[] = [];
  const taken = new Set<string>();
  const count = random.between(LEAST_FAULTS, MOST_FAULTS);
  for (let draw = 0; planned.length < count && draw < MOST_DRAWS; draw += 1) {
    const fault = drawFault(random, options);
    const afterMs = random.between(300, WINDOW_MS);
    const span = random.between(1, LONG_ONE_IN) === 1 ? LONG_MS : SHORT_MS;
    const forMs = random.between(span.least, span.most);
    const victims = victimsOf(fault, options);
    if (victims.some((victim) => taken.has(victim))) continue;
    for (const victim of victims) taken.add(victim);
    planned.push({ fault, afterMs, forMs });
  }
  return planned.sort((a, b) => a.afterMs - b.afterMs);
}

/** What a fault takes hold of while it lasts. */
export function victimsOf(fault: Fault, { services }: Pick<PlanOptions, 'services'>): readonly string[] {
  switch (fault.kind) {
    case 'kill-service':
    case 'pause-service':
    case 'rebalance-storm':
      return [fault.service];
    case 'restore':
      // A copy of a database needs a server that lives.
      return [fault.service, 'postgres'];
    case 'rolling-restart':
      return services;
    case 'kill-broker':
    case 'pause-broker':
      // One broker at a time: with two of three away nothing is promised but waiting.
      return ['kafka'];
    case 'kill-postgres':
    case 'kill-backend':
    case 'pause-postgres':
    case 'pause-backend':
    case 'disk-full':
      return ['postgres'];
    case 'clock-step':
      return [`clock of ${fault.service}`];
    default:
      return [`${fault.service} to ${fault.server}`];
  }
}

function drawFault(random: Random, { services, brokers, faults }: PlanOptions): Fault {
  const kind = random.pick(faults);
  const service = (): string => random.pick(services);
  const link = () => ({ service: service(), server: random.pick(SERVERS) });
  switch (kind) {
    case 'kill-service':
    case 'pause-service':
    case 'rebalance-storm':
    case 'kill-backend':
    case 'pause-backend':
    case 'restore':
      return { kind, service: service() };
    case 'kill-broker':
    case 'pause-broker':
      return { kind, broker: random.between(0, brokers - 1) };
    case 'cut':
    case 'black-hole':
      return { kind, ...link() };
    case 'half-close':
      return { kind, ...link(), direction: random.pick(ONE_WAYS) };
    case 'delay':
      return { kind, ...link(), ms: random.pick(DELAYS_MS) };
    case 'stall':
      return {
        kind,
        ...link(),
        direction: random.pick(DIRECTIONS),
        then: random.pick(['release', 'cut'] as const),
      };
    case 'clock-step':
      return { kind, service: service(), seconds: random.pick(STEPS_S) * random.pick([1, -1]) };
    default:
      return { kind };
  }
}

/** One line, such as `stall prefecture to kafka (to-client, then cut)`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill-broker':
    case 'pause-broker':
      return `${fault.kind} ${fault.broker + 1}`;
    case 'cut':
    case 'black-hole':
      return `${fault.kind} ${fault.service} to ${fault.server}`;
    case 'half-close':
      return `half-close ${fault.service} to ${fault.server} (${fault.direction})`;
    case 'delay':
      return `delay ${fault.service} to ${fault.server} by ${fault.ms} ms`;
    case 'stall':
      return `stall ${fault.service} to ${fault.server} (${fault.direction}, then ${fault.then})`;
    case 'clock-step':
      return `clock-step ${fault.service} by ${fault.seconds} s`;
    default:
      return 'service' in fault ? `${fault.kind} ${fault.service}` : fault.kind;
  }
}
