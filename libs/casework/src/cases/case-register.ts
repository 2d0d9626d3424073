import type { Provenance } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { CaseFacts } from '../policy/case-facts';

/** What the engine is asked about when somebody reads a document that this agency holds. */
export interface HeldDocument {
  readonly type: string;
  readonly purpose: string;
  readonly facts: CaseFacts;
  /** Absent: the agency's own. */
  readonly provenance?: Provenance;
}

/** A case as one unit holds it. */
export interface HeldCase {
  readonly id: string;
  /** What audit records call it: the pairwise reference, or the agency's own id. */
  readonly reference: string;
  /** The newest document about the person: who may read of it may know of the case. */
  readonly held: HeldDocument;
}

/** Where a service keeps its cases: all that the shared part of casework needs to know of them. */
export interface CaseRegister {
  /** A case of the reader's own unit; nothing where it is another's, so that nobody learns that it exists. */
  findCase(manager: EntityManager, reader: Pick<Identity, 'unit'>, id: string): Promise<HeldCase | undefined>;
}

/** Injection token of the service's `CaseRegister`. */
export const CASE_REGISTER = Symbol('CASE_REGISTER');
