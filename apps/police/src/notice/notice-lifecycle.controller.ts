import { ApiProblems, CurrentIdentity, IdempotencyKey, type Identity, IfMatch } from '@liaison/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import { AmendNoticeHandler } from './amend-notice.handler';
import { ContentPipe } from './content.pipe';
import { MoveNoticeHandler } from './move-notice.handler';
import { ChangedNotice, ConsentedNotice, EndedNotice } from './notice.answers';
import {
  CHANGE_PROBLEMS,
  ChangesIssued,
  CONTENT_CHANGE_PROBLEMS,
  NoticeErrors,
  NoticeId,
  RECIPIENT_CODES,
} from './notice.operations';
import {
  AmendNoticeBody,
  MoveNoticeBody,
  RecallNoticeBody,
  RecordConsentBody,
  WithdrawNoticeBody,
} from './notice.requests';
import { RecordConsentHandler } from './record-consent.handler';
import { RecallNoticeHandler } from './recall-notice.handler';
import { WithdrawNoticeHandler } from './withdraw-notice.handler';

/** What becomes of a notice of the caller's unit once it is issued. */
@ApiTags('notices')
@NoticeErrors()
@Controller('v1/notices')
export class NoticeLifecycleController {
  constructor(
    private readonly amending: AmendNoticeHandler,
    private readonly moving: MoveNoticeHandler,
    private readonly withdrawing: WithdrawNoticeHandler,
    private readonly recalling: RecallNoticeHandler,
    private readonly consenting: RecordConsentHandler,
  ) {}
  @Post(':id/amend')
  @ChangesIssued('Notice.amend', 'A new version, whole, that says why; everybody who gets the notice gets it')
  @ApiAcceptedResponse({ type: ChangedNotice })
  @ApiProblems({
    ...CONTENT_CHANGE_PROBLEMS,
    422: ['departement-changed', 'opinion-request-unknown'],
  })
  amend(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body(ContentPipe) { content, protection, reason, explanation }: AmendNoticeBody,
  ): Promise<ChangedNotice> {
    return this.amending.amend(identity, {
      id,
      ifMatch,
      idempotencyKey,
      content,
      reason,
      ...(protection && { protection }),
      ...(explanation && { explanation }),
    });
  }

  @Post(':id/move')
  @ChangesIssued(
    'Notice.move',
    'The person is in another département: who is competent there gets the notice, who is not any more learns that ' +
      'its version no longer stands',
  )
  @ApiAcceptedResponse({ type: ChangedNotice })
  @ApiProblems({
    ...CONTENT_CHANGE_PROBLEMS,
    422: ['notice-not-moved', ...RECIPIENT_CODES, 'opinion-request-unknown'],
  })
  move(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body(ContentPipe) { departement, content, protection, recipients }: MoveNoticeBody,
  ): Promise<ChangedNotice> {
    return this.moving.move(identity, {
      id,
      ifMatch,
      idempotencyKey,
      departement,
      ...(content && { content }),
      ...(protection && { protection }),
      ...(recipients && { recipients }),
    });
  }

  @Post(':id/withdraw')
  @ChangesIssued(
    'Notice.withdraw',
    'No version stands any more: what has not left stays here, who has one is told',
  )
  @ApiAcceptedResponse({ type: EndedNotice })
  @ApiProblems(CHANGE_PROBLEMS)
  withdraw(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body() { reason }: WithdrawNoticeBody,
  ): Promise<EndedNotice> {
    return this.withdrawing.withdraw(identity, { id, ifMatch, idempotencyKey, reason });
  }

  @Post(':id/recall')
  @ChangesIssued('Notice.recall', 'It was sent by mistake: its content is destroyed wherever it has arrived')
  @ApiAcceptedResponse({ type: EndedNotice })
  @ApiProblems({ ...CHANGE_PROBLEMS, 422: ['recall-from-nobody'] })
  recall(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body() { reason, recipients }: RecallNoticeBody,
  ): Promise<EndedNotice> {
    return this.recalling.recall(identity, {
      id,
      ifMatch,
      idempotencyKey,
      reason,
      ...(recipients && { recipients }),
    });
  }

  @Post(':id/consent')
  @ChangesIssued(
    'Notice.consent',
    'What the person said about one kind of recipient: from now on it decides; what was shared on a consent that is ' +
      'withdrawn is restricted or purged there, as its convention says',
  )
  @ApiAcceptedResponse({ type: ConsentedNotice })
  @ApiProblems({ ...CHANGE_PROBLEMS, 409: ['notice-not-issued'] })
  consent(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body() { to, value }: RecordConsentBody,
  ): Promise<ConsentedNotice> {
    return this.consenting.record(identity, { id, ifMatch, idempotencyKey, to, value });
  }
}
