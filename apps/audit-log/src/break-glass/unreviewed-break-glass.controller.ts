import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  decodeCursor,
  type Identity,
  INGEST_DATABASE,
  Metrics,
  pageOf,
} from '@liaison/platform';
import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { isRecordPosition } from '../record/record-position';
import { SearchTrail } from '../record/search-trail';
import { UnreviewedBreakGlassPage, UnreviewedBreakGlassQuery } from './unreviewed-break-glass.dto';
import {
  countUnreviewedBreakGlass,
  findUnreviewedBreakGlass,
  observeUnreviewedBreakGlass,
} from './unreviewed-break-glass';

/** Across all agencies: what was opened in an emergency, and awaits its review. */
@ApiTags('break-glass')
@AllowRoles('operator')
@Controller('v1/unreviewed-break-glass')
export class UnreviewedBreakGlassController {
  constructor(
    private readonly trail: SearchTrail,
    @Inject(INGEST_DATABASE) database: DataSource,
    metrics: Metrics,
  ) {
    observeUnreviewedBreakGlass(metrics, () => countUnreviewedBreakGlass(database));
  }

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Openings in an emergency that no second person has reviewed yet: oldest first; recorded',
  })
  @ApiOkResponse({ description: 'A page', type: UnreviewedBreakGlassPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async list(
    @CurrentIdentity() identity: Identity,
    @Query() { limit, cursor, agency }: UnreviewedBreakGlassQuery,
  ): Promise<UnreviewedBreakGlassPage> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, isRecordPosition);
    const filters = ['unreviewed-break-glass', ...(agency === undefined ? [] : ['agency'])];
    const rows = await this.trail.recorded(
      identity,
      { filters, ...(agency !== undefined && { agency }) },
      (manager) => findUnreviewedBreakGlass(manager, { agency, after, limit: limit + 1 }),
    );
    return pageOf(
      rows,
      limit,
      ({ record_id, event_id, agency: author, counterpart, reference, ground, at }) => ({
        id: record_id,
        opening: event_id,
        agency: author,
        counterpart,
        reference,
        ground,
        at: at.toISOString(),
      }),
      ({ position }) => position,
    );
  }
}
