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
  /** Fields that its sender held back. */
  readonly withheld?: readonly string[];
  /** A ground on which it was shared has ended: shown to fewer. */
  readonly restricted?: boolean;
}

/** A case as one unit holds it. */
export interface HeldCase {
  readonly id: string;
  /** What audit records call it: the pairwise reference, or the agency's own id. */
  readonly reference: string;
  /** The newest document about the person: who may read of it may know of the case. */
  readonly held: HeldDocument;
}

/** One document about the person of a case, whole: nothing of it is shown but through the policy. */
export interface CaseDocument {
  readonly id: string;
  readonly caseId: string;
  /** As `HeldCase.reference`. */
  readonly reference: string;
  readonly held: HeldDocument;
  readonly data: unknown;
}

type Reader = Pick<Identity, 'unit'>;

/** Where a service keeps its cases: all that the shared part of casework needs to know of them. */
export interface CaseRegister {
  /** A case of the reader's own unit; nothing where it is another's, so that nobody learns that it exists. */
  findCase(manager: EntityManager, reader: Reader, id: string): Promise<HeldCase | undefined>;

  /** Those of the reader's own unit, in any order. `of`: their own ids, or their cases', of each the newest. */
  findDocuments(
    manager: EntityManager,
    reader: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]>;
}

/** Injection token of the service's `CaseRegister`. */
export const CASE_REGISTER = Symbol('CASE_REGISTER');
