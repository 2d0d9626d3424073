import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  type Identity,
  UuidParam,
  IfMatch,
  SendsETag,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Get, Header, HttpCode, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DECIDERS } from '../roles';
import {
  ExtractContentQuery,
  ExtractItem,
  ExtractPage,
  HandOverExtractBody,
  ListExtractsQuery,
  PrepareExtractBody,
  RefuseExtractBody,
} from './extract.dto';
import { ExtractHandler } from './extract.handler';

const ExtractId = (): ParameterDecorator => UuidParam('id', 'Of the list');
const NOT_FOUND = ['extract-not-found'];

/** What the desk hands over to AGDREF: docs/agdref.md describes it column by column. */
@ApiTags('AGDREF')
@ErrorStatus({
  'record-withheld': 403,
  'extract-not-found': 404,
  'notice-not-found': 404,
  'reflection-period-not-found': 404,
  'permit-not-found': 404,
  'extract-handed-over': 409,
  'extract-refused': 409,
  'notice-no-longer-stands': 409,
  'notice-voided': 410,
  'extract-purged': 410,
})
@Controller('v1/agdref-extracts')
export class ExtractController {
  constructor(private readonly extracts: ExtractHandler) {}

  @Post()
  @HttpCode(200)
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({
    summary: 'Prepare the extract of one version of a notice or of a decision: once, then the same',
  })
  @ApiOkResponse({ description: 'The extract, new or prepared before', type: ExtractItem })
  @ApiProblems({
    400: ['invalid-request'],
    403: ['role-missing', 'record-withheld'],
    404: ['notice-not-found', 'reflection-period-not-found', 'permit-not-found'],
    409: ['notice-no-longer-stands'],
    410: ['notice-voided'],
  })
  prepare(
    @CurrentIdentity() identity: Identity,
    @Body() { subject, id, despite }: PrepareExtractBody,
  ): Promise<ExtractItem> {
    return this.extracts.prepare(identity, subject, id, despite);
  }

  @Get()
  @AllowRoles(...DECIDERS)
  @ApiOperation({ summary: 'Extracts of your unit, newest first; nothing about the persons' })
  @ApiOkResponse({ description: 'A page', type: ExtractPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  list(@CurrentIdentity() identity: Identity, @Query() query: ListExtractsQuery): Promise<ExtractPage> {
    return this.extracts.list(identity, query);
  }

  @Get(':id/content')
  @ShowsPerson()
  @AllowRoles(...DECIDERS)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The extract itself, the same bytes each time; the reading is recorded' })
  @ApiOkResponse({
    description: 'JSON, or CSV (RFC 4180, UTF-8)',
    content: {
      'application/json': {
        schema: { type: 'object' },
        example: {
          format: 'liaison-agdref',
          formatVersion: 2,
          subject: 'permit',
          reference: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20',
          version: 2,
          fields: { nom: 'Osagie', prenoms: 'Blessing', fondement: 'cooperation' },
        },
      },
      'text/csv': {
        schema: { type: 'string' },
        example: '"format","objet"\r\n"liaison-agdref","permit"\r\n',
      },
    },
  })
  @ApiProblems({
    403: ['role-missing', 'record-withheld'],
    400: ['invalid-request'],
    404: NOT_FOUND,
    410: ['notice-voided', 'extract-purged'],
  })
  async content(
    @CurrentIdentity() identity: Identity,
    @ExtractId() id: string,
    @Query() { format = 'json' }: ExtractContentQuery,
  ): Promise<StreamableFile> {
    const extract = await this.extracts.content(identity, id);
    const bytes = Buffer.from(extract[format]);
    return new StreamableFile(bytes, {
      length: bytes.length,
      type: format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json',
      disposition: `attachment; filename="agdref-${id}.${format}"`,
    });
  }

  @Post(':id/hand-over')
  @HttpCode(200)
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({ summary: 'It was handed over to AGDREF' })
  @ApiOkResponse({ description: 'Recorded', type: ExtractItem })
  @ApiProblems({
    404: NOT_FOUND,
    400: ['invalid-request'],
    409: ['extract-handed-over', 'notice-no-longer-stands'],
    410: ['extract-purged'],
  })
  handOver(
    @CurrentIdentity() identity: Identity,
    @ExtractId() id: string,
    @IfMatch('extract') ifMatch: string | undefined,
    @Body() body?: HandOverExtractBody,
  ): Promise<ExtractItem> {
    const despite = body?.despite;
    const command = { type: 'hand-over' as const };
    return this.extracts.settle(identity, {
      id,
      ifMatch,
      command,
      ...(despite !== undefined && { despite }),
    });
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @AllowRoles(...DECIDERS)
  @SendsETag()
  @ApiOperation({ summary: 'AGDREF’s operators refused it, with their reason' })
  @ApiOkResponse({ description: 'Recorded', type: ExtractItem })
  @ApiProblems({
    400: ['invalid-request'],
    404: NOT_FOUND,
    409: ['extract-refused'],
  })
  refuse(
    @CurrentIdentity() identity: Identity,
    @ExtractId() id: string,
    @IfMatch('extract') ifMatch: string | undefined,
    @Body() { reason }: RefuseExtractBody,
  ): Promise<ExtractItem> {
    return this.extracts.settle(identity, { id, ifMatch, command: { type: 'refuse', reason } });
  }
}
