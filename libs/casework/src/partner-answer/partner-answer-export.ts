import { PARTNER_ANSWERED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, Not } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import type { ReadableCase } from '../cases/cases';
import type { ExportedRecords, ExportSource } from '../export/export-source';
import { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { ReceivedAnswerRow } from './partner-answer.entity';
import { givenOf, givenView, heldAnswer, receivedView } from './partner-answer.reader';

/** What was answered on a case, on either side. */
@Injectable()
export class PartnerAnswerExport implements ExportSource {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    { unit, roles }: Identity,
    { id: caseId, held }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const at = this.clock.now();
    const given = await givenOf(manager, unit, caseId, limit + 1);
    const received = await manager.find(ReceivedAnswerRow, {
      where: { caseId, unit, state: Not('voided') },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: limit + 1,
    });
    const own = { type: PARTNER_ANSWERED, purpose: held.purpose, facts: {} };
    return [
      exported(
        'givenAnswers',
        given.flatMap((row) => {
          const seen = this.policy.read({ ...own, data: row.document }, roles, at);
          return seen ? [{ item: givenView(row, seen), seen }] : [];
        }),
      ),
      exported(
        'partnerAnswers',
        received.flatMap((row) => {
          const seen = this.policy.read({ ...heldAnswer(row), data: row.content }, roles, at);
          return seen ? [{ item: receivedView(row, seen), seen }] : [];
        }),
      ),
    ];
  }
}

type Seen = NonNullable<ReturnType<AgencyPolicy['read']>>;

const exported = (
  kind: string,
  answers: readonly { readonly item: object; readonly seen: Seen }[],
): ExportedRecords => ({
  kind,
  items: answers.map(({ item }) => item),
  fields: answers.flatMap(({ seen }) => auditFields(decidedFields(seen.decision))),
  legalBases: answers.flatMap(({ seen }) => seen.decision.legalBases),
});
