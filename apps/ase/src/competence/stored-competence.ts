import { type CaseFacts, lockCase } from '@liaison/casework';
import {
  COMPETENCE_ANSWERED,
  COMPETENCE_CLAIMED,
  COMPETENCE_HANDED_OVER,
  type CompetenceClaimedV1,
} from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import {
  type CompetenceClaim,
  type CompetenceConflict,
  noSuchClaim,
  noSuchConflict,
  type ProvisionalShelter,
} from '@liaison/placement';
import type { EntityManager } from 'typeorm';
import { ClaimRow, ConflictRow, type ShelterRow } from './competence.entity';

/** As the conventions name it. */
export const PURPOSE = 'competence-of-departement';

type Reader = Pick<Identity, 'unit'>;

/** @throws AppError `competence-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getConflict(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
): Promise<ConflictRow> {
  const row = await manager.findOneBy(ConflictRow, { id, unit });
  if (!row) throw noSuchConflict();
  return row;
}

/**
 * The case before its conflict: whoever writes here and what arrives take them in one order.
 * @throws AppError `competence-not-found`
 */
export async function lockConflict(
  manager: EntityManager,
  found: Pick<ConflictRow, 'id' | 'caseId'>,
): Promise<ConflictRow> {
  await lockCase(manager, found.caseId);
  const row = await manager.findOne(ConflictRow, {
    where: { id: found.id },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) throw noSuchConflict();
  return row;
}

/** @throws AppError `claim-not-found`, also where it is another unit's */
export async function getClaim(
  manager: EntityManager,
  { unit }: Reader,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ClaimRow> {
  const row = await manager.findOne(ClaimRow, { where: { id, unit }, ...(lock && { lock: { mode: lock } }) });
  if (!row) throw noSuchClaim();
  return row;
}

/** As decisions see it. */
export const conflictOf = (row: ConflictRow): CompetenceConflict => ({
  version: row.version,
  state: row.state,
  own: row.own,
  claimed: row.claimed,
  ...(row.level && { level: row.level }),
  ...(row.dueAt && { dueAt: row.dueAt }),
  ...(row.competent !== null && { competent: row.competent }),
  ...(row.decidedBy && { decidedBy: row.decidedBy }),
});

/** Of the row, what a decision changes. */
export const conflictColumns = ({
  version,
  state,
  level,
  dueAt,
  competent,
  decidedBy,
}: CompetenceConflict): Pick<
  ConflictRow,
  'version' | 'state' | 'level' | 'dueAt' | 'competent' | 'decidedBy' | 'overdueToldAt'
> => ({
  version,
  state,
  level: level ?? null,
  dueAt: dueAt ?? null,
  competent: competent ?? null,
  decidedBy: decidedBy ?? null,
  // A new step has a delay of its own.
  overdueToldAt: null,
});

export const claimOf = ({ version, state, level, competent }: ClaimRow): CompetenceClaim => ({
  version,
  state,
  ...(level && { level }),
  ...(competent !== null && { competent }),
});

export const shelterOf = (row: ShelterRow): ProvisionalShelter => ({
  version: row.version,
  from: row.from,
  lastDay: row.lastDay,
  extensions: row.extensions,
  ...(row.endedOn !== null && row.endReason && { ended: { on: row.endedOn, reason: row.endReason } }),
});

/** The claim as it was written, and the facts of now. */
export async function claimDocument(
  manager: EntityManager,
  { caseId, caseVersion }: Pick<ConflictRow, 'caseId' | 'caseVersion'>,
): Promise<{ readonly document: CompetenceClaimedV1; readonly facts: CaseFacts }> {
  const [found] = await manager.query<{ document: CompetenceClaimedV1; facts: CaseFacts | null }[]>(
    `SELECT d.document, c.facts FROM messaging.event_document d JOIN messaging.cases c ON c.id = d.case_id
      WHERE d.case_id = $1 AND d.version = $2 AND d.type = $3`,
    [caseId, caseVersion, COMPETENCE_CLAIMED],
  );
  if (!found) throw new TypeError('a conflict has its claim');
  return { document: found.document, facts: found.facts ?? {} };
}

/** Without an age: what came before the eighteenth birthday stays readable after it (R17). */
const factsOfClaim = ({ departement }: ClaimRow): CaseFacts => (departement === null ? {} : { departement });

/** What the engine is asked about when somebody reads the claim. */
export const heldClaim = (row: ClaimRow) => ({
  type: COMPETENCE_CLAIMED,
  purpose: row.purpose,
  facts: factsOfClaim(row),
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
  withheld: row.withheld,
  restricted: row.restrictedSince !== null,
});

/** The same of the file; undefined where it has not come. */
export const heldFile = (row: ClaimRow) =>
  row.file && row.fileEvent !== null && row.fileConvention !== null
    ? {
        type: COMPETENCE_HANDED_OVER,
        purpose: row.purpose,
        facts: factsOfClaim(row),
        provenance: { agency: row.sender, event: row.fileEvent, convention: row.fileConvention },
        withheld: row.fileWithheld ?? [],
        restricted: row.restrictedSince !== null,
      }
    : undefined;

/** What the other département answered in its own words, under the convention that it came under; undefined where it said nothing. */
export const heldAnswer = ({ agency, answerAccount, answerConvention, answerEvent }: ConflictRow) =>
  answerAccount !== null && answerEvent !== null && answerConvention !== null
    ? {
        type: COMPETENCE_ANSWERED,
        purpose: PURPOSE,
        facts: {},
        data: { account: answerAccount },
        provenance: { agency, event: answerEvent, convention: answerConvention },
      }
    : undefined;
