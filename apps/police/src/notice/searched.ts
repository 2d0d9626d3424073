import { forgetSearchTerms, storeSearchTerms } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { contentOf, getNotice } from './stored-notice';

/** What a notice is found by, instead of what it was found by before: in the transaction that changed its content. */
export async function searchedAgain(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
): Promise<void> {
  const { content } = await contentOf(manager, await getNotice(manager, { unit }, id));
  await forgetSearchTerms(manager, [id]);
  await storeSearchTerms(manager, [{ id, caseId: id, unit, content }]);
}
