import {
  type AmendmentReason,
  NOTICE_AMENDED,
  NOTICE_SUPERSEDED,
  type NoticeAmendedV1,
  type NoticeIssuedV2,
  type NoticeSupersededV1,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { AnsweringOpinions } from '../opinion-request/answering';
import { type ChangeRequest, Changing } from './changing';
import { factsOf, protectsMore } from './facts';
import { IssuedCases } from './issued-case';
import { Issuing, provisionalDecision } from './issuing';
import { decide, type Protection, requireStanding } from './notice';

export interface AmendNotice extends ChangeRequest {
  readonly content: NoticeIssuedV2;
  /** Absent: as it was stated before. */
  readonly protection?: Protection;
  readonly reason: AmendmentReason;
  readonly explanation?: string;
}

/** A new version for everybody who gets the notice. */
@Injectable()
export class AmendNoticeHandler {
  constructor(
    private readonly changing: Changing,
    private readonly cases: IssuedCases,
    private readonly issuing: Issuing,
    private readonly answering: AnsweringOpinions,
  ) {}

  /**
   * @throws AppError `notice-ended`, `departement-changed`, `recipient-unknown`, or what `AnsweringOpinions.answerWith`
   * and `Changing.change` throw
   */
  amend(identity: Identity, { content, protection, reason, explanation, ...request }: AmendNotice) {
    const asked = { content, protection, reason, explanation };
    return this.changing.change(
      identity,
      'POST /v1/notices/:id/amend',
      request,
      asked,
      async ({ manager, open, at }) => {
        const { notice, holders, caseId } = open;
        requireStanding(notice);
        if (content.procedure.departement !== open.content.procedure.departement) {
          throw new AppError('departement-changed', 'The person has moved: send the notice on with `move`.');
        }
        const draft = { content, protection: protection ?? open.protection };
        const facts = factsOf(draft, open.facts);
        const document: NoticeAmendedV1 = {
          amendment: { reason, ...(explanation !== undefined && { explanation }) },
          ...content,
        };
        const planned = this.issuing.disclosures(
          { type: NOTICE_AMENDED, document, facts },
          await this.cases.recipients(manager, caseId, notice.recipients),
          at,
        );
        const denied = planned
          .filter(({ disclosure }) => !disclosure.decision.allowed)
          .map(({ recipient }) => recipient.agency.id);
        const event = decide(notice, { type: 'amend', reason, denied, holders });
        if (event.type !== 'amended') throw new TypeError('an amendment amends');
        await this.cases.changeFacts(manager, caseId, open.facts, facts);
        const taken = protectsMore(open.facts, facts)
          ? await this.cases.cancelUnsent(manager, caseId, 'amended')
          : undefined;
        const recipients = planned.map(({ recipient }) => recipient);
        const among = (ids: readonly string[]) => recipients.filter(({ agency }) => ids.includes(agency.id));
        const amended = await this.cases.say(
          manager,
          identity,
          caseId,
          { type: NOTICE_AMENDED, document, to: among(event.to) },
          at,
        );
        const answered = await this.answering.answerWith(manager, identity, open.id, content, at);
        const { superseded } = event;
        const fact: NoticeSupersededV1 = { supersededAt: at.toISOString(), reason: superseded.reason };
        const told =
          superseded.to.length > 0
            ? await this.cases.say(
                manager,
                identity,
                caseId,
                { type: NOTICE_SUPERSEDED, document: fact, to: among(superseded.to) },
                at,
              )
            : undefined;
        return {
          event,
          reason,
          told: [...event.to, ...superseded.to],
          contentVersion: amended.version,
          content,
          lanes: [...amended.lanes, ...(told?.lanes ?? []), ...(taken?.lanes ?? []), ...answered],
          answer: ({ state, version }) => ({
            id: open.id,
            state,
            version,
            recipients: planned.map(provisionalDecision),
            superseded: superseded.to,
          }),
        };
      },
    );
  }
}
