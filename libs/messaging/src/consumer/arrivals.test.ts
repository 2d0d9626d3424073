import {
  type Arrival,
  type KnownEvent,
  planArrivals,
  type PlannedStream,
  type StreamState,
} from './ordering';

export const EPOCH = '01920000-0000-7000-8000-000000000001';
export const LATER_EPOCH = '01920000-0000-7000-8000-000000000002';

export function arrival(sequence: number, overrides: Partial<Arrival> = {}): Arrival {
  return {
    key: `police-75/${overrides.stream ?? 'a'}-${sequence}`,
    stream: 'police-75/a',
    epoch: EPOCH,
    sequence,
    ordering: 'case',
    refused: false,
    stored: false,
    ...overrides,
  };
}

export const applied = (...keys: string[]): Map<string, KnownEvent> =>
  new Map(keys.map((key) => [key, { state: 'applied', epoch: EPOCH }]));

export const outcomes = (arrivals: Arrival[], state?: StreamState, known = applied()) => {
  const plan = planArrivals(arrivals, known, new Map(state ? [['police-75/a', state]] : []));
  return plan.steps.map(({ arrival: { sequence }, outcome }) => `${sequence} ${outcome}`);
};

export const at = (upTo: number, overrides: Partial<StreamState> = {}): StreamState => ({
  epoch: EPOCH,
  upTo,
  appliedBeyond: [],
  parked: [],
  ...overrides,
});

export const WHOLE: PlannedStream = { epoch: EPOCH, upTo: 0, unfinished: 0, highest: 0, hole: false };
