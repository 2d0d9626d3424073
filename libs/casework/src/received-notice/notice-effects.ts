import type { NoticeIssuedV2 } from '@liaison/contracts';
import type { ReceivedEvent } from '@liaison/messaging';
import type { EntityManager } from 'typeorm';

/** A convention may hold a field back. */
export type IssuedNotice = ReceivedEvent<Partial<NoticeIssuedV2>>;

/** What a service does of its own when notices come or go, in the transaction that applies them (T3). */
export interface NoticeEffects {
  /** They are stored: first versions and later ones, none that was recalled before it came. */
  received(manager: EntityManager, notices: readonly IssuedNotice[]): Promise<void>;
  /** Their content is gone. @param ids of the rows */
  emptied(manager: EntityManager, ids: readonly string[]): Promise<void>;
}

/** Injection token of the service's `NoticeEffects`. */
export const NOTICE_EFFECTS = Symbol('NOTICE_EFFECTS');

/** Injection token of the roles whose taking note counts here, the first of them that somebody has. */
export const NOTICE_DECIDERS = Symbol('NOTICE_DECIDERS');

/** Of a service that has nothing of its own that hangs on a notice. */
export const NO_EFFECTS: NoticeEffects = {
  received: () => Promise.resolve(),
  emptied: () => Promise.resolve(),
};
