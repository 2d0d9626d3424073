import type { NoticeIssuedV2 } from '@liaison/contracts';
import {
  AllowRoles,
  ApiProblems,
  checkIdempotencyKey,
  CurrentIdentity,
  IdempotencyKey,
  type Identity,
  invalidRequest,
  IfMatch,
  SendsETag,
} from '@liaison/platform';
import { Body, Controller, Delete, Headers, HttpCode, Post, Put, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { DraftContentPipe } from './content.pipe';
import { DiscardNoticeHandler } from './discard-notice.handler';
import { EditNoticeHandler } from './edit-notice.handler';
import { IssueNoticeHandler } from './issue-notice.handler';
import type { Draft } from './notice';
import { WarnedNotice } from './notice.answers';
import {
  ANSWER_CONFLICTS,
  DRAFT_PROBLEMS,
  NOT_AUTHOR,
  NoticeId,
  NoticeErrors,
  RECIPIENT_CODES,
  RECIPIENTS,
} from './notice.operations';
import {
  DraftBody,
  RecipientsBody,
  WriteDraftBody,
  WriteIssuedBody,
  WriteNoticeBody,
} from './notice.requests';
import { WriteNoticeHandler } from './write-notice.handler';
import { AUTHORS } from '../roles';

const LOCATION = { Location: { description: 'The notice', schema: { type: 'string' as const } } };

/** Notices of the caller's unit until they are issued. */
@ApiTags('notices')
@NoticeErrors()
@Controller('v1/notices')
export class DraftController {
  constructor(
    private readonly writing: WriteNoticeHandler,
    private readonly editing: EditNoticeHandler,
    private readonly discarding: DiscardNoticeHandler,
    private readonly issuing: IssueNoticeHandler,
  ) {}

  @Post()
  @AllowRoles(...AUTHORS)
  @SendsETag()
  @ApiOperation({
    operationId: 'Notice.write',
    summary: 'Write a notice: a draft, or with `state: issued` one that is sent at once',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Needed with `state: issued`; with a draft, the same key again gives the first answer',
  })
  @ApiExtraModels(WriteDraftBody, WriteIssuedBody)
  @ApiBody({
    schema: { oneOf: [{ $ref: getSchemaPath(WriteDraftBody) }, { $ref: getSchemaPath(WriteIssuedBody) }] },
  })
  @ApiCreatedResponse({ type: WarnedNotice, headers: LOCATION, description: 'A draft' })
  @ApiAcceptedResponse({ type: WarnedNotice, headers: LOCATION, description: 'Issued' })
  @ApiProblems({
    403: NOT_AUTHOR,
    409: ANSWER_CONFLICTS,
    422: [...RECIPIENT_CODES, 'opinion-request-unknown'],
  })
  async write(
    @CurrentIdentity() identity: Identity,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Body(DraftContentPipe) { state, recipients, ...draft }: WriteNoticeBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WarnedNotice> {
    if (state === 'issued') {
      const notice = await this.writing.writeAndIssue(identity, {
        // The pipe has held it to the whole contract.
        draft: { ...draftOf(draft), content: draft.content as NoticeIssuedV2 },
        recipients,
        idempotencyKey: checkIdempotencyKey(idempotencyKey),
      });
      response.status(202).location(`/v1/notices/${notice.id}`);
      return notice;
    }
    if (recipients?.length) {
      throw invalidRequest([{ pointer: '/recipients', detail: 'belongs to a notice that is issued' }]);
    }
    const key = idempotencyKey === undefined ? undefined : checkIdempotencyKey(idempotencyKey);
    const notice = await this.writing.write(identity, draftOf(draft), key);
    response.location(`/v1/notices/${notice.id}`);
    return notice;
  }

  @Put(':id')
  @AllowRoles(...AUTHORS)
  @SendsETag()
  @ApiOperation({ operationId: 'Notice.edit', summary: 'Replace a draft' })
  @ApiOkResponse({ type: WarnedNotice })
  @ApiProblems(DRAFT_PROBLEMS)
  edit(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body(DraftContentPipe) body: DraftBody,
  ): Promise<WarnedNotice> {
    return this.editing.edit(identity, { id, ifMatch, draft: draftOf(body) });
  }

  @Post(':id/issue')
  @HttpCode(202)
  @AllowRoles(...AUTHORS)
  @SendsETag()
  @ApiOperation({
    operationId: 'Notice.issue',
    summary: 'Issue a draft: it is final, and on its way to its recipients',
  })
  @ApiBody(RECIPIENTS)
  @ApiAcceptedResponse({ type: WarnedNotice })
  @ApiProblems({
    ...DRAFT_PROBLEMS,
    409: [...DRAFT_PROBLEMS[409], ...ANSWER_CONFLICTS],
    422: ['notice-incomplete', ...RECIPIENT_CODES, 'opinion-request-unknown'],
  })
  issue(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @IfMatch('version') ifMatch: string | undefined,
    @Body() body?: RecipientsBody,
  ): Promise<WarnedNotice> {
    const command = { id, ifMatch, idempotencyKey, recipients: body?.recipients };
    return this.issuing.issue(identity, command);
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles(...AUTHORS)
  @ApiOperation({
    operationId: 'Notice.discard',
    summary: 'Give a draft up: that there was one stays, what was in it goes',
  })
  @ApiNoContentResponse()
  @ApiProblems(DRAFT_PROBLEMS)
  discard(
    @CurrentIdentity() identity: Identity,
    @NoticeId() id: string,
    @IfMatch('version') ifMatch: string | undefined,
  ): Promise<void> {
    return this.discarding.discard(identity, { id, ifMatch });
  }
}

/** Who states no measure states that they know of none: what they leave out is false, not unknown. */
function draftOf({ content, protection }: DraftBody): Draft {
  const { identity = false, address = false } = protection ?? {};
  return { content, protection: { identity, address } };
}
