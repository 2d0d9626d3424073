import type { EntityManager } from 'typeorm';
import type { AuditTrail, PreparedRecord } from '../audit/audit-trail';
import type { OpenedArrival } from '../consumer/opening';
import type { KnownEvent, StreamState } from '../consumer/ordering';
import { findLetters, type Letter, letterRecord, settledArrival, withoutParked } from './letter';

/** A parked event, and the id of the one that stands in for it. */
export interface Replaced {
  readonly letter: Letter;
  readonly by: string;
}

/** What is to be planned once replaced events have given up their places. */
export interface Joined {
  readonly arrivals: readonly OpenedArrival[];
  readonly known: ReadonlyMap<string, KnownEvent>;
  readonly states: ReadonlyMap<string, StreamState>;
  readonly replaced: readonly Replaced[];
}

/** Parked events that these arrivals name. Only their sender's own, and only of the same case. */
export async function findReplaced(
  manager: EntityManager,
  arrivals: readonly OpenedArrival[],
): Promise<readonly Letter[]> {
  const keys = arrivals.flatMap(({ envelope, source }) =>
    (envelope?.replaces ?? []).map((id) => ({ peer: source, id })),
  );
  return keys.length === 0 ? [] : findLetters(manager, keys);
}

/**
 * An event that its sender replaces takes its place in the order, and nothing of it is applied; so does one that is
 * refused on arrival while its replacement is there already. What is refused itself replaces nothing.
 */
export function joinReplaced(
  arrivals: readonly OpenedArrival[],
  letters: readonly Letter[],
  known: ReadonlyMap<string, KnownEvent>,
  states: ReadonlyMap<string, StreamState>,
): Joined {
  const named = new Map<string, OpenedArrival>();
  for (const arrival of arrivals) {
    if (arrival.refused || isSettled(known.get(arrival.key)) || !hasPlace(arrival, states)) continue;
    for (const id of arrival.envelope?.replaces ?? []) named.set(`${arrival.source}/${id}`, arrival);
  }
  if (named.size === 0) return { arrivals, known, states, replaced: [] };

  const replaced: Replaced[] = [];
  const settled: OpenedArrival[] = [];
  let free = states;
  for (const letter of letters) {
    const by = named.get(`${letter.source}/${letter.id}`);
    if (!by || letter.state !== 'parked') continue;
    if (letter.reference !== by.envelope?.subject) continue;
    const arrival = inEpochOf(by, letter, arrivals);
    if (!arrival) continue;
    replaced.push({ letter, by: by.id });
    settled.push(arrival);
    free = withoutParked(free, arrival);
  }
  const keys = new Set(settled.map(({ key }) => key));
  const others = arrivals.map((arrival) =>
    arrival.refused && named.get(arrival.key)?.stream === arrival.stream && arrival.stream !== undefined
      ? { ...arrival, refused: false, settled: true, reason: REPLACED }
      : arrival,
  );
  return {
    arrivals: [...settled, ...others],
    known: new Map([...known].filter(([key]) => !keys.has(key))),
    states: free,
    replaced,
  };
}

/** After a restore of the sender both come again together: the parked one has its place under the new epoch then. */
function inEpochOf(
  by: OpenedArrival,
  letter: Letter,
  arrivals: readonly OpenedArrival[],
): OpenedArrival | undefined {
  const arrival = settledArrival(letter, REPLACED);
  if (letter.epoch === by.epoch) return arrival;
  const again = arrivals.find(
    ({ key, stream, epoch }) => key === arrival.key && stream === by.stream && epoch === by.epoch,
  );
  if (!again) return undefined;
  const { stream, epoch, sequence, digest, origin } = again;
  return { ...arrival, stream, epoch, sequence, digest, origin };
}

/** Notes how they ended. @returns their records, for the caller to append */
export async function noteReplaced(
  manager: EntityManager,
  audit: AuditTrail,
  replaced: readonly Replaced[],
  at: Date,
): Promise<readonly PreparedRecord[]> {
  if (replaced.length === 0) return [];
  await manager.query(NOTE_REPLACED, [
    replaced.map(({ letter }) => letter.source),
    replaced.map(({ letter }) => letter.id),
    replaced.map(({ letter }) => letter.reason),
    replaced.map(({ by }) => by),
    at,
  ]);
  return replaced.map(({ letter }) =>
    letterRecord(audit, 'replaced', letter, { at, reason: letter.reason ?? undefined }),
  );
}

/** Reason code of an event whose sender sent another in its stead. */
const REPLACED = 'replaced';

const isSettled = (row: KnownEvent | undefined): boolean => row !== undefined && row.state !== 'waiting';

/** Whether the arrival can take its sequence: a late or doubled one replaces nothing. */
function hasPlace(
  { stream, epoch, sequence, stored }: OpenedArrival,
  states: ReadonlyMap<string, StreamState>,
): boolean {
  if (stream === undefined || sequence === undefined) return false;
  const state = states.get(stream);
  if (stored || !state || state.epoch !== epoch) return true;
  return sequence > state.upTo && !state.appliedBeyond.includes(sequence) && !state.parked.includes(sequence);
}

const NOTE_REPLACED = `
INSERT INTO messaging.dead_letter (source, id, parked_reason, settled, settled_reason, settled_at)
SELECT source, id, parked_reason, 'replaced', by, $5
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS r (source, id, parked_reason, by)
ON CONFLICT (source, id) DO UPDATE
  SET parked_reason = excluded.parked_reason, settled = 'replaced', settled_reason = excluded.settled_reason,
      settled_at = excluded.settled_at`;
