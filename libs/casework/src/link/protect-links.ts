import type { EntityManager } from 'typeorm';
import type { CaseFacts } from '../policy/case-facts';

/**
 * A measure that is granted on a case ends what this agency said of it and another: what waits does not leave, and what has left is taken
 * back as its convention says. One that is lifted links nothing again: whoever knows says it anew. In the transaction that changes the
 * facts, `lockFactsOfCase` held.
 * @returns the cases in delivery whose facts have changed, locked
 */
export async function protectLinks(
  manager: EntityManager,
  caseId: string,
  { protectedIdentity, protectedAddress }: CaseFacts,
): Promise<readonly string[]> {
  if (protectedIdentity !== true && protectedAddress !== true) return [];
  const measures = {
    ...(protectedIdentity === true && { protectedIdentity }),
    ...(protectedAddress === true && { protectedAddress }),
  };
  const [ended] = await manager.query<[{ delivery: string }[], number]>(END, [caseId]);
  if (ended.length === 0) return [];
  const ids = ended.map(({ delivery }) => delivery).sort();
  await manager.query('SELECT FROM messaging.cases WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [ids]);
  await manager.query(
    'UPDATE messaging.cases SET facts = facts || $2::jsonb, facts_version = facts_version + 1 WHERE id = ANY ($1)',
    [ids, JSON.stringify(measures)],
  );
  return ids;
}

const END = `
UPDATE link.said s SET stands = false
 WHERE s.sender IS NULL AND s.says = 'same' AND s.stands
   AND s.link_id IN (SELECT l.id FROM link.person_link l WHERE l.first_case = $1 OR l.second_case = $1)
RETURNING s.delivery`;
