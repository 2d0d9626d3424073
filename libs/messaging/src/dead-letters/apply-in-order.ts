import { AppError } from '@liaison/kernel';
import type { EntityManager } from 'typeorm';
import type { OpenedArrival } from '../consumer/opening';
import { planArrivals, type Plan, type StreamState } from '../consumer/ordering';
import type { HandlerRegistry } from '../consumer/ports';
import { receivedEvent } from '../consumer/receipt';
import { isTransient } from '../consumer/transient';
import { findReplaced, type Joined, joinReplaced } from './replacement';

/**
 * Applies events of one stream in order, one by one, in the transaction that holds its lock. An event that cannot be
 * applied is parked in its place and what follows it waits: what came before it stands, for the plan is made again
 * without it.
 * @throws whatever is transient: the transaction is to be given up
 */
export async function applyInOrder(
  manager: EntityManager,
  handlers: HandlerRegistry,
  arrivals: readonly OpenedArrival[],
  states: ReadonlyMap<string, StreamState>,
  at: Date,
): Promise<Plan<OpenedArrival> & Pick<Joined, 'replaced'>> {
  const letters = await findReplaced(manager, arrivals);
  let candidates = arrivals;
  for (;;) {
    const joined = joinReplaced(candidates, letters, new Map(), states);
    const plan = planArrivals(joined.arrivals, joined.known, joined.states);
    await manager.query('SAVEPOINT in_order');
    const failure = await findFailure(manager, handlers, plan, at);
    if (!failure) {
      await manager.query('RELEASE SAVEPOINT in_order');
      return { ...plan, replaced: joined.replaced };
    }
    await manager.query('ROLLBACK TO SAVEPOINT in_order');
    candidates = candidates.map((arrival) =>
      arrival.key === failure.key ? { ...arrival, refused: true, reason: failure.reason } : arrival,
    );
  }
}

async function findFailure(
  manager: EntityManager,
  handlers: HandlerRegistry,
  plan: Plan<OpenedArrival>,
  at: Date,
): Promise<{ readonly key: string; readonly reason: string } | undefined> {
  for (const { arrival, outcome } of plan.steps) {
    const { source, envelope, receipt, laneId } = arrival;
    if (outcome !== 'apply' || !envelope || !receipt || laneId === undefined) continue;
    try {
      const event = receivedEvent({ source, envelope, receipt, laneId }, at);
      await handlers.findHandler(envelope.type)?.handle([event], manager);
    } catch (error) {
      if (isTransient(error)) throw error;
      return { key: arrival.key, reason: error instanceof AppError ? error.code : 'projection-failed' };
    }
  }
  return undefined;
}
