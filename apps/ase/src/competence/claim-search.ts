import { storeSearchTerms } from '@liaison/casework';
import type { EntityManager } from 'typeorm';
import type { ClaimRow } from './competence.entity';

/** A claim and a file are found by the names in them, as any document of a case. */
export function storeFound(
  manager: EntityManager,
  {
    id,
    caseId,
    unit,
    content,
    fileId,
    file,
  }: Pick<ClaimRow, 'id' | 'caseId' | 'unit' | 'content' | 'fileId' | 'file'>,
): Promise<void> {
  const documents = [
    { id, caseId, unit, content },
    ...(fileId !== null && file ? [{ id: fileId, caseId, unit, content: file }] : []),
  ];
  return storeSearchTerms(manager, documents);
}
