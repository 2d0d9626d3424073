import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  decodeCursor,
  type Identity,
  pageOf,
} from '@liaison/platform';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isRecordPosition } from '../record/record-position';
import { SearchTrail } from '../record/search-trail';
import { type UnpairedItem, UnpairedPage, UnpairedQuery } from './unpaired.dto';

interface UnpairedRow {
  readonly position: string;
  readonly record_id: string;
  readonly state: string;
  readonly agency: string;
  readonly counterpart: string | null;
  readonly kind: string;
  readonly reference: string | null;
  readonly event_id: string | null;
  readonly convention: string | null;
  readonly at: Date;
  readonly appended_at: Date;
}

/** Across all cases: what one side recorded and the other did not. One case: `/v1/chains`. */
@ApiTags('unpaired records')
@AllowRoles('operator')
@Controller('v1/unpaired')
export class UnpairedController {
  constructor(private readonly trail: SearchTrail) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Disclosures without a receipt and receipts without a disclosure: oldest first; recorded',
    description: 'Those that the log has had for longer than `UNPAIRED_AFTER_SECONDS`.',
  })
  @ApiOkResponse({ description: 'A page', type: UnpairedPage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async list(@CurrentIdentity() identity: Identity, @Query() query: UnpairedQuery): Promise<UnpairedPage> {
    const { limit, cursor, agency, state } = query;
    const after = cursor === undefined ? undefined : decodeCursor(cursor, isRecordPosition);
    const filters = [
      'unpaired',
      ...(agency === undefined ? [] : ['agency']),
      ...(state === undefined ? [] : ['state']),
    ];
    const rows = await this.trail.recorded(
      identity,
      { filters, ...(agency !== undefined && { agency }) },
      (manager) =>
        manager.query<UnpairedRow[]>(LIST, [agency ?? null, state ?? null, after ?? null, limit + 1]),
    );
    return pageOf(rows, limit, itemOf, ({ position }) => position);
  }
}

const itemOf = (row: UnpairedRow): UnpairedItem => ({
  id: row.record_id,
  state: row.state,
  agency: row.agency,
  counterpart: row.counterpart,
  kind: row.kind,
  reference: row.reference,
  eventId: row.event_id,
  convention: row.convention,
  at: row.at.toISOString(),
  appendedAt: row.appended_at.toISOString(),
});

const LIST = `
SELECT position, record_id, state, agency, counterpart, kind, reference, event_id, convention, at, appended_at
  FROM pairing.unpaired
 WHERE ($1::text IS NULL OR agency = $1 OR counterpart = $1) AND ($2::text IS NULL OR state = $2)
   AND ($3::bigint IS NULL OR position > $3)
 ORDER BY position LIMIT $4`;
