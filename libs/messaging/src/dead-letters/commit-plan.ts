import { randomUUID } from 'node:crypto';
import { deadLetterTopic } from '@liaison/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { AuditTrail, PreparedRecord } from '../audit/audit-trail';
import {
  type InboxStep,
  type LockedStreams,
  type ProtocolIntent,
  writeInbox,
  writeProtocolIntents,
  writeStreams,
} from '../consumer/inbox';
import { openMessage, type OpenedArrival, type OpeningOptions } from '../consumer/opening';
import type { PlannedStream } from '../consumer/ordering';
import { recordOf, stepOf } from '../consumer/receipt';
import { applyInOrder } from './apply-in-order';
import { withoutParked } from './letter';
import { noteReplaced, type Replaced } from './replacement';

export interface DeadLettersOptions extends OpeningOptions {
  readonly database: DataSource;
  readonly audit: AuditTrail;
  readonly clock: { now(): Date };
  /** Lanes with new acknowledgements, records or dead letters. */
  readonly wake: (lanes: readonly number[], lingerMs: number) => void;
}

export interface LetterPlan {
  readonly steps: readonly InboxStep[];
  readonly streams: ReadonlyMap<string, PlannedStream>;
  readonly replaced: readonly Replaced[];
}

/** What becomes of a parked event and of everything that waits behind it; projections have run. */
export async function planLetter(
  options: DeadLettersOptions,
  manager: EntityManager,
  arrival: OpenedArrival,
  { states, waiting }: LockedStreams,
  at: Date,
): Promise<LetterPlan> {
  const behind: OpenedArrival[] = [];
  for (const row of waiting) behind.push(await openMessage(options, { ...row, value: row.body }, at, true));
  const free = withoutParked(states, arrival);
  const plan = await applyInOrder(manager, options.handlers, [arrival, ...behind], free, at);
  const steps = plan.steps.flatMap(({ arrival: of, outcome, reason }) =>
    outcome === 'repeat' || outcome === 'fill' || outcome === 'defer' || (outcome === 'wait' && of.stored)
      ? []
      : [stepOf(of, outcome, reason)],
  );
  return { steps, streams: plan.streams, replaced: plan.replaced };
}

/**
 * Writes the plan: the inbox, the case's order, records, the acknowledgement, news of what was parked.
 * @param own the event that somebody acted on: its act has a record of its own
 * @returns lanes to wake after the commit
 */
export async function commitPlan(
  options: DeadLettersOptions,
  manager: EntityManager,
  { steps, streams, replaced }: LetterPlan,
  own: { readonly key: string; readonly peer: string; readonly reference?: string },
  acts: readonly PreparedRecord[],
  at: Date,
): Promise<readonly number[]> {
  const { agency, audit, lanes } = options;
  const recorded = steps.filter(
    ({ arrival, outcome }) =>
      !arrival.recordKeeping && outcome !== 'wait' && (arrival.key !== own.key || outcome === 'apply'),
  );
  const intents: ProtocolIntent[] = await acknowledgement(manager, own);
  for (const { arrival, outcome } of steps) {
    if (outcome !== 'park' && outcome !== 'conflict') continue;
    const laneId = await lanes.getLaneId({ topic: deadLetterTopic(agency), partition: 0 });
    intents.push({ laneId, kind: 'dead-letter', eventId: arrival.key, recipient: agency });
  }
  await writeStreams(manager, streams);
  await writeInbox(manager, steps, at);
  await audit.append(manager, [
    ...acts,
    ...(await noteReplaced(manager, audit, replaced, at)),
    ...recorded.map((step) => audit.prepare(recordOf(step, at))),
  ]);
  await writeProtocolIntents(manager, intents);
  return [...new Set([audit.laneId, ...intents.map(({ laneId }) => laneId)])];
}

/** Events that belong to no case are acknowledged by nobody. */
async function acknowledgement(
  manager: EntityManager,
  { peer, reference }: { readonly peer: string; readonly reference?: string },
): Promise<ProtocolIntent[]> {
  if (reference === undefined) return [];
  const [stream] = await manager.query<{ lane_id: number }[]>(
    'SELECT lane_id FROM messaging.inbound_sequence WHERE peer = $1 AND reference = $2',
    [peer, reference],
  );
  if (!stream) return [];
  return [
    { laneId: stream.lane_id, kind: 'acknowledgement', eventId: randomUUID(), recipient: peer, reference },
  ];
}
