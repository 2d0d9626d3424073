import { AppError } from '@liaison/kernel';
import { stepOf } from '../consumer/receipt';
import { AUDIT_LINGER_MS } from '../dispatch/dispatcher';
import { acknowledgementOf, type DeadLettersOptions, findLane } from './act';
import {
  alreadySettled,
  getLetter,
  type Letter,
  type LetterKey,
  letterRecord,
  lockLetter,
  type Operator,
  placeOf,
  settledArrival,
  type SettledLetter,
  withoutParked,
} from './letter';

/**
 * First half of a discard: who proposes it, and why. Whoever has proposed it proposes it once.
 * @returns whether it had been proposed before, by the same person
 * @throws AppError `dead-letter-unknown`, `dead-letter-settled`, `discard-proposed-already`
 */
export async function proposeDiscard(
  { audit, clock, database, wake }: DeadLettersOptions,
  key: LetterKey,
  operator: Operator,
  reason: string,
): Promise<{ readonly already: boolean }> {
  const at = clock.now();
  const already = await database.transaction(async (manager) => {
    const { letter } = await lockLetter(manager, key, { source: key.peer });
    requireParked(letter);
    if (letter.proposed_by === operator.agent) return true;
    if (letter.proposed_by !== null) {
      throw new AppError(
        'discard-proposed-already',
        'Somebody else has proposed to discard it: confirm that, withdraw it, or leave it.',
      );
    }
    await manager.query(NOTE_PROPOSAL, [letter.source, letter.id, letter.reason, operator.agent, reason, at]);
    const parkedFor = letter.reason ?? undefined;
    await audit.append(manager, [
      letterRecord(audit, 'discard-proposed', letter, { at, operator, reason: parkedFor }),
    ]);
    return false;
  });
  if (!already) wake([audit.laneId], AUDIT_LINGER_MS);
  return { already };
}

/**
 * Takes a proposal back, so that nobody can confirm it: by who made it, or by anybody else who finds it wrong. The event
 * stays parked and can be proposed again.
 * @returns whether there was none to take back
 * @throws AppError `dead-letter-unknown`, `dead-letter-settled`
 */
export async function withdrawDiscard(
  { audit, clock, database, wake }: DeadLettersOptions,
  key: LetterKey,
  operator: Operator,
): Promise<{ readonly already: boolean }> {
  const at = clock.now();
  const already = await database.transaction(async (manager) => {
    const { letter } = await lockLetter(manager, key, { source: key.peer });
    requireParked(letter);
    if (letter.proposed_by === null) return true;
    await manager.query(NOTE_WITHDRAWAL, [letter.source, letter.id]);
    await audit.append(manager, [
      letterRecord(audit, 'discard-withdrawn', letter, { at, operator, reason: letter.reason ?? undefined }),
    ]);
    return false;
  });
  if (!already) wake([audit.laneId], AUDIT_LINGER_MS);
  return { already };
}

/**
 * Second half, by somebody else: the body is destroyed, the event's place in its case is filled, what waited behind it
 * goes on, and the acknowledgement tells its sender.
 * @throws AppError `dead-letter-unknown`, `dead-letter-settled`, `discard-not-proposed`, `discard-by-one-person`
 */
export async function discard(
  options: DeadLettersOptions,
  key: LetterKey,
  operator: Operator,
  reason: string,
): Promise<SettledLetter> {
  const { audit, clock, database, receiver } = options;
  const at = clock.now();
  const seen = await getLetter(database, key);
  let letter = seen;
  let settled = alreadySettled(seen);
  await receiver.carryOut(settledArrival(seen, DISCARDED), at, {
    begin: async (manager) => {
      const found = await lockLetter(manager, key, memberOf(seen));
      letter = found.letter;
      settled = alreadySettled(letter);
      if (letter.settled === 'discarded') return undefined;
      requireParked(letter);
      requireAnotherPerson(letter, operator);
      const { locked } = found;
      const arrival = settledArrival(letter, DISCARDED);
      if (arrival.stream === undefined) {
        return { locked, arrivals: [], key: arrival.key, settled: [stepOf(arrival, 'drop')] };
      }
      const laneId = await findLane(manager, letter.source, letter.reference ?? '');
      return {
        locked: { ...locked, states: withoutParked(locked.states, arrival) },
        arrivals: [{ ...arrival, laneId }],
        key: arrival.key,
        settled: [],
      };
    },
    end: async (manager, steps) => {
      const { source, id, reference } = letter;
      const released = steps.filter(({ outcome }) => outcome === 'apply').length;
      settled = { state: 'dropped', reason: DISCARDED, already: false, released };
      await manager.query(NOTE_DISCARD, [source, id, letter.reason, at, operator.agent, reason]);
      const record = letterRecord(audit, 'discarded', letter, {
        at,
        operator,
        reason: letter.reason ?? undefined,
      });
      return { records: [record], intents: await acknowledgementOf(manager, source, reference) };
    },
  });
  return settled;
}

/** Reason code of an event that two people gave up. */
const DISCARDED = 'discarded';

function requireParked({ state }: Letter): void {
  if (state === 'parked') return;
  throw new AppError('dead-letter-settled', `The event is not parked any more: it is ${state}.`);
}

function requireAnotherPerson({ proposed_by }: Letter, { agent }: Operator): void {
  if (proposed_by === null) {
    throw new AppError('discard-not-proposed', 'Nobody has proposed to discard it: propose it first.');
  }
  if (proposed_by === agent) {
    throw new AppError('discard-by-one-person', 'You proposed it yourself: somebody else has to confirm it.');
  }
}

/** The stream exists already: its lane stays what it is. */
function memberOf(letter: Letter) {
  const { stream } = placeOf(letter);
  const { reference, epoch, source } = letter;
  if (stream === undefined || reference === null || epoch === null) return { source };
  return { source, stream, envelope: { subject: reference, epoch }, laneId: 0 };
}

const NOTE_PROPOSAL = `
INSERT INTO messaging.dead_letter (source, id, parked_reason, proposed_by, proposed_reason, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (source, id) DO UPDATE
  SET proposed_by = excluded.proposed_by, proposed_reason = excluded.proposed_reason,
      proposed_at = excluded.proposed_at`;

const NOTE_WITHDRAWAL = `
UPDATE messaging.dead_letter SET proposed_by = NULL, proposed_reason = NULL, proposed_at = NULL
 WHERE source = $1 AND id = $2`;

const NOTE_DISCARD = `
UPDATE messaging.dead_letter
   SET parked_reason = $3, settled = 'discarded', settled_at = $4, settled_by = $5, settled_reason = $6
 WHERE source = $1 AND id = $2`;
