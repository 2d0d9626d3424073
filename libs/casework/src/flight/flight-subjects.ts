import type { Agency } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { CaseFacts } from '../policy/case-facts';
import type { FlightDuty } from './flight';

/** A child who may be gone, as a service knows it. */
export interface FlightSubject {
  /** On which others than those who search are told (`messaging.cases`). */
  readonly deliveryCase: string;
  /** The service's own case, where it has one of the child. */
  readonly caseId: string | null;
  readonly unit: string;
  /** What decisions about the child rest on. */
  readonly facts: CaseFacts;
  readonly tell: readonly { readonly agency: Agency; readonly duty: Exclude<FlightDuty, 'search'> }[];
  /** What says where the child is sheltered: no word of a report may. */
  readonly secrets: readonly string[];
}

/** Where a service has the children of whom it reports, or hears, that they are gone. */
export abstract class FlightSubjects {
  /** @throws AppError `case-not-found`, `offer-not-found`: also where it is another unit's, or nobody of it is sheltered */
  abstract get(manager: EntityManager, identity: Identity, subject: string): Promise<FlightSubject>;

  /** The same, for what no person brings about. */
  abstract find(manager: EntityManager, subject: string): Promise<FlightSubject | undefined>;

  /** The service's own case behind what arrived on a case of delivery. Without a unit: that of the envelope. */
  abstract receivedOn(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly caseId: string | null; readonly unit?: string } | undefined>;
}
