import { ApiProblems, CurrentIdentity, etag, IdempotencyKey, type Identity } from '@liaison/platform';
import { Body, Controller, Headers, Param, ParseUUIDPipe, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { AmendNoticeHandler } from './amend-notice.handler';
import { ContentPipe } from './content.pipe';
import { MoveNoticeHandler } from './move-notice.handler';
import { ChangedNotice, EndedNotice } from './notice.answers';
import {
  CHANGE_PROBLEMS,
  ChangesIssued,
  CONTENT_CHANGE_PROBLEMS,
  ETAG,
  NoticeErrors,
  RECIPIENT_CODES,
} from './notice.operations';
import { AmendNoticeBody, MoveNoticeBody, RecallNoticeBody, WithdrawNoticeBody } from './notice.requests';
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
  ) {}

  @Post(':id/amend')
  @ChangesIssued('Notice.amend', 'A new version, whole, that says why; everybody who gets the notice gets it')
  @ApiAcceptedResponse({ type: ChangedNotice, headers: ETAG })
  @ApiProblems({
    ...CONTENT_CHANGE_PROBLEMS,
    422: ['departement-changed', 'opinion-request-unknown', 'idempotency-key-reused'],
  })
  async amend(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(ContentPipe) { content, protection, reason, explanation }: AmendNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChangedNotice> {
    const notice = await this.amending.amend(identity, {
      id,
      ifMatch,
      idempotencyKey,
      content,
      reason,
      ...(protection && { protection }),
      ...(explanation && { explanation }),
    });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/move')
  @ChangesIssued(
    'Notice.move',
    'The person is in another département: who is competent there gets the notice, who is not any more learns that ' +
      'its version no longer stands',
  )
  @ApiAcceptedResponse({ type: ChangedNotice, headers: ETAG })
  @ApiProblems({
    ...CONTENT_CHANGE_PROBLEMS,
    422: ['notice-not-moved', ...RECIPIENT_CODES, 'opinion-request-unknown', 'idempotency-key-reused'],
  })
  async move(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(ContentPipe) { departement, content, protection, recipients }: MoveNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChangedNotice> {
    const notice = await this.moving.move(identity, {
      id,
      ifMatch,
      idempotencyKey,
      departement,
      ...(content && { content }),
      ...(protection && { protection }),
      ...(recipients && { recipients }),
    });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/withdraw')
  @ChangesIssued(
    'Notice.withdraw',
    'No version stands any more: what has not left stays here, who has one is told',
  )
  @ApiAcceptedResponse({ type: EndedNotice, headers: ETAG })
  @ApiProblems({ ...CHANGE_PROBLEMS, 422: ['idempotency-key-reused'] })
  async withdraw(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() { reason }: WithdrawNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EndedNotice> {
    const notice = await this.withdrawing.withdraw(identity, { id, ifMatch, idempotencyKey, reason });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }

  @Post(':id/recall')
  @ChangesIssued('Notice.recall', 'It was sent by mistake: its content is destroyed wherever it has arrived')
  @ApiAcceptedResponse({ type: EndedNotice, headers: ETAG })
  @ApiProblems({ ...CHANGE_PROBLEMS, 422: ['recall-from-nobody', 'idempotency-key-reused'] })
  async recall(
    @CurrentIdentity() identity: Identity,
    @Param('id', new ParseUUIDPipe()) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() { reason, recipients }: RecallNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EndedNotice> {
    const notice = await this.recalling.recall(identity, {
      id,
      ifMatch,
      idempotencyKey,
      reason,
      ...(recipients && { recipients }),
    });
    response.setHeader('ETag', etag(notice.version));
    return notice;
  }
}
