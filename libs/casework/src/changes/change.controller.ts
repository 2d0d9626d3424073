import { AllowRoles, ApiProblems, CurrentIdentity, ErrorStatus, type Identity } from '@liaison/platform';
import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ChangePage, ListChangesQuery } from './change.dto';
import { ChangeFeed } from './change-feed';

/** The change feed of this agency. Nothing about a person, so nothing to record. */
@ApiTags('changes')
@ErrorStatus({ 'cursor-expired': 410 })
@Controller('v1/changes')
export class ChangeController {
  constructor(private readonly feed: ChangeFeed) {}

  @Get()
  @AllowRoles('caseworker', 'officer', 'desk', 'supervisor')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'What changed in what your unit holds, oldest first, as far as your roles may know of it',
    description:
      'Follow `next`: no change is ever put before a cursor that was given out. Read what changed from its own route.',
  })
  @ApiOkResponse({ description: 'A page; empty when nothing changed', type: ChangePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'], 410: ['cursor-expired'] })
  async list(
    @CurrentIdentity() identity: Identity,
    @Query() query: ListChangesQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChangePage> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return this.feed.list(identity, query, gone.signal);
  }
}
