import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  UuidParam,
  ShowsPerson,
} from '@liaison/platform';
import { Controller, Get, Header, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CaseId } from '../dto';
import { AttachmentList } from './attachment.dto';
import { Attachments } from './attachments';
import { contentDisposition } from './file-name';

const FILE = { schema: { type: 'string', format: 'binary' }, example: '%PDF-1.7' } as const;

/** Documents of the unit's cases. */
@ApiTags('attachments')
@ErrorStatus({
  'case-not-found': 404,
  'attachment-not-found': 404,
  'attachment-withheld': 403,
  'attachment-incomplete': 409,
  'attachment-damaged': 409,
  'attachment-voided': 410,
})
@Controller('v1/cases/:id/attachments')
export class AttachmentController {
  constructor(private readonly attachments: Attachments) {}

  @Get()
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Documents of a case, as far as your roles may know of each; the reading is recorded',
  })
  @ApiOkResponse({ description: 'All of them', type: AttachmentList })
  @ApiProblems({ 404: ['case-not-found'] })
  async list(@CurrentIdentity() identity: Identity, @CaseId() id: string): Promise<AttachmentList> {
    return { items: await this.attachments.list(identity, id) };
  }

  @Get(':attachment/content')
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'The document itself, to be saved, never to be shown in place; the reading is recorded',
  })
  @ApiOkResponse({
    description: 'The file',
    content: { 'application/pdf': FILE, 'image/jpeg': FILE, 'image/png': FILE },
  })
  @ApiProblems({
    403: ['role-missing', 'attachment-withheld'],
    404: ['case-not-found', 'attachment-not-found'],
    409: ['attachment-incomplete', 'attachment-damaged'],
    410: ['attachment-voided'],
  })
  async content(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @UuidParam('attachment') attachment: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    const { name, mediaType, bytes } = await this.attachments.content(identity, id, attachment);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const disposition = contentDisposition(name);
    return new StreamableFile(bytes, { type: mediaType, disposition, length: bytes.length });
  }
}
