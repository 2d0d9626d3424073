import type { EntityManager } from 'typeorm';
import type { Consent } from '../policy/case-facts';

/** What a service does of its own where the person of a case no longer agrees, beside what delivery does. */
export interface ConsentEnding {
  /** In T1, the consents of the case locked. @param caseId as the register of consents calls it */
  ended(
    manager: EntityManager,
    about: { readonly unit: string; readonly caseId: string },
    consent: Consent,
  ): Promise<void>;
}

/** Injection token of the service's `ConsentEnding`, where it has one. */
export const CONSENT_ENDING = Symbol('CONSENT_ENDING');
