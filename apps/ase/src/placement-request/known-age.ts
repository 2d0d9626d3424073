import { type CaseFacts, factsAt } from '@liaison/casework';
import type { EntityManager } from 'typeorm';

/** What is known of a child's age, and from when on that is another. */
export interface KnownAge {
  readonly age?: 'minor' | 'adult';
  readonly ofAgeAt: Date | null;
  readonly factsVersion: string;
}

/** @param owner agency id that vouches */
export async function ageOf(
  manager: EntityManager,
  caseId: string,
  at: Date,
  owner: string,
): Promise<KnownAge> {
  const [found] = await manager.query<{ facts: CaseFacts | null; facts_version: string }[]>(
    'SELECT facts, facts_version FROM messaging.cases WHERE id = $1',
    [caseId],
  );
  const { age } = factsAt(found?.facts ?? {}, at, owner);
  const known = age?.value;
  return {
    ...((known === 'minor' || known === 'adult') && { age: known }),
    // Of age already: since when says nothing that is still to come.
    ofAgeAt: age?.until ?? (known === 'adult' ? at : null),
    factsVersion: found?.facts_version ?? '0',
  };
}
