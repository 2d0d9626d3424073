import type { CaseFacts, CaseRegister, HeldCase } from '@liaison/casework';
import { NOTICE_ISSUED } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { factsOf } from './notice/facts';
import { PURPOSE } from './notice/issuing';
import type { Draft } from './notice/notice';

/** A case of an investigating service is a notice of one unit, from its first draft on; it goes by the notice's id. */
@Injectable()
export class PoliceCases implements CaseRegister {
  async findCase(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    id: string,
  ): Promise<HeldCase | undefined> {
    const [row] = await manager.query<FoundNotice[]>(FIND, [id, unit]);
    if (!row) return undefined;
    const facts = row.draft ? factsOf(row.draft) : (row.facts ?? {});
    return { id, reference: id, held: { type: row.type ?? NOTICE_ISSUED, purpose: PURPOSE, facts } };
  }
}

interface FoundNotice {
  readonly draft: Draft | null;
  readonly facts: CaseFacts | null;
  readonly type: string | null;
}

const FIND = `
SELECT n.draft, c.facts, d.type
  FROM police.notice n
  LEFT JOIN messaging.cases c ON c.id = n.case_id
  LEFT JOIN messaging.event_document d ON d.case_id = n.case_id AND d.version = n.case_version
 WHERE n.id = $1 AND n.unit = $2 AND n.state <> 'discarded'`;
