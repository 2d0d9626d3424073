import type { EntityManager } from 'typeorm';
import { protectLinks } from '../link/protect-links';
import type { CaseFacts } from '../policy/case-facts';

/**
 * What the unit's own case says of a person holds for the answers to urgent requests that rest on it: one that waits is
 * decided again before it leaves, for what was granted in between counts. A measure that whoever answered stated stays, and so does
 * one that is lifted: neither shows more than was decided. What was said of it and another case follows (`protectLinks`). In the
 * transaction that changes the facts of the case.
 * @param caseId of the register
 * @returns the cases in delivery whose facts have changed, locked
 */
export async function protectAnswers(
  manager: EntityManager,
  caseId: string,
  { departement, birthDate, protectedIdentity, protectedAddress, consents }: CaseFacts,
): Promise<readonly string[]> {
  const known = {
    ...(departement !== undefined && { departement }),
    ...(birthDate !== undefined && { birthDate }),
    ...(protectedIdentity === true && { protectedIdentity }),
    ...(protectedAddress === true && { protectedAddress }),
    ...(consents && { consents }),
  };
  await manager.query(`SELECT pg_advisory_xact_lock(${FACTS_OF_CASE})`, [caseId]);
  const [rows] = await manager.query<[{ id: string }[], number]>(FOLLOW, [caseId, JSON.stringify(known)]);
  return [...rows.map(({ id }) => id), ...(await protectLinks(manager, caseId, known))];
}

/**
 * In the transaction that answers, before it looks at the facts of the case: whoever changes them comes before and is seen, or
 * after and sees the answer.
 */
export async function lockFactsOfCase(manager: EntityManager, caseId: string): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock_shared(${FACTS_OF_CASE})`, [caseId]);
}

const FACTS_OF_CASE = `hashtextextended('facts of ' || $1, 0)`;

/** A refusal rests on no fact of the person. In one order, so that two cases at once do not wait for each other's. */
const FOLLOW = `
WITH answered AS (
  SELECT c.id, (c.facts - 'departement' - 'birthDate') || $2::jsonb AS facts
    FROM messaging.cases c
   WHERE c.id IN (SELECT request_case FROM desk.urgent_received WHERE case_id = $1 AND state = 'answered')
   ORDER BY c.id FOR NO KEY UPDATE
)
UPDATE messaging.cases c SET facts = a.facts, facts_version = c.facts_version + 1
  FROM answered a WHERE c.id = a.id AND c.facts IS DISTINCT FROM a.facts
RETURNING c.id`;
