import {
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_SUPERSEDED,
  type NoticeAmendedV1,
  type NoticeIssuedV2,
  type NoticeSupersededV1,
} from '@liaison/contracts';
import type { RecordedEvent } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { AnsweringOpinions } from '../opinion-request/answering';
import { AddAttachmentHandler } from '../attachment/add-attachment.handler';
import { type ChangeRequest, Changing } from './changing';
import { factsOf, withContacts } from './facts';
import { IssuedCases, type Saying } from './issued-case';
import { Issuing, provisionalDecision } from './issuing';
import { decide, type Protection } from './notice';
import { type NamedRecipient, recipientsOf } from './recipients';

export interface MoveNotice extends ChangeRequest {
  /** INSEE code of the département where the person is now. */
  readonly departement: string;
  /** Absent: as it was, without the address, which is the old one. */
  readonly content?: NoticeIssuedV2;
  /** Absent: as it was stated before. */
  readonly protection?: Protection;
  /** Default: the competent préfectures. */
  readonly recipients?: readonly NamedRecipient[] | null;
}

/**
 * The person is in another département: whoever is competent there gets the notice; whoever is not any more, or
 * may not have the new version, learns that its version no longer stands, and nothing else (R08).
 */
@Injectable()
export class MoveNoticeHandler {
  constructor(
    private readonly changing: Changing,
    private readonly cases: IssuedCases,
    private readonly issuing: Issuing,
    private readonly answering: AnsweringOpinions,
    private readonly attachments: AddAttachmentHandler,
  ) {}

  /**
   * @throws AppError `notice-ended`, `notice-not-moved`, or what `recipientsOf`, `AnsweringOpinions.answerWith` and
   * `Changing.change` throw
   */
  move(
    identity: Identity,
    { departement, content: given, protection, recipients: named, ...request }: MoveNotice,
  ) {
    const asked = { departement, content: given, protection, recipients: named };
    return this.changing.change(
      identity,
      'POST /v1/notices/:id/move',
      request,
      asked,
      async ({ manager, open, at }) => {
        const { notice, holders, caseId } = open;
        const content = placedIn(departement, given ?? withoutAddress(open.content));
        const next = recipientsOf(this.cases.directory, this.cases.agency, departement, named);
        const stated = factsOf({ content, protection: protection ?? open.protection }, open.facts);
        const facts = withContacts(stated, next);
        const amended: NoticeAmendedV1 = { amendment: { reason: 'moved' }, ...content };
        // Whoever has it already is told of its next version, whoever has not of a notice.
        const planned = next.flatMap((recipient) => {
          const had = notice.recipients.includes(recipient.agency.id);
          const said = had
            ? { type: NOTICE_AMENDED, document: amended }
            : { type: NOTICE_ISSUED, document: content };
          return this.issuing.disclosures({ ...said, facts }, [recipient], at);
        });
        const denied = planned
          .filter(({ disclosure }) => !disclosure.decision.allowed)
          .map(({ recipient }) => recipient.agency.id);
        const event = decide(notice, {
          type: 'move',
          recipients: next.map(({ agency }) => agency.id),
          denied,
          holders,
        });
        if (event.type !== 'moved') throw new TypeError('a move moves');
        await this.cases.changeFacts(manager, caseId, open.facts, facts);
        const cancelled = await this.cases.cancelUnsent(manager, caseId, 'moved', event.left);

        const fact: NoticeSupersededV1 = { supersededAt: at.toISOString(), reason: event.superseded.reason };
        const among = (ids: readonly string[]) => next.filter(({ agency }) => ids.includes(agency.id));
        const sayings: Saying[] = [
          {
            type: NOTICE_SUPERSEDED,
            document: fact,
            to: await this.cases.recipients(manager, caseId, event.superseded.to),
          },
          { type: NOTICE_AMENDED, document: amended, to: among(event.amendedTo) },
          { type: NOTICE_ISSUED, document: content, to: among(event.issuedTo) },
        ].filter(({ type, to }) => to.length > 0 || (type === NOTICE_AMENDED && event.issuedTo.length === 0));
        const recorded: RecordedEvent[] = [];
        for (const saying of sayings) {
          recorded.push(await this.cases.say(manager, identity, caseId, saying, at));
        }
        const answered = await this.answering.answerWith(manager, identity, open.id, content, at);
        const sent = await this.attachments.sendAll(manager, identity, {
          id: open.id,
          caseId,
          departement,
          to: among(event.issuedTo),
          at,
        });
        return {
          event,
          reason: 'moved',
          told: [...event.issuedTo, ...event.amendedTo, ...event.superseded.to],
          // Whichever was last holds the content, also where nobody may have it.
          contentVersion: recorded.at(-1)?.version,
          content,
          lanes: [...recorded.flatMap(({ lanes }) => lanes), ...sent, ...cancelled.lanes, ...answered],
          answer: ({ state, version }) => ({
            id: open.id,
            state,
            version,
            recipients: planned.map(provisionalDecision),
            superseded: event.superseded.to,
          }),
        };
      },
    );
  }
}

function placedIn(departement: string, content: NoticeIssuedV2): NoticeIssuedV2 {
  return { ...content, procedure: { ...content.procedure, departement } };
}

function withoutAddress({ address: _, ...content }: NoticeIssuedV2): NoticeIssuedV2 {
  return content;
}
