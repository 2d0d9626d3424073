import type { Json } from '@liaison/kernel';
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
  /** The same of some of its fields alone. */
  readonly restrictedFields?: readonly string[];
}

export const STANDINGS = ['current', 'superseded', 'withdrawn', 'recalled'] as const;

/** Whether what its author said in a case still stands, by its newest word. */
export interface CaseStanding {
  readonly standing: (typeof STANDINGS)[number];
  /** One of a few words; null where it stands. */
  readonly reason: string | null;
  readonly since: Date | null;
}

export const STANDS: CaseStanding = { standing: 'current', reason: null, since: null };

/** A case as one unit holds it. */
export interface HeldCase {
  readonly id: string;
  /** What audit records call it: the pairwise reference, or the agency's own id. */
  readonly reference: string;
  /** The newest document about the person: who may read of it may know of the case. */
  readonly held: HeldDocument;
  readonly standing: CaseStanding;
}

/** One document about the person of a case, whole: nothing of it is shown but through the policy. */
export interface CaseDocument {
  readonly id: string;
  readonly caseId: string;
  /** As `HeldCase.reference`. */
  readonly reference: string;
  readonly held: HeldDocument;
  readonly data: unknown;
  /** The route that reads it, where it belongs to no case yet: `caseId` is then what it goes by in delivery. */
  readonly path?: string;
}

/** One version of a case's document, and what became of it. */
export interface CaseVersion extends CaseDocument {
  /** As this agency counts. */
  readonly version: number;
  /** When this agency wrote or received it. */
  readonly at: Date;
  readonly state: string;
  /** What became of it, by service; nothing about the person. */
  readonly detail: Readonly<Record<string, Json>>;
}

type Reader = Pick<Identity, 'unit'>;

/** Where a service keeps its cases: all that the shared part of casework needs to know of them. */
export interface CaseRegister {
  /** A case of the reader's own unit; nothing where it is another's, so that nobody learns that it exists. */
  findCase(manager: EntityManager, reader: Reader, id: string): Promise<HeldCase | undefined>;

  /** The case that a delivery belongs to, whoever's it is: for what arrives. @param delivered id in `messaging.cases` */
  findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined>;

  /** The id in `messaging.cases` of a case of the reader's own unit, where it has one. Absent: cases go by that id. */
  findDelivery?(manager: EntityManager, reader: Reader, id: string): Promise<string | undefined>;

  /** Those of the reader's own unit, in any order. `of`: their own ids, or their cases', of each the newest. */
  findDocuments(
    manager: EntityManager,
    reader: Reader,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]>;

  /** Every version that the reader's own unit holds of a case, newest first; one that was taken back has no data. */
  findVersions(
    manager: EntityManager,
    reader: Reader,
    caseId: string,
    limit: number,
  ): Promise<readonly CaseVersion[]>;
}

/** The case behind a sender's own reference; nothing where this agency knows none. */
export async function deliveredCase(
  manager: EntityManager,
  register: CaseRegister,
  sender: string,
  reference: string,
): ReturnType<CaseRegister['findDelivered']> {
  const [row] = await manager.query<{ case_id: string }[]>(
    'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2 AND case_id IS NOT NULL',
    [sender, reference],
  );
  return row && register.findDelivered(manager, row.case_id);
}

/** Injection token of the service's `CaseRegister`. */
export const CASE_REGISTER = Symbol('CASE_REGISTER');
