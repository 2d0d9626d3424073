import { AppError } from '@liaison/kernel';

export const MADE_ORDER_STATES = ['sent', 'obeyed', 'not-executed', 'lifted'] as const;
export type MadeOrderState = (typeof MADE_ORDER_STATES)[number];

/** An order to place a child, at whoever sent it. */
export interface MadeOrder {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly state: MadeOrderState;
}

export type MadeOrderCommand =
  | { readonly type: 'send' }
  | { readonly type: 'hear'; readonly outcome: 'obeyed' | 'not-executed' }
  /** Legal days. */
  | { readonly type: 'lift'; readonly orderedOn: string; readonly on: string; readonly today: string };

export type MadeOrderEvent =
  | { readonly type: 'sent' }
  | { readonly type: 'answered'; readonly outcome: 'obeyed' | 'not-executed' }
  | { readonly type: 'lifted' };

/**
 * One event a command. An answer that crosses the lifting is recorded and changes no state: the order no longer stands.
 * @throws AppError `order-exists`, `order-not-found`, `order-lifted`, `day-in-the-future`, `lifted-before-ordered`
 */
export function decideMadeOrder(order: MadeOrder | undefined, command: MadeOrderCommand): MadeOrderEvent {
  if (command.type === 'send') {
    if (order) throw new AppError('order-exists', 'There is such an order already.');
    return { type: 'sent' };
  }
  if (!order) throw new AppError('order-not-found', 'Your unit has sent no such order.');
  if (command.type === 'hear') return { type: 'answered', outcome: command.outcome };
  if (order.state === 'lifted') throw new AppError('order-lifted', 'The order was lifted already.');
  if (command.on > command.today) {
    throw new AppError('day-in-the-future', 'The day on which it is lifted has not come yet: correct it.');
  }
  if (command.on < command.orderedOn) {
    throw new AppError('lifted-before-ordered', 'Nothing is lifted before it was ordered: correct the day.');
  }
  return { type: 'lifted' };
}

export function evolveMadeOrder(order: MadeOrder | undefined, event: MadeOrderEvent): MadeOrder {
  if (event.type === 'sent') return { version: 1, state: 'sent' };
  if (!order) throw new TypeError('an order begins when it is sent');
  const version = order.version + 1;
  if (event.type === 'lifted') return { version, state: 'lifted' };
  return { version, state: order.state === 'lifted' ? 'lifted' : event.outcome };
}
