import { ApiProblems, CurrentIdentity, ErrorStatus, type Identity, ShowsPerson } from '@liaison/platform';
import { Controller, Get, Header, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { CaseId } from '../dto';
import { CaseExport, ExportQuery } from './case-export.dto';
import { CaseExports } from './case-exports';
import { printExport } from './print-export';

/** A case as a file, for its own agency. */
@ApiTags('cases')
@ApiExtraModels(CaseExport)
@ErrorStatus({ 'case-not-found': 404, 'export-too-large': 422 })
@Controller('v1/cases/:id/export')
export class CaseExportController {
  constructor(private readonly exports: CaseExports) {}

  @Get()
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'Everything of a case that your roles may see, as a file for your agency; the reading is recorded',
    description:
      'One audit record, whose number stands in the file, is committed before the file is sent. What is too large is refused, never cut.',
  })
  @ApiOkResponse({
    description: 'The case, as JSON or as a PDF to be printed',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(CaseExport) } },
      'application/pdf': { schema: { type: 'string', format: 'binary' }, example: '%PDF-1.7' },
    },
  })
  @ApiProblems({ 400: ['invalid-request'], 404: ['case-not-found'], 422: ['export-too-large'] })
  async read(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @Query() { format, notes }: ExportQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CaseExport | StreamableFile> {
    const content = await this.exports.read(identity, id, { format, notes: notes ?? false });
    const disposition = `attachment; filename="dossier-${id}.${format}"`;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (format === 'pdf') {
      const pdf = await printExport(content);
      return new StreamableFile(pdf, { type: 'application/pdf', disposition, length: pdf.length });
    }
    response.setHeader('Content-Disposition', disposition);
    return content;
  }
}
