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
import { UnconfirmedPurgePage, UnconfirmedPurgeQuery } from './unconfirmed-purge.dto';
import {
  countUnconfirmedPurges,
  findUnconfirmedPurges,
  observeUnconfirmedPurges,
} from './unconfirmed-purges';

/** Across all agencies: who was told to purge something, and has not said that it did. */
@ApiTags('purges')
@AllowRoles('operator')
@Controller('v1/unconfirmed-purges')
export class UnconfirmedPurgeController {
  constructor(
    private readonly trail: SearchTrail,
    @Inject(INGEST_DATABASE) database: DataSource,
    metrics: Metrics,
  ) {
    observeUnconfirmedPurges(metrics, () => countUnconfirmedPurges(database));
  }

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Purges that their recipient has not confirmed within a day: oldest first; recorded',
    description:
      'A ground on which something was shared has ended, and its convention says that it is purged.',
  })
  @ApiOkResponse({ description: 'A page', type: UnconfirmedPurgePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async list(
    @CurrentIdentity() identity: Identity,
    @Query() { limit, cursor, agency }: UnconfirmedPurgeQuery,
  ): Promise<UnconfirmedPurgePage> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, isRecordPosition);
    const filters = ['unconfirmed-purges', ...(agency === undefined ? [] : ['agency'])];
    const rows = await this.trail.recorded(
      identity,
      { filters, ...(agency !== undefined && { agency }) },
      (manager) => findUnconfirmedPurges(manager, { agency, after, limit: limit + 1 }),
    );
    return pageOf(
      rows,
      limit,
      (row) => ({
        id: row.record_id,
        revocation: row.event_id,
        agency: row.agency,
        counterpart: row.counterpart,
        reference: row.reference,
        at: row.at.toISOString(),
      }),
      ({ position }) => position,
    );
  }
}
