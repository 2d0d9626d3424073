import { AppError } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';
import type { ActBegun } from '../consumer/act';
import {
  EPOCH_SUPERSEDED,
  type InboxStep,
  knownArrivals,
  type LockedStreams,
  SEQUENCE_CONFLICT,
} from '../consumer/inbox';
import { openMessage, type OpenedArrival } from '../consumer/opening';
import { stepOf } from '../consumer/receipt';
import { reached } from '../stages';
import { acknowledgementOf, type DeadLettersOptions } from './act';
import {
  alreadySettled,
  getLetter,
  type Letter,
  type LetterKey,
  letterRecord,
  lockLetter,
  type Operator,
  settledArrival,
  type SettledLetter,
  withoutParked,
} from './letter';

/**
 * Opens a parked event again with what this side understands now, and applies it in its case's order, with everything
 * that waited behind it. Without an operator it is the service's own act. One transaction: after a crash nothing of it stands, or all of it. What is parked again says
 * why, and its attempt is counted and recorded too.
 * @throws AppError `dead-letter-unknown`, `dead-letter-destroyed`
 */
export async function redrive(
  options: DeadLettersOptions,
  key: LetterKey,
  operator?: Operator,
): Promise<SettledLetter> {
  const { audit, clock, database, receiver } = options;
  const at = clock.now();
  const seen = await getLetter(database, key);
  if (seen.state !== 'parked') return alreadySettled(seen);
  // Before the transaction: opening may have to make a lane, which nobody's transaction waits for.
  const opened = await openMessage(options, messageOf(seen), at);
  const stage = { topic: seen.topic, partition: seen.partition, count: 1 };
  let letter = seen;
  let settled = alreadySettled(seen);
  await receiver.carryOut(opened, at, {
    begin: async (manager) => {
      const found = await lockLetter(manager, key, opened);
      letter = found.letter;
      settled = alreadySettled(letter);
      return letter.state === 'parked' ? taken(manager, letter, opened, found.locked) : undefined;
    },
    end: async (manager, steps) => {
      const own = steps.find(({ arrival }) => arrival.key === opened.key) ?? steps[0];
      const { state, reason } = standing(own);
      const released = steps.filter(
        ({ arrival, outcome }) => outcome === 'apply' && arrival.key !== opened.key,
      ).length;
      settled = { state, reason, already: false, released };
      const isSettled = state === 'applied' || state === 'dropped';
      await manager.query(NOTE_ATTEMPT, [
        letter.source,
        letter.id,
        at,
        letter.reason,
        isSettled ? 'redriven' : null,
        operator?.agent ?? null,
      ]);
      const reference = opened.stream === undefined ? letter.reference : opened.envelope?.subject;
      const intents = await acknowledgementOf(manager, opened.source, reference);
      reached('redriving', stage);
      return {
        records: [
          letterRecord(audit, 'redrive', letter, {
            at,
            reason: reason ?? state,
            ...(operator && { operator }),
          }),
        ],
        intents,
      };
    },
  });
  reached('redriven', stage);
  return settled;
}

/**
 * What nobody could open was kept under its digest. Once it opens it is its sender's, under its own id: as a new arrival,
 * or as one that came meanwhile.
 */
async function taken(
  manager: EntityManager,
  letter: Letter,
  opened: OpenedArrival,
  locked: LockedStreams,
): Promise<ActBegun> {
  const begun = { locked, arrivals: [opened], key: opened.key, settled: [] };
  if (opened.key === `${letter.source}/${letter.id}`) {
    const arrival = inItsPlace(opened, letter, locked);
    return {
      ...begun,
      arrivals: [arrival],
      locked: { ...locked, states: withoutParked(locked.states, arrival) },
    };
  }
  if ((await knownArrivals(manager, [opened])).has(opened.key)) {
    return { ...begun, arrivals: [], settled: [stepOf(settledArrival(letter, 'repeat'), 'drop')] };
  }
  return { ...begun, settled: [stepOf(settledArrival(letter, 'opened'), 'drop')] };
}

/**
 * Types applied on arrival were counted as settled when they were parked: nothing waits for them. Numbers of an ended
 * epoch order nothing any more.
 */
function inItsPlace(opened: OpenedArrival, { reason }: Letter, { states }: LockedStreams): OpenedArrival {
  const state = opened.stream === undefined ? undefined : states.get(opened.stream);
  const isCounted =
    state?.epoch === opened.epoch &&
    (opened.sequence ?? 0) <= (state?.upTo ?? 0) &&
    reason !== SEQUENCE_CONFLICT;
  return isCounted || reason === EPOCH_SUPERSEDED ? { ...opened, stream: undefined } : opened;
}

function standing(own: InboxStep | undefined): Pick<SettledLetter, 'state' | 'reason'> {
  switch (own?.outcome) {
    case 'apply':
    case 'void':
      return { state: 'applied', reason: null };
    case 'wait':
      return { state: 'waiting', reason: null };
    case 'drop':
      return { state: 'dropped', reason: own.reason ?? null };
    default:
      return { state: 'parked', reason: own?.reason ?? null };
  }
}

function messageOf({ topic, partition, offset, body }: Letter) {
  if (body) return { topic, partition, offset, value: body };
  throw new AppError(
    'dead-letter-destroyed',
    'Its body was destroyed: its sender replaces it, or two people discard it.',
  );
}

const NOTE_ATTEMPT = `
INSERT INTO messaging.dead_letter AS d (source, id, attempts, attempted_at, parked_reason, settled, settled_at, settled_by)
SELECT $1, $2, 2, at, $4, settled, CASE WHEN settled IS NOT NULL THEN at END, CASE WHEN settled IS NOT NULL THEN $6 END
  FROM (VALUES ($3::timestamptz, $5::text)) AS n (at, settled)
ON CONFLICT (source, id) DO UPDATE
  SET attempts = d.attempts + 1, attempted_at = excluded.attempted_at, parked_reason = excluded.parked_reason,
      settled = excluded.settled, settled_at = excluded.settled_at, settled_by = excluded.settled_by`;
