import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import { consentsOf } from '../consent/consents-of-case';
import type { CaseFacts } from '../policy/case-facts';
import { factsOfCase } from '../policy/facts-of-case';
import { factsOfBoth } from './exchanged';

/**
 * What saying that two cases are not one person rests on: an association tells some agencies nothing of an adult who has not agreed, nor
 * of somebody whose age it does not know (R10, R16), not even that. Everything else may always be said, whatever became of the cases.
 */
export async function factsToEnd(
  manager: EntityManager,
  identity: Identity,
  [one, other]: readonly [ReadableCase, ReadableCase],
): Promise<CaseFacts> {
  const { adult, birthDate, consents } = factsOfBoth(
    await factsOf(manager, identity, one),
    await factsOf(manager, identity, other),
  );
  return {
    ...(adult !== undefined && { adult }),
    ...(birthDate !== undefined && { birthDate }),
    ...(consents && { consents }),
  };
}

async function factsOf(manager: EntityManager, { unit }: Identity, { id, held }: ReadableCase) {
  const delivered = await factsOfCase(manager, id);
  return { facts: { ...held.facts, ...delivered, consents: await consentsOf(manager, unit, id) } };
}
