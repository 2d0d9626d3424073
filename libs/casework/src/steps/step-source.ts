import type { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import type { SaidStep, StepOrigin } from './steps';

/** A document of others that tells of steps, as far as the reader may see it. */
export interface StepsSaid {
  readonly from: StepOrigin;
  /** Of the document, as its own route calls it. */
  readonly id: string;
  readonly agency: string;
  readonly at: Date;
  readonly convention: string | null;
  readonly steps: readonly SaidStep[];
  /** The record of this reading. */
  readonly record: ReturnType<AuditTrail['prepare']>;
}

/** Where events lie that tell of the steps of a case beside its own document. */
export interface StepSource {
  /** In the transaction that reads, of a case that the reader may know of; what they may not read is not there. */
  read(manager: EntityManager, identity: Identity, found: ReadableCase): Promise<readonly StepsSaid[]>;
}

/** Injection token of the service's `StepSource`s. */
export const STEP_SOURCES = Symbol('STEP_SOURCES');
