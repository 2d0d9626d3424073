import { AddAttachmentQuery, AddedAttachment, readFile } from '@liaison/casework';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  ServiceConfig,
} from '@liaison/platform';
import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { AUTHORS } from '../roles';
import { NoticeId } from '../notice/notice.operations';
import { AddAttachmentHandler } from './add-attachment.handler';

/** Documents of notices. */
@ApiTags('attachments')
@ErrorStatus({
  'notice-not-found': 404,
  'notice-ended': 409,
  'attachments-full': 409,
  'attachment-too-large': 413,
  'attachment-type-refused': 415,
  'attachment-damaged': 422,
})
@Controller('v1/notices/:id/attachments')
export class NoticeAttachmentController {
  constructor(
    private readonly adding: AddAttachmentHandler,
    private readonly config: ServiceConfig,
  ) {}

  @Post()
  @HttpCode(202)
  @AllowRoles(...AUTHORS)
  @ApiOperation({
    summary: 'Add a document to a notice: the body is the file',
    description:
      'A PDF, JPEG or PNG by its content. What cameras write into images, places among it, is taken out; the metadata of a ' +
      'PDF stays. It goes to whoever has the notice, as far as its kind may; with a draft it waits.',
  })
  @ApiConsumes('application/pdf', 'image/jpeg', 'image/png')
  @ApiBody({ schema: { type: 'string', format: 'binary', example: '%PDF-1.7' } })
  @ApiAcceptedResponse({
    description: 'Kept; its way has begun where the notice is issued',
    type: AddedAttachment,
  })
  @ApiProblems({
    404: ['notice-not-found'],
    409: ['notice-ended', 'attachments-full'],
    413: ['attachment-too-large'],
    415: ['attachment-type-refused'],
    422: ['attachment-damaged'],
  })
  async add(
    @CurrentIdentity() identity: Identity,
    @IdempotencyKey() idempotencyKey: string,
    @NoticeId() id: string,
    @Query() { kind, name }: AddAttachmentQuery,
    @Req() request: Request,
  ): Promise<AddedAttachment> {
    const file = await readFile(request, name, this.config.attachmentMaxBytes);
    return this.adding.add(identity, { id, kind, file, idempotencyKey });
  }
}
